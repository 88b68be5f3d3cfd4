"""What is handed in can be looked at on the page: the same words, and nothing that runs."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from planner.apps.page.page import Page
from planner.apps.page.preview import preview
from planner.apps.page.session import Session
from planner.core.findings import InputError

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def opened() -> Session:
    session = Session()
    session.act("open_example", name="example.xlsx")
    return session


def words(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "\n", html))


@pytest.mark.parametrize("artefact", ["form_docx", "goals_docx"])
def test_a_document_is_shown_with_its_words_and_figures(artefact: str) -> None:
    session = opened()
    session.act("tune", indicator="output", year=2028, value="261.37")
    assert session.study is not None
    html, pages = preview(artefact, session.study, "zh")
    assert pages == []
    assert "261.37" in words(html)
    assert session.study.cluster in words(html)


def test_pages_of_the_annex_are_pictures() -> None:
    session = opened()
    assert session.study is not None
    html, pages = preview("goals_pdf", session.study, "zh")
    assert html == ""
    assert len(pages) == 3
    for page in pages:
        assert fromstring(page).tag.endswith("svg")


def test_what_somebody_wrote_is_text_and_nothing_else() -> None:
    session = opened()
    session.act("answer", slot="region", value=MARKUP)
    assert session.study is not None
    html, _ = preview("form_docx", session.study, "zh")
    assert "<script" not in html
    assert "onerror" not in re.sub(r"&lt;.*?&gt;", "", html)
    assert "alert(1)" in words(html)


def test_only_what_is_offered_is_shown_and_faults_are_told() -> None:
    session = opened()
    assert session.study is not None
    with pytest.raises(InputError):
        preview("plan_json", session.study, "zh")
    page = Page(Session())
    page.act("preview", artefact="form_docx")
    assert [item.code for item in page.session.notices] == ["nothing_open"]


def test_the_page_sends_it_to_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened()
    session.page = "export"
    page = Page(session)
    sent: list[Any] = []
    files: Any = page.views["export"].files  # type: ignore[attr-defined]
    monkeypatch.setattr(
        files, "send", lambda message, buffers=None: sent.append((message, buffers))
    )
    page.act("preview", artefact="goals_pdf")
    (told, pages) = next(each for each in sent if "preview" in each[0])
    assert told["preview"]["html"] == ""
    assert len(pages) == 3
