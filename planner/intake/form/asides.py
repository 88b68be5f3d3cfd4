"""Asides: what stands in a Word file beside its text, told so that nothing of it is lost (§15).

Comments, notes and page headers, what was deleted or moved while changes were tracked, what is
struck out, hidden or raised. None of it is read as an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from planner.core.archive import Archive
from planner.core.findings import Finding, Obligation, Place

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = {"comments": "comment", "footnotes": "footnote", "endnotes": "footnote",
          "header": "header", "footer": "header"}  # fmt: skip
_DELETED = (f"{W}del", f"{W}moveFrom")
_INSERTED = (f"{W}ins", f"{W}moveTo")
_LOOKS = {"vanish": "hidden", "strike": "struck", "dstrike": "struck"}


class Aside(NamedTuple):
    """A text beside the text, and why it was left."""

    reason: str
    text: str


def beside(archive: Archive, body: Any) -> tuple[Aside, ...]:
    """Return comments, notes, what stands at the head and foot of the pages, and prompts."""
    prompts = (control for control in body.iter(f"{W}sdt") if is_prompt(control))
    found = [Aside("prompt", text) for control in prompts if (text := "".join(_texts(control)))]
    for part in archive.xml_parts:
        folder, _, file = part.rpartition("/")
        kind = _PARTS.get(file.removesuffix(".xml").rstrip("0123456789"))
        if folder != "word" or kind is None:
            continue
        for paragraph in archive.xml(part).iter():
            if str(paragraph.tag).endswith("}p"):
                text = "".join(_texts(paragraph)).strip()
                found += [Aside(kind, text)] if text else []
    return tuple(found)


def changes(body: Any, texts: tuple[Aside, ...], name: str) -> Iterator[Finding]:
    """Say that changes are tracked, and that there are comments: a form is filed without them."""
    inserted, deleted = _tracked(body, _INSERTED), _tracked(body, _DELETED)
    place = Place(file=name)
    if inserted or deleted:
        told = [
            *(f"+{text[:20]}" for text in inserted[:3]),
            *(f"-{text[:20]}" for text in deleted[:3]),
        ]
        yield Finding("document_tracked", Obligation.NEEDS_REASON, place, found=" ".join(told),
                      expected=str(len(inserted) + len(deleted)), ways_out=("accept_changes",))  # fmt: skip
    comments = [text.text for text in texts if text.reason == "comment"]
    if comments:
        yield Finding("document_comments", Obligation.NEEDS_REASON, place, found=comments[0][:60],
                      expected=str(len(comments)), ways_out=("settle_comments",))  # fmt: skip


def unseen(paragraph: Any) -> Iterator[Aside]:
    """Yield the texts of a paragraph that are not read, and why."""
    for run in paragraph.iter(f"{W}r"):
        text = "".join(_texts(run)).strip()
        if not text:
            continue
        if run.find(f"{W}delText") is not None:
            yield Aside("deleted", text)
        elif look := _look(run):
            yield Aside(look, text)


def is_prompt(control: Any) -> bool:
    """Whether a content control shows its prompt, and nothing that somebody wrote."""
    if control.tag != f"{W}sdt":
        return False
    prompt = control.find(f"{W}sdtPr/{W}showingPlcHdr")
    return prompt is not None and prompt.get(f"{W}val", "1") not in {"0", "false"}


def _look(run: Any) -> str:
    """Return why a run is not read, empty where it is."""
    look = run.find(f"{W}rPr")
    if look is None:
        return ""
    for name, reason in _LOOKS.items():
        mark = look.find(f"{W}{name}")
        if mark is not None and mark.get(f"{W}val", "1") not in {"0", "false"}:
            return reason
    raised = look.find(f"{W}vertAlign")
    return "raised" if raised is not None and raised.get(f"{W}val") == "superscript" else ""


def _tracked(body: Any, tags: tuple[str, ...]) -> list[str]:
    """Return what is said of by tracked changes, each of them by its own runs."""
    found = (
        "".join(text for run in element if run.tag == f"{W}r" for text in _texts(run)).strip()
        for tag in tags
        for element in body.iter(tag)
    )
    return [text for text in found if text]


def _texts(element: Any) -> Iterator[str]:
    for item in element.iter():
        if item.tag in {f"{W}t", f"{W}delText"}:
            yield item.text or ""
