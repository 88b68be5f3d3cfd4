"""Parts: the pieces of the page that plain widgets cannot be, each with its JavaScript beside it.

A part shows its view and sends back what somebody did; it answers every message, so that the
page knows when the next one may follow. anywidget takes a part's JavaScript as one module: the
modules it imports are put before it, as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

STATIC = Path(__file__).parent / "static"
STYLE = (STATIC / "app.css").read_text(encoding="utf-8")
Act = Callable[..., None]
_IMPORT = re.compile(r'^import [^;]+ from "\./([a-z]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def _script(name: str) -> str:
    """Return a module and those it imports, each once and before who asks for it, as one."""
    order: dict[str, str] = {}

    def take(module: str) -> None:
        text = (STATIC / module).read_text(encoding="utf-8")
        for needed in _IMPORT.findall(text):
            if needed not in order:
                take(needed)
        order[module] = _EXPORT.sub("", _IMPORT.sub("", text))

    take(name)
    return "\n".join(order.values())


class Part(anywidget.AnyWidget):
    """A part of the page: a view to show, and messages with what somebody did."""

    _esm = "export default {}"
    view = traitlets.Unicode("{}").tag(
        sync=True
    )  # JSON: a dictionary would be walked through each time

    def __init__(self, act: Act) -> None:
        """Tell what somebody does by calling `act` with a verb and its facts."""
        super().__init__()
        self._act = act
        self.on_msg(self._heard)

    def show(self, view: dict[str, Any] | None) -> None:
        """Show a view; one that is as before is not sent again."""
        self.view = json.dumps(view or {}, ensure_ascii=False, separators=(",", ":"))

    def _heard(self, _: Any, message: dict[str, Any], buffers: list[memoryview]) -> None:
        facts = dict(message.get("facts") or {})
        if buffers:
            facts["data"] = bytes(buffers[0])
        try:
            self._act(str(message.get("verb", "")), **facts)
        finally:  # whatever it was: the page waits for this before it says more
            self.send({"done": message.get("number")})


class Bar(Part):
    """Title, pages, undo and redo, language, what was said; hears the keyboard."""

    _esm = _script("bar.js")
    _css = STYLE


class Sheet(anywidget.AnyWidget):
    """The page's style, for parts that stand alone."""

    _esm = "export default { render() {} }"
    _css = STYLE


class Lights(Part):
    """A light for each rule."""

    _esm = _script("lights.js")


class Grid(Part):
    """A table to walk through and type into."""

    _esm = _script("grid.js")


class Tuner(Part):
    """Sliders, boxes, pins and shape of one indicator, its chart and its odds."""

    _esm = _script("tuner.js")


class Files(Part):
    """Uploads and downloads."""

    _esm = _script("files.js")


class Rail(Part):
    """What is left to do before filing."""

    _esm = _script("rail.js")


class Read(Part):
    """The file in hand, and how each of its marks was read."""

    _esm = _script("read.js")


class ScenarioList(Part):
    """The scenarios there are."""

    _esm = _script("scenarios.js")


class Plans(Part):
    """The studies that are kept."""

    _esm = _script("plans.js")


class FormPart(Part):
    """The form, field by field."""

    _esm = _script("form.js")
