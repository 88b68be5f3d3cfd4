"""Indicators and goals that a table brings of its own: no file of definitions, nothing lost on the way."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner as pl
from planner.export.artefacts import Source, make
from planner.export.template import write_template
from planner.model.catalogue import Cell, extend, shipped
from planner.model.ownindicators import own_id, own_indicator

EXAMPLE = pl.shared("baselines") / "example.csv"
TABLE = """方向,指标,单位,越高越好还是越低越好,小数位,2023年,2024年,2025年,2025年原定目标,2028年目标
主导产业,集群总产值,亿元,,,140.2,165.08,186.2,,
其它,番茄出口额,亿元,越高越好,,3.1,3.5,4.2,4,6.5
治理和服务,公共服务平台,个,正向,,2,3,4,,+3
绿色化,单位产品水耗,吨/吨,越低越好,1,,,8.2,,7.5
其它,建成检测中心,个,越高越好,0,0,1,2,3,
开放合作,定性描述,,,,与1所高校合作,,与3所高校合作,与2所高校合作,与5所高校共建联合实验室
"""


def written(folder: Path, text: str = TABLE, name: str = "own.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_name_a_unit_and_a_direction_make_an_indicator(tmp_path: Path) -> None:
    base = pl.read_baseline(written(tmp_path))
    own = {item.zh: item for item in base.catalogue.own}
    assert list(own) == ["番茄出口额", "公共服务平台", "单位产品水耗", "建成检测中心"]
    told = {name: (i.unit.zh, i.decimals, i.better, i.direction) for name, i in own.items()}
    assert told["番茄出口额"] == ("亿元", 2, "higher", "other")
    assert told["公共服务平台"] == ("个", 0, "higher", "governance")
    assert told["单位产品水耗"] == ("吨/吨", 1, "lower", "green")
    key = own["番茄出口额"].id
    assert [base.printed(key, year) for year in (2023, 2024, 2025)] == [
        Decimal("3.10"), Decimal("3.50"), Decimal("4.20"),
    ]  # fmt: skip


def test_what_stands_beside_the_figures_is_asked_for(tmp_path: Path) -> None:
    plan = pl.plan(pl.read_baseline(written(tmp_path)))
    ends = {
        row.item.zh: row.values[2028]
        for row in plan.goals
        if row.item in plan.baseline.catalogue.own
    }
    assert ends == {
        "番茄出口额": Decimal("6.50"), "公共服务平台": Decimal(7), "单位产品水耗": Decimal("7.5"),
    }  # fmt: skip
    assert plan.baseline.promised[own_id("番茄出口额")] == "4"


def test_a_goal_of_the_past_alone_is_no_goal_of_the_future(tmp_path: Path) -> None:
    plan = pl.plan(pl.read_baseline(written(tmp_path)))
    done = own_id("建成检测中心")
    assert done not in [row.id for row in plan.goals]
    content = pl.fill_form(plan).content
    assert content[pl.Slot("achieved", f"{done}.target")] == "3个"
    assert content[pl.Slot("achieved", f"{done}.actual")] == "2个"
    assert pl.Slot("goals", f"{done}.target") not in content


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("其它,新指标,,越高越好,,1,2,3,,", "own_incomplete"),
        ("其它,新指标,个,,,1,2,3,,", "own_incomplete"),
        ("其它,新指标,个,随便,,1,2,3,,", "own_better"),
        ("其它,新指标,个,越高越好,半,1,2,3,,", "own_decimals"),
        ("其它,番茄出口额（海外）,亿元,越高越好,,1,2,3,,", "own_repeated"),
    ],
)
def test_what_is_told_too_little_of_is_named(tmp_path: Path, row: str, code: str) -> None:
    base = pl.read_baseline(written(tmp_path, TABLE + row + "\n"))
    found = [item for item in base.findings if item.code == code]
    assert [item.place.line for item in found] == [8]


def test_an_indicator_that_is_known_stays_what_it_is(tmp_path: Path) -> None:
    text = TABLE.replace("集群总产值,亿元,,", "集群总产值,亿元,越低越好,")
    base = pl.read_baseline(written(tmp_path, text))
    assert base.catalogue["output"].better == "higher"
    assert base.printed("output") == Decimal("186.20")


def test_a_table_of_one_figure_a_line_tells_of_indicators_too(tmp_path: Path) -> None:
    lines = ["indicator,unit,better,year,value", "output,亿元,,2025,100"]
    lines += [f"出口额,亿元,up,{year},{value}" for year, value in ((2024, 3), (2025, 4))]
    base = pl.read_baseline(written(tmp_path, "\n".join(lines)))
    assert base.printed(own_id("出口额"), 2025) == Decimal("4.00")
    assert not [item for item in base.findings if item.code.startswith("own_")]


def test_every_mark_of_such_a_table_is_accounted_for(tmp_path: Path) -> None:
    reading = pl.read(written(tmp_path))
    kinds = {(item.text, item.kind) for item in reading.account.used}
    assert {
        ("6.5", "target"),
        ("4", "promised"),
        ("正向", "better"),
        ("与1所高校合作", "words"),
    } <= kinds
    assert not [item for item in reading.account.left if item.reason == "not_read"]


# -- goals in words ------------------------------------------------------------------------


def worded() -> pl.Plan:
    plan = pl.plan(EXAMPLE).describe("开放合作", 2025, "与3所高校合作")
    return plan.describe("opening", 2028, "与5所高校共建联合实验室").describe(
        "其它", 2028, "=1+1 做到"
    )


def test_words_are_part_of_every_goal_table(tmp_path: Path) -> None:
    plan = worded()
    plan.export(tmp_path)
    for name in ("goals.csv", "goals.xlsx"):
        told = pl.verify(tmp_path / name, EXAMPLE if name.endswith("csv") else None)
        assert told.words == plan.words, name
    assert pl.read_plan(tmp_path / "plan.json").words == plan.words
    pl.fill_form(plan, path=tmp_path / "form.docx")
    assert pl.read_form(tmp_path / "form.docx").plan.words == plan.words


def test_words_that_somebody_changed_in_the_workbook_are_taken(tmp_path: Path) -> None:
    worded().export(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "goals.xlsx")
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.value == "与5所高校共建联合实验室":
                cell.value = "与6所高校共建"
    book.save(tmp_path / "changed.xlsx")
    told = pl.verify(tmp_path / "changed.xlsx")
    assert told.words[Cell("opening", 2028)] == "与6所高校共建"
    assert not [item for item in told.notes if item.code in {"text_edited", "rows_moved"}]
    changed = [(i.found, i.expected) for i in told.notes if i.code == "words_changed"]
    assert changed == [("与6所高校共建", "与5所高校共建联合实验室")]


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_any_words_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("words")
    plan = pl.plan(EXAMPLE).describe("governance", 2028, text)
    assert pl.read_plan(plan.save(folder / "plan.json")).words == plan.words


def test_a_direction_or_year_that_is_none_is_refused() -> None:
    plan = pl.plan(EXAMPLE)
    for call, code in (
        (("nowhere", 2028, "x"), "direction_unknown"),
        (("opening", 2031, "x"), "year_outside"),
        (("opening", 2028, "长" * 2001), "words_long"),
    ):
        with pytest.raises(pl.InputError) as error:
            plan.describe(*call)
        assert error.value.findings[0].code == code
    assert plan.describe("opening", 2028, "x").describe("opening", 2028, "") == plan


def test_words_outside_the_years_planned_are_dropped_and_told(tmp_path: Path) -> None:
    plan = pl.plan(written(tmp_path), horizon=2)
    assert Cell("opening", 2028) not in plan.words
    assert "asked_dropped" in [item.code for item in plan.notes]


# -- the input workbook ----------------------------------------------------------------------


def filled(folder: Path, rows: dict[str, str]) -> Path:
    """Fill the sheet of further goals as a person does: into the blank cells, by its headings."""
    path = write_template(folder / "input.xlsx", base_year=2025, filled=pl.read_baseline(EXAMPLE))
    book = openpyxl.load_workbook(path)
    sheet = book["自定指标"]
    for name, value in rows.items():
        sheet[name] = value
    book.save(path)
    return path


def test_the_workbook_takes_own_indicators_and_words(tmp_path: Path) -> None:
    path = filled(tmp_path, {
        "B5": "番茄出口额", "C5": "亿元", "D5": "越高越好", "H5": "4.2", "J5": "6.5",
        "B6": "检测中心", "C6": "座", "D6": "越高越好", "H6": "2",
        "J17": "与5所高校共建联合实验室",
    })  # fmt: skip
    base = pl.read_baseline(path)
    assert [item.zh for item in base.catalogue.own] == ["番茄出口额", "检测中心"]
    assert base.described == {Cell("opening", 2028): "与5所高校共建联合实验室"}
    plan = pl.plan(base)
    assert plan.goals[own_id("番茄出口额")].values[2028] == Decimal("6.50")
    assert {k: v for k, v in base.values.items() if k.indicator in shipped()} == pl.read_baseline(
        EXAMPLE
    ).values
    said = {item.code for item in base.findings if item.place.sheet == "自定指标"}
    assert said <= {"value_blank", "number_understood"}


def test_a_plan_writes_a_workbook_that_reads_as_the_same_plan(tmp_path: Path) -> None:
    plan = pl.plan(filled(tmp_path, {
        "B5": "番茄出口额", "C5": "亿元", "D5": "越高越好", "H5": "4.2", "I5": "4", "J5": "+2",
        "J18": "建成集群服务中心",
    }))  # fmt: skip
    data = make("baseline_xlsx", Source(plan))["baseline.xlsx"]
    (tmp_path / "again.xlsx").write_bytes(data)
    again = pl.plan(tmp_path / "again.xlsx")
    assert again.goals == plan.goals
    assert again.words == plan.words
    assert again.baseline.promised == plan.baseline.promised


def test_the_blank_workbook_asks_for_nothing_in_its_sheet_of_own(tmp_path: Path) -> None:
    base = pl.read_baseline(filled(tmp_path, {}))
    assert base.catalogue.own == ()
    assert not [item for item in base.findings if item.place.sheet == "自定指标"]


# -- what must not be taken, or not in silence -------------------------------------------------


def book(folder: Path, sheets: dict[str, list[list[object]]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "made.xlsx"
    made.save(path)
    return path


HEAD = ["方向", "指标", "单位", "2025年", "2028年目标"]
FIGURES = [["指标", "单位", "2024", "2025"], ["主导产业"], ["集群总产值", "亿元", 100, 110], ["创新"],
           ["研发经费投入", "亿元", 2, 3]]  # fmt: skip
OTHERS = [
    ["指标", "单位", "2024", "2025"],
    ["有效发明专利数量", "件", 50, 60],
    ["集群总产值", "亿元", 100, 120],
]


def test_headings_within_a_table_make_it_no_sheet_of_ones_own(tmp_path: Path) -> None:
    """Two tables stay two tables: the second is asked about and not mixed in."""
    base = pl.read_baseline(book(tmp_path, {"甲": FIGURES, "乙": OTHERS}))
    assert {cell.indicator for cell in base.values} == {"output", "rd_spend"}
    assert str(base.printed("output")) == "110.00"
    assert "sheet_ignored" in [item.code for item in base.findings]


def test_words_of_a_sheet_that_is_not_meant_are_left(tmp_path: Path) -> None:
    words = ["开放合作", "定性描述", "", "", "", "与别处合作"]
    other = [[*HEAD[:1], *OTHERS[0], "2028年目标"], *([["", *row] for row in OTHERS[1:]]), words]
    path = book(tmp_path, {"甲": FIGURES, "乙": other})
    assert pl.read_baseline(path).described == {}
    left = {item.text: item.reason for item in pl.read(path).account.left}
    assert left["与别处合作"] == "other_sheet"


def test_words_on_a_sheet_of_their_own_belong_to_the_table(tmp_path: Path) -> None:
    words = [HEAD, ["开放合作", "定性描述", "", "与3所高校合作", "与5所高校合作"]]
    base = pl.read_baseline(book(tmp_path, {"甲": FIGURES, "定性": words}))
    assert base.described == {
        Cell("opening", 2025): "与3所高校合作",
        Cell("opening", 2028): "与5所高校合作",
    }


def test_two_texts_for_one_place_are_told(tmp_path: Path) -> None:
    base = pl.read_baseline(written(tmp_path, TABLE + "开放合作,定性描述,,,,,,,,与6所高校合作\n"))
    told = [
        (item.code, item.found, item.place.line)
        for item in base.findings
        if item.code == "words_twice"
    ]
    assert told == [("words_twice", "与6所高校合作", 8)]
    assert base.described[Cell("opening", 2028)] == "与5所高校共建联合实验室"


def test_what_is_hidden_or_broken_is_no_goal(tmp_path: Path) -> None:
    path = book(tmp_path, {"甲": FIGURES, "定性": [
        HEAD, ["开放合作", "定性描述", "", "", "藏起来的"], ["治理和服务", "定性描述", "", "", "#REF!"],
        ["其它", "定性描述", "", "", "做到"],
    ]})  # fmt: skip
    made = openpyxl.load_workbook(path)
    made["定性"].row_dimensions[2].hidden = True
    made["定性"]["E3"].data_type = "e"
    made.save(path)
    base = pl.read_baseline(path)
    assert base.described == {Cell("other", 2028): "做到"}
    assert [item.place.cell for item in base.findings if item.code == "words_broken"] == ["E3"]


def test_a_name_that_is_too_long_is_told_and_not_cut(tmp_path: Path) -> None:
    base = pl.read_baseline(written(tmp_path, TABLE + f"其它,{'长' * 61},个,越高越好,,1,2,3,,\n"))
    assert "own_long" in [item.code for item in base.findings]
    assert all(len(item.zh) <= 60 for item in base.catalogue.own)


def test_words_of_other_years_and_other_states_are_told(tmp_path: Path) -> None:
    plan = pl.plan(EXAMPLE).describe("opening", 2025, "甲")
    path = tmp_path / "goals.csv"
    plan.describe("opening", 2028, "乙").export(tmp_path)
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace(",甲,", ",丙,"), encoding="utf-8")
    judged = pl.verify(path, plan.baseline)
    assert [(i.code, i.found, i.expected) for i in judged.notes if i.code == "words_differ"] == [
        ("words_differ", "丙", "甲"),
    ]  # fmt: skip
    shorter = pl.verify(path, plan.baseline, horizon=2)
    assert Cell("opening", 2028) not in shorter.words
    assert "开放合作" in [item.found for item in shorter.notes if item.code == "goal_outside"]


def test_a_workbook_that_was_filled_in_before_is_read_as_before() -> None:
    """One answer a line and place of the form, as the input workbook was until lately."""
    path = Path(__file__).parents[1] / "data" / "input-before.xlsx"
    form, told = pl.load_form(), pl.shared("baselines") / "example-answers.yaml"
    assert pl.read_answers(path, form).values == pl.read_answers(told, form).values
    assert pl.read_baseline(path).values == pl.read_baseline(EXAMPLE).values


def test_names_may_stand_behind_their_number(tmp_path: Path) -> None:
    path = write_template(tmp_path / "input.xlsx", base_year=2025)
    made = openpyxl.load_workbook(path)
    sheet = made["申报表"]
    row = next(r for r in sheet.iter_rows() if r[9].value == "national_pilots")
    row[3].value = "2；甲工厂、乙工厂"
    made.save(path)
    values = pl.read_answers(path, pl.load_form()).values
    assert values == {
        pl.Slot("national_pilots", "count"): "2", pl.Slot("national_pilots", "names"): "甲工厂、乙工厂",
    }  # fmt: skip


def test_answers_for_which_the_sheet_has_no_column_stay_answers(tmp_path: Path) -> None:
    """Over five years the sheet has a column for 2030; what the form says of 2028 is not lost."""
    form = pl.load_form()
    told = pl.read_answers(pl.shared("baselines") / "example-answers.yaml", form)
    plan = pl.plan(EXAMPLE, horizon=5)
    path = tmp_path / "again.xlsx"
    path.write_bytes(make("baseline_xlsx", Source(plan, answers=told))["baseline.xlsx"])
    again = pl.read_answers(path, form)
    assert again.values == told.values


def test_a_blank_workbook_lists_the_indicators_of_a_catalogue(tmp_path: Path) -> None:
    known = extend((own_indicator("番茄出口额", "亿元", "higher"),), shipped())
    path = write_template(tmp_path / "input.xlsx", base_year=2025, catalogue=known)
    texts = [cell.value for row in openpyxl.load_workbook(path)["自定指标"] for cell in row]
    assert "番茄出口额" in texts


def test_words_that_were_dropped_do_not_come_back(tmp_path: Path) -> None:
    plan = pl.plan(written(tmp_path), horizon=2)
    assert plan.described == {}
    assert pl.read_plan(plan.save(tmp_path / "plan.json")) == pl.read_plan(
        plan.save(tmp_path / "p.json")
    )
