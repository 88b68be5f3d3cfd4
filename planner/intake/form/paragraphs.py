"""Paragraphs: the text of a paragraph of a Word file as its reader sees it.

Struck-out and hidden runs are left out, signs of the Wingdings fonts are the boxes and ticks they
show, wrappers count as if they were not there. Works on the elements of any ElementTree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from planner.intake.form.asides import is_prompt

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# Wrappers whose content counts as if they were not there, and what was struck out.
_THROUGH = {f"{W}{tag}" for tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag",
                                    "hyperlink", "fldSimple", "bdo", "dir")}  # fmt: skip
_THROUGH |= {f"{MC}AlternateContent", f"{MC}Choice"}
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-"}
# The signs of the Wingdings fonts that people put into boxes.
_SYMBOLS = {
    "50": "✓", "52": "☑", "53": "☒", "A3": "□", "FE": "☑", "FD": "☒", "A8": "□", "6F": "□",
    "6E": "■", "FC": "✓", "D6": "√",
}  # fmt: skip
# The same signs where they are typed as characters of their own.
_PRIVATE = {0xF000 + int(code, 16): sign for code, sign in _SYMBOLS.items()}
_SIGN_FONTS = ("Wingdings", "Symbol")
_UNSEEN = ("vanish", "strike", "dstrike")
_POWERS, _METRES = {"2": "²", "3": "³"}, set("mM米")  # a raised digit that is part of a unit
# Word draws a circle around letters by an equation field.
_CIRCLED = re.compile(
    r"EQ\s*\\o\s*\\ac\s*\(\s*[○〇◯□△◇]\s*[,，;；]\s*([^()\s]{1,4})\s*\)", re.IGNORECASE
)


def children(parent: Any) -> Iterator[Any]:
    """Yield an element's children, those inside wrappers too, however deep they lie."""
    stack = [iter(parent)]
    while stack:
        for child in stack[-1]:
            if is_prompt(child) and not list(child.iter(f"{W}tc")):
                continue
            if child.tag in _THROUGH:
                stack.append(iter(child))
                break
            if isinstance(child.tag, str):
                yield child
        else:
            stack.pop()


def line_text(paragraph: Any) -> str:
    """Return the text of a paragraph as its reader sees it."""
    return "".join(text for _, text in pieces(paragraph))


def pieces(paragraph: Any) -> Iterator[tuple[Any, str]]:
    """Yield the elements of a paragraph that show text, with that text."""
    field = [""]  # the instruction of a field, which may lie in several runs
    before = ""
    for child in children(paragraph):
        if child.tag in {f"{M}oMath", f"{M}oMathPara"}:
            yield child, _formula(child)
        elif child.tag == f"{W}r" and not _unseen(child):
            before = _own_text(child) or before
            yield from _of_run(child, field)
        elif child.tag == f"{W}r" and before[-1:] in _METRES and _raised(child):
            yield child, _POWERS.get(_own_text(child).strip(), "")


def _own_text(run: Any) -> str:
    return "".join(item.text or "" for item in run.iter(f"{W}t"))


def _of_run(run: Any, field: list[str]) -> Iterator[tuple[Any, str]]:
    """Yield the elements of a run that show text; `field` gathers a field's instruction."""
    signs = _in_signs(run)
    for item in run:
        if item.tag == f"{W}ruby":
            base = item.find(f"{W}rubyBase")
            yield from pieces(base) if base is not None else ()
        if item.tag == f"{W}t":
            text = (item.text or "").translate(_PRIVATE)
            yield item, "".join(_SYMBOLS.get(f"{ord(c):X}", c) for c in text) if signs else text
        elif item.tag in _BREAKS:
            yield item, _BREAKS[item.tag]
        elif item.tag == f"{W}sym":
            code = item.get(f"{W}char", "").upper()
            yield item, _SYMBOLS.get(code[-2:], "")
        elif item.tag == f"{W}instrText":
            field[0] += item.text or ""
        elif item.tag == f"{W}fldChar":
            yield item, _of_field(item, field[0])
            field[0] = ""


def _of_field(mark: Any, said: str) -> str:
    """Return what a field shows that is no text: a letter in a circle, or a check box."""
    if circled := _CIRCLED.search(said):
        return f"☑{circled[1]}"
    box = mark.find(f"{W}ffData/{W}checkBox")
    return "" if box is None else "☑" if _is_checked(box) else "□"


def marked_text(paragraph: Any, sign: str) -> str:
    """Return a paragraph's text with a sign before what is underlined or highlighted in it.

    Nothing where all of it is, or none: then the look says nothing.
    """
    told, before, looks = [], False, set()
    for child in children(paragraph):
        text = "".join(piece for _, piece in pieces([child]))
        if not text.strip():
            told.append(text)
            continue
        chosen = _stands_out(child)
        told.append(f"{sign}{text}" if chosen and not before else text)
        before = chosen
        looks.add(chosen)
    return "".join(told) if looks == {True, False} else ""


def _stands_out(run: Any) -> bool:
    """Whether a run is underlined or highlighted."""
    for name in ("u", "highlight"):
        mark = run.find(f"{W}rPr/{W}{name}")
        if mark is not None and mark.get(f"{W}val", "single") not in {"none", "0", "false"}:
            return True
    return False


def _formula(equation: Any) -> str:
    """Return an equation as text on one line."""
    told = []
    for item in equation.iter():
        if item.tag == f"{M}den":
            told.append("/")
        if item.tag in {f"{M}t", f"{W}t"}:
            told.append(item.text or "")
    return "".join(told)


def _unseen(run: Any) -> bool:
    """Whether a run is hidden, struck out, or the raised number of a footnote."""
    look = run.find(f"{W}rPr")
    if look is None:
        return False
    marks = (look.find(f"{W}{name}") for name in _UNSEEN)
    if any(m is not None and m.get(f"{W}val", "1") not in {"0", "false"} for m in marks):
        return True
    return _raised(run)


def _raised(run: Any) -> bool:
    mark = run.find(f"{W}rPr/{W}vertAlign")
    return mark is not None and mark.get(f"{W}val") == "superscript"


def _in_signs(run: Any) -> bool:
    """Whether a run is set in a font of signs, in which letters are boxes and ticks."""
    fonts = run.find(f"{W}rPr/{W}rFonts")
    return fonts is not None and any(str(v).startswith(_SIGN_FONTS) for v in fonts.attrib.values())


def _is_checked(box: Any) -> bool:
    """Whether a form's check box of the old kind is ticked."""
    for key in ("checked", "default"):
        mark = box.find(f"{W}{key}")
        if mark is not None:
            return mark.get(f"{W}val", "1") not in {"0", "false"}
    return False
