"""The shelf: what is saved comes back, and no page loses, overwrites or reads what is not its own."""

from __future__ import annotations

import json
import logging
import multiprocessing as mp
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from conftest import make_baseline
from examples import drawn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limits import HANGS

import planner as pl
from planner.apps.page import store as shelf_module
from planner.apps.page.autosave import Saver
from planner.apps.page.loading import study_of, with_answers
from planner.apps.page.session import Session
from planner.apps.page.store import SUFFIX, ChangedElsewhereError, StudyStore
from planner.apps.page.study import Study
from planner.core.archive import MAX_BYTES
from planner.core.findings import InputError
from planner.planning.store import dumps

PLAN = pl.plan(make_baseline())
END = PLAN.years[-1]
# What Windows gives to devices, with any ending.
DEVICES = {"con", "prn", "aux", "nul", *(f"{n}{k}" for n in ("com", "lpt") for k in range(1, 10))}
MOST_BYTES = 255


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep the tracebacks of faults that are told out of the test's report."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def asked(output: object, plan: pl.Plan = PLAN) -> Study:
    return study_of(plan.wish("output", END, str(output)), "zh")


def named(cluster: str) -> Study:
    return study_of(pl.plan(replace(make_baseline(), cluster=cluster)), "zh")


def output(study: Study | None) -> str:
    assert study is not None
    return str(study.plan.goals["output"].values[END])


def tuned(session: Session, value: object) -> None:
    session.act("tune", indicator="output", year=END, value=str(value))


def working(folder: Path, later: Any = None, key: str = "") -> Session:
    """Return a session with a study of its own, or one that is on the shelf."""
    session = Session(Saver(StudyStore(folder), later))
    if key:
        session.act("open_saved", key=key)
    else:
        session.open(study_of(PLAN, "zh"))
        session.flush()
    assert session.study is not None
    return session


def key_of(session: Session) -> str:
    assert session.saver is not None
    assert session.saver.key is not None
    return session.saver.key


# -- there and back ----------------------------------------------------------------------------


def test_scenarios_answers_and_every_byte_come_back(tmp_path: Path) -> None:
    example = pl.plan(pl.read_baseline(pl.shared("baselines") / "example.xlsx"), scenario="steady")
    plans = {
        "计划": example,
        "甲 / \\ : 乙": example.pin("output", 2026).shape("patents", "back").wish("co2", END, "70"),
        "修正": example.wish("output", END, 200).repair(),
        "口径": example.reading("f", "intensity").relax("e", "设备改造推迟"),
        "国标": example.with_rules("national-2022"),
    }
    study = Study(plans, "修正")
    answers = (pl.shared("baselines") / "example-answers.yaml").read_bytes()
    study, _ = with_answers(study, "a.yaml", answers)
    shelf = StudyStore(tmp_path)
    revision = shelf.save("k", study, "")
    found, same = StudyStore(tmp_path).load("k")
    assert (list(found.plans), found.current, same) == (list(plans), "修正", revision)
    for name, plan in plans.items():
        assert dumps(found.plans[name]) == dumps(plan)
        assert found.plans[name].check() == plan.check() or name == "修正"
    assert study.answers is not None
    assert found.answers is not None
    assert found.answers.values == study.answers.values
    assert found.answers.readings == study.answers.readings
    before = (tmp_path / f"k{SUFFIX}").read_bytes()
    assert shelf.save("k", found, same) == revision
    assert (tmp_path / f"k{SUFFIX}").read_bytes() == before


def test_own_indicators_and_given_tables_come_back(tmp_path: Path) -> None:
    folder = pl.shared("baselines")
    own = pl.read_catalogue(folder / "sub-industries.yaml")
    plan = pl.plan(pl.read_baseline(folder / "sub-industries.csv", catalogue=own))
    given_table = replace(PLAN, given=PLAN.numbers.targets)
    shelf = StudyStore(tmp_path)
    for key, made in (("own", plan), ("given", given_table)):
        shelf.save(key, study_of(made, "zh"), "")
        assert dumps(shelf.load(key)[0].plan) == dumps(made)


def test_a_restart_finds_the_study_as_it_was(tmp_path: Path) -> None:
    first = working(tmp_path)
    first.act("save_as", name="乙")
    tuned(first, "300")
    first.act("switch", name="计划")
    again = working(tmp_path, key=key_of(first))
    assert again.study is not None
    assert first.study is not None
    assert again.study.current == "计划"
    assert {k: dumps(p) for k, p in again.study.plans.items()} == {
        k: dumps(p) for k, p in first.study.plans.items()
    }


def test_a_number_mended_after_a_restart_is_not_complained_of_any_more(tmp_path: Path) -> None:
    """The finding on a part is settled by its whole, before and after a restart alike."""
    data = b"indicator,year,value\noutput,2025,100\nsme_output,2025,120\nenterprises,2025,50\n"
    first = Session(Saver(StudyStore(tmp_path)))
    first.act("upload", kind="baseline", name="a.csv", data=data)
    assert [f.code for f in first.plan.baseline.findings] == ["part_above_whole"]
    again = working(tmp_path, key=key_of(first))
    for session in (first, again):
        session.act("mend", indicator="output", year=2025, value="200")
        assert [f.code for f in session.plan.baseline.findings] == []


def test_the_last_saved_comes_first_and_other_files_are_none_of_ours(tmp_path: Path) -> None:
    shelf = StudyStore(tmp_path)
    assert list(StudyStore(tmp_path / "none")) == []
    for number, key in enumerate(("a", "b", "c")):
        shelf.save(key, asked(300), "")
        os.utime(tmp_path / f"{key}{SUFFIX}", (number, number))
    (tmp_path / "notes.txt").write_text("x")
    assert [kept.key for kept in shelf] == ["c", "b", "a"]


def test_what_is_offered_can_be_opened(tmp_path: Path) -> None:
    """A file that somebody renamed is offered, so it opens - or it is not offered."""
    shelf = StudyStore(tmp_path)
    shelf.save("a", asked(300), "")
    for name in ("我的 规划 (1)", "v1.2", ""):
        (tmp_path / f"{name}{SUFFIX}").write_bytes((tmp_path / f"a{SUFFIX}").read_bytes())
    for kept in shelf:
        assert output(shelf.load(kept.key)[0]) == "300.00"


# -- two at once -------------------------------------------------------------------------------


def test_the_second_of_two_pages_is_told_and_loses_nothing(tmp_path: Path) -> None:
    one = working(tmp_path)
    two = working(tmp_path, key=key_of(one))
    tuned(one, 300)
    tuned(two, 310)
    assert (one.saved, two.saved) == ("saved", "elsewhere")
    tuned(two, 320)  # goes on, and still overwrites nothing
    assert output(StudyStore(tmp_path).load(key_of(one))[0]) == "300.00"
    assert output(two.study) == "320.00"
    two.act("take_theirs")
    assert (output(two.study), two.saved) == ("300.00", "saved")
    two.act("undo")  # his own again, knowing of the other
    assert output(two.study) == "320.00"
    assert output(StudyStore(tmp_path).load(key_of(one))[0]) == "320.00"
    tuned(one, 330)
    assert one.saved == "elsewhere"
    one.act("keep_mine")
    assert one.saved == "saved"
    assert len({key_of(one), key_of(two)}) == 2
    kept = {key: output(StudyStore(tmp_path).load(key)[0]) for key in (key_of(one), key_of(two))}
    assert kept == {key_of(one): "330.00", key_of(two): "320.00"}


def test_a_file_that_was_deleted_is_not_written_again_unasked(tmp_path: Path) -> None:
    session = working(tmp_path)
    path = tmp_path / f"{key_of(session)}{SUFFIX}"
    path.unlink()
    tuned(session, 300)
    assert session.saved == "elsewhere"
    session.act("take_theirs")
    assert [f.code for f in session.notices] == ["file_missing"]
    session.act("keep_mine")
    assert session.saved == "saved"
    assert output(StudyStore(tmp_path).load(key_of(session))[0]) == "300.00"


def test_what_the_page_shows_after_taking_theirs_is_what_is_kept(tmp_path: Path) -> None:
    """A change that still waits to be saved does not come after the other page's."""
    one, clock = working(tmp_path), Clock()
    two = working(tmp_path, clock, key_of(one))
    tuned(one, 300)
    tuned(two, 310)  # waits
    two.act("take_theirs")
    clock.run()
    two.flush()
    assert output(two.study) == output(StudyStore(tmp_path).load(key_of(two))[0])


def test_the_state_of_saving_is_that_of_the_study_in_hand(tmp_path: Path) -> None:
    one = working(tmp_path)
    two = working(tmp_path, key=key_of(one))
    tuned(one, 300)
    tuned(two, 310)
    assert two.saved == "elsewhere"
    two.act("open_example", name="example.xlsx")
    assert two.saved == "none"  # nobody else has this one


@drawn(20, 400, st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=14))
def test_no_committed_save_is_lost_whoever_comes_when(turns: list[tuple[int, bool]]) -> None:
    """Each of three savers reads again or writes; what is written follows what it had read."""
    with TemporaryDirectory() as folder:
        take_turns(StudyStore(folder), turns)


def take_turns(shelf: StudyStore, turns: list[tuple[int, bool]]) -> None:
    start = Study({"0": PLAN}, "0")
    revisions = [shelf.save("k", start, "")] * 3
    held = [start] * 3
    truth = start
    for number, (who, reads) in enumerate(turns, 1):
        if reads:
            held[who], revisions[who] = shelf.load("k")
            assert list(held[who].plans) == list(truth.plans)
            continue
        mine = Study({**held[who].plans, str(number): PLAN}, "0")
        try:
            revisions[who] = shelf.save("k", mine, revisions[who])
        except ChangedElsewhereError:
            continue
        assert list(mine.plans)[:-1] == list(truth.plans)  # nothing of what was there is gone
        held[who] = truth = mine
    assert list(shelf.load("k")[0].plans) == list(truth.plans)


ROUNDS = 6


def _append(folder: str, name: str, start: Any, results: Any) -> None:
    """Add scenarios one by one, reading again whenever somebody else was faster."""
    shelf, added = StudyStore(folder), []
    start.wait()
    while len(added) < ROUNDS:
        study, revision = shelf.load("k")
        mine = f"{name}{len(added)}"
        try:
            shelf.save("k", Study({**study.plans, mine: study.plan}, study.current), revision)
        except ChangedElsewhereError:
            continue
        added.append(mine)
    results.put(added)


def test_two_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    StudyStore(tmp_path).save("k", study_of(PLAN, "zh"), "")
    context = mp.get_context("spawn")
    start, results = context.Event(), context.Queue()
    workers = [
        context.Process(target=_append, args=(str(tmp_path), name, start, results))
        for name in ("a", "b")
    ]
    for worker in workers:
        worker.start()
    start.set()
    added = [name for _ in workers for name in results.get(timeout=HANGS)]
    for worker in workers:
        worker.join(timeout=HANGS)
        assert worker.exitcode == 0
    assert sorted(StudyStore(tmp_path).load("k")[0].plans) == sorted(["计划", *added])


def test_two_new_studies_of_one_cluster_get_two_files(tmp_path: Path) -> None:
    one, two = Saver(StudyStore(tmp_path)), Saver(StudyStore(tmp_path))
    keys = iter(["测试集群", "测试集群", "测试集群-2"])
    two.store.new_key = lambda _: next(keys)  # type: ignore[method-assign]
    for saver, value in ((one, 300), (two, 310)):  # the second did not see the first coming
        saver.start(asked(value))
        saver.changed(asked(value))
    assert (one.key, two.key) == ("测试集群", "测试集群-2")
    shelf = StudyStore(tmp_path)
    assert [output(shelf.load(str(saver.key))[0]) for saver in (one, two)] == ["300.00", "310.00"]


# -- crashes and damage ------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "pathlib.Path.open"])
def test_a_crash_while_writing_leaves_the_old_file(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = working(tmp_path)
    path = tmp_path / f"{key_of(session)}{SUFFIX}"
    before = path.read_bytes()

    def crash(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(step, crash)
        tuned(session, 300)
    assert session.saved == "failed"
    assert [f.code for f in session.notices] == ["not_saved"]
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.glob(".planner-*")] == []
    tuned(session, 310)
    assert session.saved == "saved"
    assert output(StudyStore(tmp_path).load(key_of(session))[0]) == "310.00"


def test_a_killed_writer_leaves_a_lock_that_holds_nobody_up(tmp_path: Path) -> None:
    session = working(tmp_path)
    (tmp_path / f".{key_of(session)}.lock").write_text("")
    (tmp_path / ".abandoned.tmp").write_bytes(b"{half")
    tuned(session, 300)
    assert session.saved == "saved"
    assert [kept.key for kept in StudyStore(tmp_path)] == [key_of(session)]


def sound(folder: Path) -> dict[str, Any]:
    shelf = StudyStore(folder)
    shelf.save("k", asked(300), "")
    data: dict[str, Any] = json.loads((folder / f"k{SUFFIX}").read_bytes())
    return data


def _edited(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], bytes]:
    def edit(data: dict[str, Any]) -> bytes:
        change(data)
        return json.dumps(data).encode()

    return edit


def _whole(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


DAMAGED: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "empty": lambda _: b"",
    "truncated": lambda data: _whole(data)[:-200],
    "cut in a character": lambda data: _whole(data)[: _whole(data).index("集".encode()) + 1],
    "no JSON": lambda _: b"\x00\x01\x02",
    "GB18030": lambda data: json.dumps(data, ensure_ascii=False).encode("gb18030"),
    "a list": lambda _: b"[]",
    "null": lambda _: b"null",
    "a number": lambda _: b"9" * 5000,
    "deep": lambda _: b"[" * 200_000,
    "deep inside": lambda data: _whole(data).replace(
        b'"shapes": {}', b'"shapes": {"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    ),
    "huge": lambda data: _whole(data) + b" " * MAX_BYTES,
    "format 2": _edited(lambda data: data.update(format=2)),
    "plan format 2": _edited(lambda data: data["scenarios"][0]["plan"].update(format=2)),
    "unknown key": _edited(lambda data: data.update(nix=1)),
    "no scenario": _edited(lambda data: data.update(scenarios=[])),
    "another current": _edited(lambda data: data.update(current="nix")),
    "twice": _edited(lambda data: data["scenarios"].append(data["scenarios"][0])),
    "many": _edited(
        lambda data: data["scenarios"].extend(
            {**data["scenarios"][0], "name": str(k)} for k in range(30)
        )
    ),
    "no number": _edited(lambda data: data["scenarios"][0]["plan"]["levels"][0].update(value="x")),
    "not a number": _edited(
        lambda data: data["scenarios"][0]["plan"]["levels"][0].update(value=float("nan"))
    ),
    "unknown rules": _edited(lambda data: data["scenarios"][0]["plan"]["rules"].update(id="nix")),
    "rules by path": _edited(
        lambda data: data["scenarios"][0]["plan"]["rules"].update(id="../../../etc/passwd")
    ),
    "unknown form": _edited(lambda data: data.update(answers={"form": "nix", "text": "x"})),
    "form by path": _edited(
        lambda data: data.update(answers={"form": "/etc/hostname.yaml", "text": "x"})
    ),
    "broken answers": _edited(
        lambda data: data.update(
            answers={"form": "xinjiang-recheck", "text": "a: [*x, !!python/name:os"}
        )
    ),
    "no surrogate": _edited(
        lambda data: data["scenarios"][0].update(name="\ud800") or data.update(current="\ud800")
    ),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_gives_findings_and_stays_as_it_is(damage: str, tmp_path: Path) -> None:
    data = DAMAGED[damage](sound(tmp_path))
    path = tmp_path / f"k{SUFFIX}"
    path.write_bytes(data)
    with pytest.raises(InputError) as error:
        StudyStore(tmp_path).load("k")
    assert error.value.findings
    assert all(finding.level.value == "must_fix" for finding in error.value.findings)
    session = working(tmp_path / "other")
    study = session.study
    session.act("open_saved", key="k")
    assert session.study is study
    session = Session(Saver(StudyStore(tmp_path)))
    session.act("hello", study="k", date="")
    assert session.history is None
    assert session.notices
    assert all(finding.code != "app_fault" for finding in session.notices)
    session.open(study_of(PLAN, "zh"))  # a new study goes beside it
    session.flush()
    assert path.read_bytes() == data


@pytest.mark.parametrize("depth", [200, 300, 400, 480, 500, 800, 960, 980, 990])
def test_nesting_of_any_depth_is_refused_alike(depth: int, tmp_path: Path) -> None:
    data = sound(tmp_path)
    deep: Any = 1
    for _ in range(depth):
        deep = [deep]
    data["scenarios"][0]["plan"]["shapes"] = {"a": 1}
    text = json.dumps(data).replace('{"a": 1}', '{"a": ' + "[" * depth + "]" * depth + "}")
    (tmp_path / f"k{SUFFIX}").write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        StudyStore(tmp_path).load("k")


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_any_damage_gives_a_study_or_findings(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / f"k{SUFFIX}"
    if not path.exists():
        StudyStore(tmp_path).save("k", asked(300), "")
        (tmp_path / "sound").write_bytes(path.read_bytes())
    whole = (tmp_path / "sound").read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    cut = data.draw(st.sampled_from([0, 1, 5, 80]))
    junk = data.draw(st.sampled_from([b"", b"\xff", b'"', b"{", b"9999999999", b"null", b"\x00"]))
    path.write_bytes(whole[:start] + junk + whole[start + cut :])
    found: Study | tuple[Any, ...]
    try:
        found = StudyStore(tmp_path).load("k")[0]
    except InputError as error:
        found = error.findings
    assert found.plan.goals.records() if isinstance(found, Study) else found


# -- names and keys ----------------------------------------------------------------------------

CLUSTERS = [
    "示例县番茄制品产业集群（虚构示例）",
    'a/b\\c:d*e?f"g<h>i|j',
    "a.b.c",
    "..",
    ".",
    "../../../etc/passwd",
    "/etc/passwd",
    "C:\\Windows\\x",
    "con",
    "CON",
    "nul",
    "AUX",
    "Com1",
    "lpt9",
    " 甲 ",
    "甲\n乙\t丙\x00丁",
    "甲" * 300,
    "\U00020000" * 300,
    "Tomato products and packaging of the example county and its neighbours, province",
    "🍅" * 20,
    "🍅番茄🍅",
    "e\u0301" * 100,
    "\ud800",
    "-",
    "",
    "~$x",
    ".hidden",
    "x.study.json",
]


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_any_cluster_is_kept_again_and_again(cluster: str, tmp_path: Path) -> None:
    folder = tmp_path / "shelf"
    keys = []
    for number in range(3):
        saver = Saver(StudyStore(folder))
        study = named(cluster)
        study = study.holding(study.plan.wish("output", END, 300 + number))
        saver.start(study)
        saver.changed(study)
        keys.append(str(saver.key))
    assert len(set(keys)) == 3
    shelf = StudyStore(folder)
    for number, key in enumerate(keys):
        assert key in shelf
        assert output(shelf.load(key)[0]) == f"{300 + number}.00"
    assert {kept.key for kept in shelf} == set(keys)
    assert [path.name for path in tmp_path.iterdir()] == ["shelf"]
    assert all(path.is_file() for path in folder.iterdir())


NAMES = st.one_of(
    st.text(max_size=100),
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=120),
    st.text(st.characters(min_codepoint=0x20000, max_codepoint=0x20100), max_size=120),
    st.text("./\\:~-_ ()（）*aA", max_size=20),
    st.sampled_from(sorted(DEVICES)).map(str.upper),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(NAMES)
def test_a_key_is_a_file_name_everywhere(cluster: str) -> None:
    key = StudyStore("nowhere").new_key(cluster)
    assert key
    assert not re.search(r'[/\\:*?"<>|.\x00-\x1f]', key)
    assert key == key.strip(" -")
    assert key.casefold() not in DEVICES
    for name in (f"{key}-999{SUFFIX}", f".{key}-999.lock"):
        assert len(name.encode()) <= MOST_BYTES


def test_keys_that_differ_only_in_case_are_one_file_on_windows(tmp_path: Path) -> None:
    shelf = StudyStore(tmp_path)
    shelf.save("abc", named("abc"), "")
    assert shelf.new_key("ABC").casefold() != "abc"


HOSTILE = ["../../x", "../x", "/etc/passwd", "C:\\x", "..", ".", "", "a/b", "a\\b", "\x00", "x\x00"]
HOSTILE += ["x" + SUFFIX, "甲" * 4000, "con", "~", "%2e%2e%2fx", "．．／x", "*", "[a-z]", "link"]


@pytest.mark.parametrize("verb", ["hello", "open_saved"])
@pytest.mark.parametrize("key", HOSTILE)
def test_a_key_from_the_browser_reaches_nothing_outside(
    verb: str, key: str, tmp_path: Path
) -> None:
    folder = tmp_path / "in" / "shelf"
    StudyStore(folder).save("mine", asked(300), "")
    theirs = tmp_path / "in" / f"x{SUFFIX}"
    theirs.write_bytes((folder / f"mine{SUFFIX}").read_bytes())
    (tmp_path / f"x{SUFFIX}").write_bytes(theirs.read_bytes())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    session = Session(Saver(StudyStore(folder)))
    session.act(verb, **({"study": key} if verb == "hello" else {"key": key}))
    assert session.history is None
    assert [f.code for f in session.notices] == (["file_missing"] if verb == "open_saved" else [])
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_links_lead_nowhere_outside(tmp_path: Path) -> None:
    folder, outside = tmp_path / "shelf", tmp_path / "outside"
    StudyStore(outside).save("secret", asked(300), "")
    folder.mkdir()
    (folder / f"link{SUFFIX}").symlink_to(outside / f"secret{SUFFIX}")
    (folder / f"loop{SUFFIX}").symlink_to(folder / f"loop{SUFFIX}")
    session = Session(Saver(StudyStore(folder)))
    for key in ("link", "loop"):
        session.act("open_saved", key=key)
        assert session.history is None
        assert all(finding.code != "app_fault" for finding in session.notices)


def test_a_link_is_never_written_through(tmp_path: Path) -> None:
    folder, victim = tmp_path / "shelf", tmp_path / "victim"
    victim.write_text("precious")
    folder.mkdir()
    (folder / f"测试集群{SUFFIX}").symlink_to(victim)
    (folder / ".测试集群.lock").symlink_to(victim)
    (folder / ".测试集群-2.lock").symlink_to(victim)
    session = Session(Saver(StudyStore(folder)))
    session.open(study_of(PLAN, "zh"))
    session.flush()
    assert victim.read_text() == "precious"


# -- folders that cannot be written ------------------------------------------------------------


def test_an_unwritable_folder_is_said_and_work_goes_on(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    session = Session(Saver(StudyStore(blocked / "shelf")))
    session.open(study_of(PLAN, "zh"))
    assert session.saved == "failed"
    assert [f.code for f in session.notices] == ["not_saved"]
    tuned(session, 300)
    assert (output(session.study), session.saved) == ("300.00", "failed")
    blocked.unlink()
    tuned(session, 310)
    assert (session.saved, session.notices) == ("saved", ())
    assert output(StudyStore(blocked / "shelf").load(key_of(session))[0]) == "310.00"


def test_a_folder_that_is_only_read_can_still_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share of the office, say: no lock can be made there, which is a finding at worst."""
    key = key_of(working(tmp_path))

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shelf_module.FileLock, "acquire", forbidden)
    session = Session(Saver(StudyStore(tmp_path)))
    session.act("open_saved", key=key)
    assert all(finding.code != "app_fault" for finding in session.notices)


def test_a_lock_that_somebody_keeps_is_waited_for_and_then_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf_module, "PATIENCE", 0.05)
    session = working(tmp_path)
    with shelf_module.FileLock(tmp_path / f".{key_of(session)}.lock"):
        tuned(session, 300)
        assert session.saved == "failed"
    tuned(session, 310)
    assert session.saved == "saved"


# -- saving a moment later ---------------------------------------------------------------------


class Clock:
    """Calls later when it is told to."""

    def __init__(self) -> None:
        self.waiting: list[tuple[object, Callable[[], None]]] = []

    def __call__(self, _: float, call: Callable[[], None]) -> Clock.Timer:
        timer = Clock.Timer(self)
        self.waiting.append((timer, call))
        return timer

    def run(self) -> None:
        waiting, self.waiting = self.waiting, []
        for _, call in waiting:
            call()

    class Timer:
        def __init__(self, clock: Clock) -> None:
            self.clock = clock

        def cancel(self) -> None:
            self.clock.waiting = [item for item in self.clock.waiting if item[0] is not self]


class Counting(StudyStore):
    """A shelf that notes what is saved under which key."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.saves: list[tuple[str, str, str]] = []

    def save(self, key: str, study: Study, revision: str) -> str:
        self.saves.append((key, study.cluster, output(study)))
        return super().save(key, study, revision)


def test_only_the_last_of_many_changes_is_saved(tmp_path: Path) -> None:
    shelf, clock = Counting(tmp_path), Clock()
    session = Session(Saver(shelf, clock))
    session.open(study_of(PLAN, "zh"))
    assert len(shelf.saves) == 1  # what is new at once, so that a page knows where it is kept
    for value in range(250, 280):
        tuned(session, value)
    assert (session.saved, len(shelf.saves)) == ("pending", 1)
    assert len(clock.waiting) == 1
    clock.run()
    assert (session.saved, [value for _, _, value in shelf.saves][1:]) == ("saved", ["279.00"])
    clock.run()
    session.flush()
    assert len(shelf.saves) == 2


def test_what_waits_is_saved_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_exit: list[Callable[[], None]] = []
    monkeypatch.setattr("atexit.register", at_exit.append)
    session = Session(Saver(StudyStore(tmp_path), Clock()))
    session.open(study_of(PLAN, "zh"))
    tuned(session, 300)
    assert output(StudyStore(tmp_path).load("测试集群")[0]) != "300.00"
    for call in at_exit:
        call()
    assert output(StudyStore(tmp_path).load("测试集群")[0]) == "300.00"


def test_an_example_only_looked_at_is_not_kept(tmp_path: Path) -> None:
    session = Session(Saver(StudyStore(tmp_path)))
    session.act("open_example", name="example.xlsx")
    session.act("look", page="goals")
    session.flush()
    assert list(StudyStore(tmp_path)) == []
    tuned(session, 300)
    assert len(list(StudyStore(tmp_path))) == 1


DOINGS = st.lists(st.sampled_from(["tune", "甲", "乙", "丙", "run", "flush", "saved"]), max_size=14)


CALLED = {name: pl.plan(replace(make_baseline(), cluster=name)) for name in "甲乙丙"}


@drawn(15, 300, DOINGS)
def test_no_study_is_saved_under_the_key_of_another(doings: list[str]) -> None:
    with TemporaryDirectory() as folder:
        save_by_turns(Counting(folder), doings)


def save_by_turns(shelf: Counting, doings: list[str]) -> None:
    clock = Clock()
    session = Session(Saver(shelf, clock))
    last: dict[str, str] = {}
    value = 300
    for doing in ["甲", *doings]:
        if doing in CALLED:
            session.open(study_of(CALLED[doing], "zh"))
        elif doing == "saved":
            kept = list(shelf)
            if kept:
                session.act("open_saved", key=kept[-1].key)
        elif doing == "tune":
            value += 1
            tuned(session, value)
            last[session.plan.baseline.cluster] = f"{value}.00"
        elif doing == "run":
            clock.run()
        else:
            session.flush()
    session.flush()
    for key, cluster, _ in shelf.saves:
        assert key.startswith(cluster)
    # Every change made on the way is kept: nothing waited in vain.
    found = {(kept.key[0], output(shelf.load(kept.key)[0])) for kept in shelf}
    assert set(last.items()) <= found


def test_a_saver_never_saves_one_study_under_the_key_of_another(tmp_path: Path) -> None:
    shelf, clock = Counting(tmp_path), Clock()
    shelf.save("乙", named("乙"), "")
    saver = Saver(shelf, clock)
    first = named("甲")
    saver.start(first)
    saver.changed(first)  # waits
    saver.resume("乙")
    clock.run()
    saver.flush()
    assert shelf.load("乙")[0].cluster == "乙"


def test_what_could_not_be_saved_is_not_put_away(tmp_path: Path) -> None:
    """Opening something else keeps one's own beside the other page's, or is refused."""
    one = working(tmp_path)
    two = working(tmp_path, key=key_of(one))
    tuned(one, 300)
    tuned(two, 310)
    assert two.saved == "elsewhere"
    two.act("open_example", name="example.xlsx")
    assert sorted(
        output(StudyStore(tmp_path).load(kept.key)[0]) for kept in StudyStore(tmp_path)
    ) == [
        "300.00",
        "310.00",
    ]
    blocked = tmp_path / "file"
    blocked.write_text("")
    three = Session(Saver(StudyStore(blocked / "shelf")))
    three.open(study_of(PLAN, "zh"))
    tuned(three, 320)
    study = three.study
    three.act("open_example", name="example.xlsx")
    assert (three.study, [f.code for f in three.notices]) == (study, ["not_saved"])
