"""The guide of the input workbook: one page to be printed, how to fill it in and what comes of it."""

from __future__ import annotations

from planner.export.styles import Book

SHEET = "填报说明"
WIDTH, HEIGHT = 84, 20  # every line fits into the width of a page
LINES = (
    ("怎么填", (
        "一、先填“基线”：深黄格必填，浅黄格有则填。按行上的单位填，没有数据留空，不填 0。",
        "二、再填“申报表”：一行一个栏目，顺序与申报表一致。带●的必填；确无相关情况写“无”。",
        "三、“自定指标”有则填：本单位自己的指标写名称、单位、越高越好或越低越好。",
        "四、开放合作、治理和服务、其它三个方向，在“自定指标”表下半部用文字写。",
    )),
    ("省时间的办法", (
        "打✓：选中格子，按数字 1，再回车；取消就删掉。",
        "只能选一项的栏目：点格子右侧箭头，从下拉框选。",
        "一格里换行：按 Alt+回车。字数一栏随写随数，超过限数变红。",
        "折叠的行（左侧有“+”）可由基线算出或自动起草，不必填；要改时点“+”展开。",
        "从别的表格复制来的数，用“选择性粘贴—数值”，以免带来公式和格式。",
    )),
    ("填好以后", (
        "存成 .xlsx，在页面“基准数据”一栏上传；每格读成什么、还差什么，页面会逐项列出。",
        "“示例”一栏的内容是编的，只说明写法。",
    )),
)  # fmt: skip


def write_guide(book: Book) -> None:
    """Add the guide, a page wide and no longer than one."""
    sheet = book.sheet(SHEET)
    sheet.set_column(0, 0, WIDTH)
    sheet.write_string(0, 0, "填报说明", book.format(bold=True, font_size=15))
    line = 2
    for title, texts in LINES:
        sheet.write_string(line, 0, title, book.format(bold=True, font_size=12))
        line += 1
        for text in texts:
            look = book.format(font_size=11)
            sheet.write_string(line, 0, text, look)
            sheet.set_row(line, HEIGHT)
            line += 1
        line += 1
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, line - 1, 0)
