"""The form to file: the filled Word form, and beside it the checklist of what to attach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from planner.core.files import not_written, write_together
from planner.core.findings import Finding, InputError, Obligation
from planner.export.filing import Filing, file_form
from planner.export.formcheck import Evidence, by_person
from planner.export.narrative import read_narrative
from planner.export.openitems import in_order
from planner.export.pagination import page_findings, page_texts
from planner.export.styles import Book
from planner.intake.answers import read_answers
from planner.model import messages
from planner.model.answers import Answers
from planner.model.forms import DEFAULT_FORM, Form, load_form

if TYPE_CHECKING:
    from planner.model.catalogue import Catalogue
    from planner.planning.record import PlanRecord

FORM, EVIDENCE = "form.docx", "evidence.xlsx"
CHECKLIST = f"-{EVIDENCE}"  # of a form that somebody names
_WIDTHS = (6, 24, 44, 44, 22, 10, 24)


def fill_form(
    plan: PlanRecord,
    answers: Answers | str | Path | None = None,
    path: str | Path | None = None,
    *,
    form: Form | str | Path = DEFAULT_FORM,
    drafts: bool = True,
    lang: str = "",
) -> Filing:
    """Fill the official form from a plan and answers; write it where a path is given.

    Parameters
    ----------
    plan
        The plan whose numbers go into the form.
    answers
        Answers, or the YAML file or workbook that holds them.
    path
        The Word file to write; the checklist of evidence is written beside it.
    form
        Which form: one that was loaded, a shipped one's id, or a form file with its template
        beside it.
    drafts
        Whether texts that nobody has written are drafted from the numbers, marked as drafts.
    lang
        ``zh`` or ``en``, for the checklist and the drafts; the form itself is Chinese.

    Returns
    -------
    Filing
        The form's content, findings and evidence.

    Raises
    ------
    InputError
        When form, answers or template cannot be used.

    Examples
    --------
    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> filing = fill_form(plan, pl.shared("baselines") / "example-answers.yaml")
    >>> filing.content[pl.Slot("goals", "rd_spend.target")]
    '6.19亿元'
    """
    catalogue = plan.system.catalogue
    chosen = load_form(form, catalogue)
    told = answers if isinstance(answers, Answers) else None
    if told is None and answers is not None:
        told = read_answers(Path(str(answers)), chosen, catalogue)
    filing = file_form(
        chosen, plan, told, read_narrative(catalogue=catalogue, lang=lang), drafts=drafts
    )
    if path is None:
        return filing
    _, unplaced = write_form(filing, path, catalogue, lang)
    return replace(filing, findings=(*filing.findings, *unplaced))


def write_form(
    filing: Filing, path: str | Path, catalogue: Catalogue, lang: str = ""
) -> tuple[tuple[Path, ...], tuple[Finding, ...]]:
    """Write a filing as a Word form, and its checklist of evidence next to it.

    Returns
    -------
    The files written, and a finding for each field that the template has no place for.

    Raises
    ------
    InputError
        When the template cannot be used, the packages for documents are not installed, or a
        file is open in another program.
    """
    path = Path(path)
    if path.suffix.casefold() != ".docx":
        wrong = Finding(
            "argument_wrong", Obligation.MUST_FIX, found=str(path), expected="FILE.docx"
        )
        raise InputError([wrong])
    files, findings = rendered(filing, catalogue, lang)
    names = {FORM: path, EVIDENCE: path.with_name(path.stem + CHECKLIST)}
    named = {names[name].name: data for name, data in files.items()}
    try:
        written = write_together(path.parent, named, [names[EVIDENCE].name])
    except OSError as error:
        raise InputError([not_written(error, path.parent)]) from error
    return written, findings


def form_files(plan: PlanRecord, answers: Answers | None, lang: str = "") -> Mapping[str, bytes]:
    """Return the filled form and its checklist of evidence, if there is any, by name."""
    files, _ = rendered(fill_form(plan, answers, lang=lang), plan.system.catalogue, lang)
    return files


def rendered(
    filing: Filing, catalogue: Catalogue, lang: str
) -> tuple[Mapping[str, bytes], tuple[Finding, ...]]:
    """Return the files of a filing by name, and the fields that the template has no place for."""
    data, findings = document(filing, catalogue)
    files = {FORM: data}
    if filing.evidence:
        files[EVIDENCE] = evidence_book(filing, lang)
    return files, findings


def document(filing: Filing, catalogue: Catalogue) -> tuple[bytes, tuple[Finding, ...]]:
    """Return the filled form, and the fields that the template has no place for."""
    try:
        from planner.export.formword import form_document
    except ImportError as error:
        missing = Finding(
            "extra_missing", Obligation.MUST_FIX, found=error.name or "", expected="documents"
        )
        raise InputError([missing]) from error
    return form_document(filing, catalogue)


def with_pages(form: Form, findings: tuple[Finding, ...], data: bytes) -> tuple[Finding, ...]:
    """Return what is said of a form with what its pages show, where they can be set."""
    pages = page_texts(data)
    if pages is None:
        return findings
    kept = (item for item in findings if item.code != "form_by_person")
    seen = (*by_person(form, pages_seen=True), *page_findings(form, pages))
    return in_order(form, [*kept, *seen])


def evidence_book(filing: Filing, lang: str = "") -> bytes:
    """Return the checklist of evidence as a workbook to tick off."""
    title = messages.label("evidence_title", lang)
    book = Book(title)
    sheet = book.sheet(title)
    keys = ("number", "form_part", "form_field", "form_item", "evidence", "ready", "note")
    sheet.write_string(0, 0, title, book.format(bold=True, font_size=15))
    for column, key in enumerate(keys):
        sheet.write_string(2, column, messages.label(key, lang), book.head())
    wrapped, centred = book.text(text_wrap=True), book.text(align="center")
    for number, item in enumerate(filing.evidence, 1):
        line = number + 2
        sheet.write_number(line, 0, number, centred)
        texts = _texts(filing, item)
        for column, text in enumerate(texts, 1):
            sheet.write_string(line, column, text, wrapped)
        sheet.write_blank(line, 5, None, book.text(align="center", bg_color="#FFF9DB"))
        sheet.data_validation(line, 5, line, 5, {"validate": "list", "source": ["✓"]})
        sheet.write_blank(line, 6, None, book.text(bg_color="#FFF9DB"))
        book.fit_row(sheet, line, ["", *texts], _WIDTHS)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    return book.close()


def _texts(filing: Filing, item: Evidence) -> list[str]:
    return [filing.form.part_of[item.field.id].title, item.field.name, item.about, item.what]
