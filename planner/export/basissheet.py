"""The sheet that says what a goal table rests on (§5, §10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.compliance.shown import named
from planner.core.findings import Finding
from planner.export.styles import Book
from planner.model import messages
from planner.model.wording import provenance
from planner.planning.workings import figures_of

if TYPE_CHECKING:
    from planner.planning.record import PlanRecord

WIDTHS = (34, 24, 95)


def write_basis(book: Book, sheet: Any, plan: PlanRecord, lang: str) -> None:
    """Write what the goal table rests on: readings, benchmark figures, findings, remarks."""

    def say(key: str) -> str:
        return messages.label(key, lang)

    bold, wrap = book.format(bold=True, font_size=12), book.text(text_wrap=True)
    line = 0

    def table(title: str, heads: list[str], rows: list[list[str]]) -> None:
        nonlocal line
        sheet.write_string(line, 0, title, bold)
        for column, text in enumerate(heads):
            sheet.write_string(line + 1, column, text, book.head())
        for offset, values in enumerate(rows):
            book.fit_row(sheet, line + 2 + offset, values, WIDTHS)
            for column, text in enumerate(values):
                sheet.write_string(line + 2 + offset, column, text, wrap)
        line += len(rows) + 3

    readings = [
        [item.title(lang), "", item.readings[name].title(lang)]
        for key, item in plan.rules.readings.items()
        for name in [plan.all_readings.get(key, item.default)]
    ]
    table(say("reading"), [say("title"), "", say("reading")], readings)
    figures = [
        [f"{named(v.rule, lang)}  {figure.said}", str(figure.year), provenance(figure, lang)]
        for v in plan.verdicts
        for figure in figures_of(plan, v.rule)
    ]
    heads = [say("threshold"), say("years"), say("source")]
    table(say("benchmarks_used"), heads, figures)
    remarks = [
        [row.item.name(lang), "", row.item.remark(lang)] for row in plan.goals if row.item.remark
    ]
    if remarks:
        table(say("note"), [say("indicator"), "", say("note")], remarks)
    catalogue = plan.system.catalogue
    findings: list[Finding] = messages.ordered(plan.check())
    rows = [
        [
            messages.level(finding, lang),
            str(finding.place),
            messages.sentence(finding, lang, catalogue),
        ]
        for finding in findings
    ]
    heads = [say("level"), say("place"), say("message")]
    table(say("findings"), heads, rows)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
