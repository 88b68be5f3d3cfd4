"""The page: bar, lights and the view in sight, put together over one session."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as w

from planner.apps.page import barmodel, lightmodel, railmodel
from planner.apps.page.artefacts import (
    OFFERED,
    WITH_FORM,
    benchmark_table,
    file_name,
    form_standing,
    handed_out,
)
from planner.apps.page.loading import blank_year
from planner.apps.page.parts import Bar, Files, Lights, Rail
from planner.apps.page.preview import preview
from planner.apps.page.session import Session
from planner.apps.page.texts import say
from planner.apps.page.view import View
from planner.apps.page.views import VIEWS
from planner.core.archive import MAX_BYTES, refuse
from planner.core.findings import Finding, InputError, Obligation

log = logging.getLogger(__name__)
MOST_PIECES = 64
REST = 0.2  # seconds after which a slider rests


class Page:
    """The whole page over one session."""

    def __init__(self, session: Session) -> None:
        """Build what is in sight; the other views are built when first turned to."""
        self.session = session
        self._pieces: list[bytes] = []
        self._busy = False
        self.bar, self.lights, self.rail = Bar(self.act), Lights(self.act), Rail(self.act)
        self._timer: Any = None
        self.views: dict[str, View] = {}
        self.main = w.Box()
        self.main.add_class("pl-main")
        self.box = w.VBox([self.bar, self.rail, self.lights, self.main])
        self.box.add_class("planner")
        session.observe(self._changed)
        self.refresh()

    def __repr__(self) -> str:
        """Say whose plan is shown."""
        study = self.session.study
        return f"<Page {study.cluster!r}>" if study else "<Page>"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """Show the page where a notebook shows the value of a cell."""
        shown: dict[str, Any] = self.box._repr_mimebundle_(**options)
        return {**shown, "text/plain": repr(self)}

    def act(self, verb: str, /, **facts: Any) -> None:
        """Do what a control asks for, then show everything as it is."""
        self._busy = True
        try:
            if verb == "piece":
                self._piece(**facts)
            elif verb == "make":
                self._make(**facts)
            elif verb == "preview":
                self._preview(**facts)
            else:
                self.session.act(verb, **facts)
        finally:
            self._busy = False
        self.refresh(moving=bool(facts.get("gesture")))

    def _changed(self, _: Any) -> None:
        if not self._busy:
            self.refresh()

    def refresh(self, *, moving: bool = False) -> None:
        """Show the session as it is now: what stands on top, and the view in sight.

        What is left to do on the form takes as long to find as all else together: while a slider
        is `moving`, it waits until that rests.
        """
        session = self.session
        view = self.views.get(session.page)
        if view is None:
            view = self.views[session.page] = VIEWS[session.page](session, self.act)
        view.refresh()
        self.lights.show(lightmodel.lights(session))
        self.bar.show(barmodel.bar(session))
        self._railed(moving=moving)
        if self.main.children != (view.box,):
            self.main.children = (view.box,)

    def _railed(self, *, moving: bool) -> None:
        """Show what is left to do, now or once a slider rests."""
        later = self.session.saver.later if self.session.saver else None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if moving and later is not None:
            self._timer = later(REST, lambda: self.rail.show(railmodel.rail(self.session)))
        else:
            self.rail.show(railmodel.rail(self.session))

    def _piece(self, kind: str, name: str, index: int, count: int, data: bytes) -> None:
        """Take a piece of an upload; the last one makes it whole."""
        if index == 0:
            self._pieces = []
        if index != len(self._pieces) or count > MOST_PIECES:
            return
        size = sum(map(len, self._pieces)) + len(data)
        if size > MAX_BYTES:
            self._pieces = []
            self.session.notices = refuse(
                "file_too_large", name, str(size), str(MAX_BYTES)
            ).findings
            self._say("")
            return
        self._pieces.append(data)
        if index + 1 < count:
            return
        whole, self._pieces = b"".join(self._pieces), []
        self.session.act("upload", kind=kind, name=name, data=whole)
        self._say("")

    def _preview(self, artefact: str) -> None:
        """Show a document in place."""
        with self._making(artefact):
            session = self.session
            _ = session.plan  # refuses when nothing is open
            assert session.study is not None  # noqa: S101 - there is a plan, so there is a study
            html, pages = preview(artefact, session.study, session.lang)
            told = {"title": say(f"art_{artefact}", session.lang), "html": html}
            self._files().send({"preview": told}, buffers=pages)
            self._say("")

    @contextmanager
    def _making(self, artefact: str) -> Iterator[None]:
        """Tell what goes wrong with a file as notices."""
        session = self.session
        session.notices = ()
        try:
            yield
        except InputError as error:
            session.notices = error.findings
            self._say("")
        except Exception as error:
            log.exception("%s failed", artefact)
            fault = Finding("app_fault", Obligation.MUST_FIX, found=f"{artefact}: {error!r}"[:120])
            session.notices = (fault,)
            self._say("")

    def _make(self, artefact: str) -> None:
        """Make a file and send it to the browser."""
        session, lang = self.session, self.session.lang
        with self._making(artefact):
            name, data = self.made(artefact)
            if artefact in WITH_FORM and session.study is not None:
                session.notices = form_standing(session.study)
            shown = session.plan.hash if artefact in OFFERED else "—"
            self._files().send({"save": name}, buffers=[data])
            self._say(say("made", lang, name=name, hash=shown))

    def made(self, artefact: str) -> tuple[str, bytes]:
        """Return a file's name and content.

        Raises
        ------
        InputError
            When nothing is open, or a package is missing.
        """
        session, lang = self.session, self.session.lang
        if artefact == "blank":
            from planner.export.template import template_bytes

            year = blank_year(session.rules)
            name = file_name("", say("art_blank", lang), str(year), ".xlsx")
            return name, template_bytes(year)
        if artefact == "benchmark_table":
            return file_name("", say("art_benchmark_table", lang), "", ".csv"), benchmark_table()
        _, suffix = OFFERED[artefact]
        _ = session.plan  # refuses when nothing is open
        study = session.study
        assert study is not None  # noqa: S101 - there is a plan, so there is a study
        scenario = study.current if len(study.plans) > 1 else ""
        what = say(f"art_{artefact}", lang)
        name = file_name(study.cluster, what, session.date, suffix, scenario)
        return name, handed_out(artefact, study, lang)

    def _files(self) -> Files:
        view = self.views[self.session.page]
        return view.files  # type: ignore[attr-defined,no-any-return]

    def _say(self, text: str) -> None:
        files = getattr(self.views[self.session.page], "files", None)
        if files is not None:
            files.send({"said": text})
