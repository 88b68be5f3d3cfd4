"""``planner odds`` and ``planner repair --prefer odds`` as people and scripts run them."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import planner as pl
from planner.api.opening import read_plan
from planner.apps.cli.main import main
from planner.export.csvfiles import goals_csv
from planner.export.workbook import goals_workbook
from planner.planning.statements import repair_record

BASELINES = pl.shared("baselines")
EXAMPLE = str(BASELINES / "example.csv")
ANSWERS = str(BASELINES / "example-answers.yaml")
# What commands print and write beside pictures
pytestmark = pytest.mark.usefixtures("undrawn")
FINDING = {
    "code", "level", "rule", "indicator", "year", "place", "found", "expected", "ways_out", "message",
}  # fmt: skip
WHOLE = {
    "cluster", "plan", "seed", "paths", "joint", "every", "compliant", "stages", "rules", "goals",
    "unknown", "findings",
}  # fmt: skip
NUMBERS = ("joint", "every", "compliant", "stages", "rules", "goals", "paths")


class Run:
    """What a command printed and returned."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def data(self) -> dict[str, Any]:
        """Return what is on stdout as strict JSON."""

        def refuse(name: str) -> None:
            raise ValueError(name)

        return json.loads(self.out, parse_constant=refuse)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("COLUMNS", "200")

    def call(*args: str) -> Run:
        code = main(["odds", *map(str, args)])
        return Run(code, *capsys.readouterr())

    return call


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a file with the baseline of two indicators."""
    path = tmp_path / "small.csv"
    make_small().to_csv(path, index=False)
    return path


@pytest.fixture
def peers(tmp_path: Path) -> Path:
    """Return the figures of five clusters over six years."""
    path = tmp_path / "peers.csv"
    lines = [
        (f"同类{number}", key, year, round(level * (1.05 + number / 50) ** (year - 2020)))
        for number in range(5)
        for key, level in (("output", 9000), ("patents", 300))
        for year in range(2020, 2026)
    ]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("cluster", "indicator", "year", "value"), *lines])
    return path


def make_small() -> pd.DataFrame:
    """Return a baseline of two indicators."""
    rows = [("output", 2024, "170.00"), ("output", 2025, "186.20"), ("patents", 2025, 214)]
    return pd.DataFrame(rows, columns=["indicator", "year", "value"])


def numbers(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in NUMBERS}


def probabilities(data: Any) -> list[float]:
    """Return every probability anywhere in some JSON."""
    if isinstance(data, list):
        return [value for item in data for value in probabilities(item)]
    if not isinstance(data, dict):
        return []
    own = [data["probability"]] if data.get("probability") is not None else []
    return own + [value for item in data.values() for value in probabilities(item)]


# -- what is printed ---------------------------------------------------------------------


def test_json_is_complete_and_alone(run: Any, peers: Path) -> None:
    more = ("--tornado", "patents", "--curve", "output", "--backtest", ANSWERS, "--peers", peers)
    done = run(EXAMPLE, "--json", "--lang", "en", *more)
    assert (done.code, done.err) == (0, "")
    data = done.data
    assert set(data) == WHOLE | {"tornado", "curve", "backtest", "method"}
    assert all(0 <= value <= 1 for value in probabilities(data))
    assert len(probabilities(data)) > 150
    assert all(set(finding) == FINDING for finding in data["findings"])
    assert all(finding["message"] for finding in data["findings"])
    assert (data["seed"], set(data["stages"])) == (7, {"2026", "2027", "2028"})
    goals = {goal["indicator"]: goal for goal in data["goals"]}
    assert goals["output"]["name"] == "Total output"
    assert goals["output"]["targets"] == {"2026": "204.83", "2027": "225.31", "2028": "247.84"}
    for goal in goals.values():
        assert set(goal["chances"]) == set(goal["targets"])
        assert [len(values) for values in goal["fan"].values()] == [3, 3, 3]
        assert sum(goal["sources"].values()) == pytest.approx(1, abs=0.002)
        assert all(value >= 0 for value in goal["sources"].values())
    assert [peer["kind"] for peer in goals["output"]["reference"]] == ["peer"] * 5
    assert {goal["indicator"] for goal in data["backtest"]} >= {"patents", "rd_spend", "co2"}
    for goal in data["backtest"]:
        assert goal["brier"] == pytest.approx((goal["probability"] - goal["met"]) ** 2, abs=1e-4)
    assert {score["indicator"] for score in data["method"]} == {"output", "patents"}
    chances = [point["probability"] for point in data["curve"]]
    assert chances == sorted(chances, reverse=True)
    assert all(swing["title"] for swing in data["tornado"])
    widths = [
        abs(item["high"]["probability"] - item["low"]["probability"]) for item in data["tornado"]
    ]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_text_names_every_goal_and_says_what_it_rests_on(run: Any, lang: str) -> None:
    done = run(EXAMPLE, "--lang", lang)
    assert (done.code, done.err) == (0, "")
    plan = pl.plan(EXAMPLE)
    for goal in plan.odds().goals:
        assert goal.item.name(lang) in done.out
        assert str(goal.chances[2028]) in done.out
    for text in ("None", "nan", "{", "}"):
        assert text not in done.out
    marks = {
        "zh": ("硬性目标（8 项）同时实现 2028", "规则 f", "随机种子 7", "3期"),
        "en": ("All 8 firm goals together 2028", "Rule f", "seed 7", "reference class"),
    }[lang]
    assert [mark for mark in marks if mark not in done.out] == []


def test_text_and_json_are_what_python_says(run: Any, small: Path, peers: Path) -> None:
    wished = pl.plan(make_small()).wish("output", 2028, 260)
    args = (small, "--set", "output@2028=260", "--json", "--lang", "en")
    assert numbers(run(*args).data) == numbers(wished.odds().record("en"))
    other = wished.odds(3, peers).record("en")
    found = run(*args, "--seed", "3", "--peers", peers).data
    assert numbers(found) == numbers(other)
    assert found["seed"] == 3


def test_every_option_on_plans_is_taken(run: Any) -> None:
    done = run(
        EXAMPLE, "--scenario", "steady", "--rules", "xinjiang-2025", "--reading", "f=intensity",
        "--shape", "patents=front", "--pin", "quality_smes@2026=41", "--relax", "e=口径不同",
        "--json",
    )  # fmt: skip
    assert done.err == ""
    made = pl.plan(EXAMPLE, scenario="steady", readings={"f": "intensity"})
    made = made.shape("patents", "front").pin("quality_smes", 2026, 41).relax("e", "口径不同")
    assert numbers(done.data) == numbers(made.odds().record("zh"))


def test_own_indicators_and_another_base_year(run: Any) -> None:
    own = ("--catalogue", BASELINES / "sub-industries.yaml")
    data = run(BASELINES / "sub-industries.csv", *own, "--json").data
    assert "sauce_output" in {goal["indicator"] for goal in data["goals"]}
    data = run(EXAMPLE, "--base-year", "2024", "--json").data
    assert set(data["stages"]) == {"2025", "2026", "2027"}
    assert set(data["goals"][0]["targets"]) == {"2025", "2026", "2027"}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Return a goal pack and the odds of its plan."""
    folder = tmp_path_factory.mktemp("pack")
    wished = pl.plan(EXAMPLE).wish("output", 2028, 260).pin("quality_smes", 2026, 41)
    wished.save(folder / "plan.json")
    (folder / "goals.csv").write_bytes(goals_csv(wished, "en"))
    (folder / "goals.xlsx").write_bytes(goals_workbook(wished, lang="en"))
    return folder, numbers(wished.odds().record("en"))


def test_the_same_plan_from_every_file(run: Any, pack: tuple[Path, dict[str, Any]]) -> None:
    folder, expected = pack
    for source in (
        (folder / "plan.json",),
        (folder / "goals.csv", "--baseline", EXAMPLE),
        (folder / "goals.xlsx", "--baseline", EXAMPLE),
    ):
        done = run(*source, "--json", "--lang", "en")
        assert (done.code, done.err) == (0, "")
        assert numbers(done.data) == expected, source


def test_a_goal_workbook_needs_no_baseline(run: Any, pack: tuple[Path, dict[str, Any]]) -> None:
    """It carries its plan, as for ``planner verify``."""
    folder, expected = pack
    done = run(folder / "goals.xlsx", "--json", "--lang", "en")
    assert (done.code, numbers(done.data)) == (0, expected)


def test_targets_are_not_taken_for_the_past(run: Any, pack: tuple[Path, dict[str, Any]]) -> None:
    """A goal table without its baseline is no baseline of 2028."""
    done = run(pack[0] / "goals.csv", "--json", "--lang", "en")
    assert (done.code, set(done.data["stages"])) == (1, {"2026", "2027", "2028"})


# -- exit codes --------------------------------------------------------------------------


@pytest.mark.parametrize("form", [("--json",), ()], ids=["json", "text"])
def test_an_exit_code_of_one_says_what_has_to_be_fixed(run: Any, form: tuple[str, ...]) -> None:
    """Output below its floor: odds are told, and that the plan does not comply."""
    done = run(EXAMPLE, "--set", "output@2028=200", "--lang", "en", *form)
    assert done.code == 1
    if form:
        levels = {finding["level"] for finding in done.data["findings"]}
        assert "must_fix" in levels
    else:
        assert "[Must fix]" in done.out


def test_what_complies_is_zero(run: Any) -> None:
    assert run(EXAMPLE).code == 0


@pytest.mark.parametrize(
    "args",
    [
        ("no-such-file.csv",),
        (EXAMPLE, "--peers", "no-such-file.csv"),
        (EXAMPLE, "--peers", ANSWERS),
        (EXAMPLE, "--peers", str(BASELINES / "reference-rates.csv")),
        (EXAMPLE, "--backtest", "no-such-file.yaml"),
        (EXAMPLE, "--backtest", EXAMPLE),
        (EXAMPLE, "--tornado", "no_such_indicator"),
        (EXAMPLE, "--curve", "no_such_indicator"),
        (EXAMPLE, "--curve", "area"),
        (EXAMPLE, "--seed", "-1"),
        (EXAMPLE, "--set", "output@2028=much"),
        (EXAMPLE, "--set", "output@2040=300"),
    ],
    ids=lambda args: " ".join(Path(part).name for part in args),
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_cannot_be_used_is_a_finding(run: Any, args: tuple[str, ...], lang: str) -> None:
    done = run(*args, "--lang", lang)
    assert (done.code, done.out) == (2, "")
    assert {"zh": "必须修改", "en": "Must fix"}[lang] in done.err
    assert "Traceback" not in done.err
    done = run(*args, "--lang", lang, "--json")
    assert (done.code, done.err) == (2, "")
    assert done.data["findings"]


@pytest.mark.parametrize("seed", ["1.5", "x", ""])
def test_a_seed_that_is_no_number_is_bad_usage(seed: str) -> None:
    with pytest.raises(SystemExit) as error:
        main(["odds", EXAMPLE, "--seed", seed])
    assert error.value.code == 2


@pytest.mark.parametrize("seed", ["0", "12345678901234567890"])
def test_any_whole_number_is_a_seed(run: Any, small: Path, seed: str) -> None:
    done = run(small, "--seed", seed, "--json")
    assert done.err == ""
    assert done.data["seed"] == int(seed)


def test_faults_in_the_figures_of_peers_are_told_and_counted(run: Any, peers: Path) -> None:
    with peers.open("a", encoding="utf-8") as stream:
        stream.write("同类0,output,2019,约三百\n同类9,no_such,2025,3\n同类9,output,2025,300\n")
    done = run(EXAMPLE, "--peers", peers, "--lang", "en")
    assert "Unknown indicator 'no_such'" in done.out
    assert "peers.csv:62" in done.out
    # something has to be fixed
    assert "[Must fix]" in done.out
    assert done.code == 1


def test_peers_are_not_asked_for_a_baseline(run: Any, small: Path, peers: Path) -> None:
    """Their figures may end earlier: nobody plans their targets."""
    with peers.open("a", encoding="utf-8") as stream:
        stream.write("同类0,rd_spend,2024,30\n")
    done = run(small, "--peers", peers, "--lang", "en")
    assert "cannot be planned" not in done.out
    assert "base-year value" not in done.out


def test_no_peers_no_answers_nothing_to_test(run: Any, small: Path) -> None:
    """Without either, there is no past to look at, and that is said."""
    said, plain = run(small, "--backtest", "--lang", "en"), run(small, "--lang", "en")
    assert said.code == plain.code
    assert set(said.out.splitlines()) - set(plain.out.splitlines())


@pytest.mark.parametrize("key", ["area", "employees"])
def test_a_tornado_of_what_is_no_goal_is_not_silent(run: Any, key: str) -> None:
    done = run(EXAMPLE, "--tornado", key, "--lang", "en")
    name = {"area": "Footprint", "employees": "Employees of SMEs"}[key]
    assert (done.code, done.out) == (2, "")
    assert f"'{name}' is no goal whose odds can be told" in done.err


def test_tables_say_which_indicator_they_are_about(run: Any) -> None:
    plain = run(EXAMPLE).out.count("有效发明专利数量")
    assert run(EXAMPLE, "--curve", "patents").out.count("有效发明专利数量") > plain
    # one line of the table is about its own growth
    assert run(EXAMPLE, "--tornado", "patents").out.count("有效发明专利数量") > plain + 1


# -- in words ----------------------------------------------------------------------------


def test_findings_are_told_in_both_languages(run: Any) -> None:
    said = {lang: run(EXAMPLE, "--json", "--lang", lang).data["findings"] for lang in ("zh", "en")}
    assert [item["code"] for item in said["zh"]] == [item["code"] for item in said["en"]]
    for chinese, english in zip(said["zh"], said["en"], strict=True):
        assert not chinese["message"].isascii()
        if english["code"] not in {"odds_reference", "odds_benchmark"}:  # which name their sources
            assert english["message"].isascii(), english["message"]


def test_one_cluster_is_said_in_good_english(run: Any, small: Path) -> None:
    one = BASELINES / "real" / "guangdong-76-clusters-2023.csv"
    for text in ("the 1 clusters", "1 year(s)"):
        assert text not in run(small, "--peers", one, "--lang", "en").out
        assert text not in run(one, "--lang", "en").out


def test_fits_a_usual_screen(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    for line in run(EXAMPLE, "--lang", "zh").out.splitlines():
        wide = sum(2 if ord(sign) > 0x2E7F else 1 for sign in line.rstrip())
        assert wide <= 120 or line.startswith(("[", " ", "粗体", "规则集")), line


def test_the_process_itself(tmp_path: Path) -> None:
    """Nothing but JSON on stdout and nothing on stderr, from another directory."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "planner.apps.cli.main", "odds", EXAMPLE, "--json"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert set(json.loads(done.stdout)) == WHOLE
    assert list(tmp_path.iterdir()) == []


def test_goals_that_are_unknown_are_not_called_met(run: Any) -> None:
    """Of eight firm goals only those on output have figures: no odds of 'all 8' can be told."""
    source = BASELINES / "real" / "liuyang-fireworks-2023.csv"
    assert "All 8 firm goals" not in run(source, "--lang", "en").out
    assert "硬性目标（8 项）" not in run(source, "--lang", "zh").out


# -- choosing by odds --------------------------------------------------------------------


def test_repair_by_odds_in_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, small: Path
) -> None:
    out = tmp_path / "pack"
    args = ("--set", "output@2028=280", "--prefer", "odds", "--out", str(out), "--json")
    main(["repair", str(small), *args, "--lang", "en"])
    printed, err = capsys.readouterr()
    data = json.loads(printed)
    assert err == ""
    bare = pl.plan(make_small())
    before, after = bare.wish("output", 2028, 280).odds().joint, bare.odds().joint
    assert data["repair"]["complies"] is True
    assert data["repair"]["proven"] is False
    # nothing is left to ask for but the rules
    assert data["repair"]["odds"] == [str(before), str(after)]
    (asked,) = [change for change in data["changes"] if change["kind"] == "wish"]
    assert (asked["old"], asked["new"]) == ("280.00", "247.84")
    assert asked["reason"] == "moved for better joint odds"
    saved = read_plan(out / "plan.json")
    assert data["plan"] == saved.hash
    assert len(data["changes"]) == len(saved.changes)
    assert saved.repaired.odds == tuple(data["repair"]["odds"])


def test_a_repair_by_odds_claims_no_distance() -> None:
    """280 to 247.84 is not a change of 0.00 %."""
    plan = pl.plan(make_small()).wish("output", 2028, 280)
    fixed = plan.repair(prefer="odds")
    found = repair_record(fixed.repaired, fixed.system, fixed.numbers, "en")["repair"]
    assert found["odds"]
    assert found.get("distance_percent") != "0.00"


@pytest.mark.parametrize(
    ("lang", "marks"),
    [
        ("zh", ("为提高同时实现的把握", "意愿让步", "280.00", "按同时实现的把握选取")),
        ("en", ("moved for better joint odds", "pins hold", "280.00", "Chosen for joint odds")),
    ],
)
def test_repair_by_odds_in_words(
    capsys: pytest.CaptureFixture[str], small: Path, lang: str, marks: tuple[str, ...]
) -> None:
    main(["repair", str(small), "--set", "output@2028=280", "--prefer", "odds", "--lang", lang])
    out, err = capsys.readouterr()
    assert err == ""
    assert [mark for mark in marks if mark not in out] == []


def test_pack_and_repair_are_told_among_peers_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, small: Path, peers: Path
) -> None:
    out, among, source = tmp_path / "pack", str(peers), str(small)
    main(["plan", source, "--odds", "--peers", among, "--out", str(out), "--json"])
    capsys.readouterr()
    plan = pl.plan(source)
    expected = plan.odds(peers=peers).record("zh")
    assert expected["joint"] != plan.odds().record("zh")["joint"]
    with (out / "odds.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["indicator"]: row for row in csv.DictReader(stream)}
    for goal in expected["goals"]:
        chance = goal["chances"]["2028"]["probability"]
        assert float(rows[goal["indicator"]]["chance_2028"]) == pytest.approx(chance, abs=1e-6)
    asked = ("--set", "output@2028=290", "--prefer", "odds", "--json", "--peers", among)
    main(["repair", source, *asked])
    found = json.loads(capsys.readouterr().out)
    likely = plan.wish("output", 2028, 290).repair(prefer="odds", peers=peers)
    assert found["repair"]["odds"] == list(likely.repaired.odds)
    assert found["plan"] == likely.hash
    for more in ((), ("--prefer", "odds")):
        assert main(["repair", source, *more, "--peers", "no-such-file.csv"]) == 2


def test_a_preference_that_is_none_is_bad_usage() -> None:
    with pytest.raises(SystemExit) as error:
        main(["repair", EXAMPLE, "--prefer", "luck"])
    assert error.value.code == 2
    with pytest.raises((pl.InputError, ValueError)):
        pl.plan(make_small()).repair(prefer="luck")  # type: ignore[arg-type]
