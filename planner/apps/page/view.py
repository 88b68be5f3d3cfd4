"""A view: a box of widgets that follows the session, and the pieces all views are made of."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as w

from planner.apps.page import viewmodel
from planner.apps.page.session import Session

Act = Callable[..., None]


def choice(**traits: Any) -> w.Dropdown:
    """Return a menu as wide as its words."""
    return w.Dropdown(style={"description_width": "initial"}, **traits)


def offer(menu: w.Dropdown, options: list[tuple[str, str]], value: str) -> None:
    """Set a menu's options and what is chosen, without that being a choice."""
    if list(menu.options) != options:
        menu.options = options
    values = [key for _, key in options]
    menu.value = value if value in values else (values[0] if values else None)


class View:
    """A page of the page: a box of widgets and how it follows the session."""

    def __init__(self, session: Session, act: Act) -> None:
        """Build the widgets; `act` is what controls do."""
        self.session, self.act = session, act
        self.quiet = False
        self.box = self.build()

    def build(self) -> w.Widget:
        """Return the box."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Show the session as it is now."""
        self.quiet = True
        try:
            self.show(self.session.lang)
        finally:
            self.quiet = False

    def show(self, lang: str) -> None:
        """Set every widget that says something."""
        raise NotImplementedError

    def on(self, menu: w.Dropdown, verb: str, name: str) -> None:
        """Let a menu's choice be an act, unless the session itself made it."""

        def chosen(change: dict[str, Any]) -> None:
            if not self.quiet and change["new"] is not None:
                self.act(verb, **{name: change["new"]})

        menu.observe(chosen, "value")


def finding_list(models: list[viewmodel.ViewModel], heading: str) -> str:
    """Return findings as HTML; every text in it is escaped."""
    items = []
    for item in models:
        ways = "".join(f'<div class="pl-way">→ {escape(way)}</div>' for way in item["ways"])
        place = f'<span class="pl-place">{escape(item["place"])}　</span>' if item["place"] else ""
        items.append(
            f'<li class="pl-{item["level"]}"><strong>{escape(item["word"])}</strong> {place}'
            f"{escape(item['text'])}{ways}</li>"
        )
    urgent = " open" if any(item["level"] == "must_fix" for item in models) else ""
    return (
        f"<details{urgent}><summary>{escape(heading)}（{len(models)}）</summary>"
        f'<ul class="pl-findings" tabindex="0">{"".join(items)}</ul></details>'
    )


def sides(left: w.Widget, right: w.Widget, name: str) -> w.HBox:
    """Return two boxes side by side, under a class of their own."""
    box = w.HBox([left, right])
    box.add_class("pl-sides")
    box.add_class(name)
    return box
