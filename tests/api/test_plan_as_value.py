"""A plan is a value: equal, hashable, its own copy, and cheap to send elsewhere (§8, §11)."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from limits import spending

import planner as pl
from planner.core.findings import InputError

BASELINES = pl.shared("baselines")


def example(**facts) -> pl.Plan:
    return pl.plan(BASELINES / "example.csv", scenario="steady", **facts)


def own() -> pl.Plan:
    known = pl.read_catalogue(BASELINES / "sub-industries.yaml")
    return pl.plan(pl.read_baseline(BASELINES / "sub-industries.csv", catalogue=known))


MAKERS = {
    "plain": example,
    "wished": lambda: example().wish("output", 2028, 260).pin("patents", 2027, 300),
    "own indicators": own,
    "another rule set": lambda: example(rules="beijing-2023"),
    "repaired": lambda: example().wish("output", 2028, 240).repair(),
}


@pytest.mark.parametrize("name", MAKERS)
def test_equal_inputs_make_equal_plans(name: str) -> None:
    one, two = MAKERS[name](), MAKERS[name]()
    assert one is not two
    assert one == two
    assert hash(one) == hash(two)
    assert len({one, two}) == 1
    assert one.hash == two.hash


def test_what_differs_makes_plans_differ() -> None:
    plan = example()
    others = [
        plan.wish("output", 2028, 260),
        plan.pin("output", 2028),
        plan.shape("patents", "front"),
        plan.reading("f", "intensity"),
        plan.relax("e", "another average"),
        plan.under(None),
        plan.with_rules("national-2022"),
        plan.seeded(9),
    ]
    assert all(other != plan for other in others)
    assert len({plan, *others}) == len(others) + 1


@pytest.mark.parametrize("name", MAKERS)
def test_a_plan_is_sent_without_what_follows_from_it(name: str) -> None:
    plan = MAKERS[name]()
    before = len(pickle.dumps(plan))
    _ = plan.goals, plan.check(), plan.hash
    sent = pickle.dumps(plan)
    assert len(sent) == before
    assert len(sent) < 60_000
    found = pickle.loads(sent)  # noqa: S301 - our own bytes
    assert type(found) is pl.Plan
    assert found == plan
    assert hash(found) == hash(plan)
    assert found.hash == plan.hash
    assert found.goals.records() == plan.goals.records()


def test_odds_are_not_sent_along() -> None:
    plan = example()
    before = len(pickle.dumps(plan))
    assert plan.odds().joint is not None
    assert len(pickle.dumps(plan)) == before


def test_another_process_makes_the_same_of_it(tmp_path: Path) -> None:
    plan = own().wish("output", 2028, 400)
    (tmp_path / "plan.pickle").write_bytes(pickle.dumps(plan))
    code = "import pickle, sys; print(pickle.load(open(sys.argv[1], 'rb')).hash)"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "plan.pickle")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == plan.hash


def test_copies_are_the_plan_itself() -> None:
    plan = example()
    assert copy.deepcopy(plan) is plan
    assert copy.copy(plan) is plan


def test_sending_is_cheap() -> None:
    """Twenty plans go and come in the time it takes to make the goal table of one."""
    plan = example()
    with spending() as made:
        _ = plan.goals
    with spending() as sent:
        for _ in range(20):
            pickle.loads(pickle.dumps(plan))  # noqa: S301 - our own bytes
    assert sent.seconds < max(made.seconds, 0.05)


# -- the seed of the odds ------------------------------------------------------------------------


def seed_of(path: Path) -> int | None:
    return json.loads(path.read_text(encoding="utf-8"))["seed"]


@pytest.mark.usefixtures("undrawn")
def test_a_pack_with_odds_keeps_their_seed(tmp_path: Path) -> None:
    plan = example()
    odds = plan.odds(seed=9)
    plan.export(tmp_path / "with", odds=odds)
    assert seed_of(tmp_path / "with" / "plan.json") == 9
    again = pl.read_plan(tmp_path / "with" / "plan.json")
    assert again.odds().seed == 9
    assert again.odds().joint == odds.joint
    assert (
        again.save(tmp_path / "again.json").read_bytes()
        == (tmp_path / "with" / "plan.json").read_bytes()
    )


@pytest.mark.usefixtures("undrawn")
def test_a_pack_without_odds_has_no_seed(tmp_path: Path) -> None:
    plan = example()
    plan.odds(seed=9)
    plan.export(tmp_path)
    assert seed_of(tmp_path / "plan.json") is None
    assert plan.odds().seed == 7


def test_a_plan_chosen_by_odds_keeps_their_seed(tmp_path: Path) -> None:
    plan = pl.plan(BASELINES / "example.csv").wish("output", 2028, 240)
    chosen = plan.repair(prefer="odds", seed=11)
    assert chosen.seed == 11
    assert seed_of(chosen.save(tmp_path / "plan.json")) == 11
    assert chosen.wish("output", 2028, 270).odds().seed == 11


def test_a_seed_changes_no_target_and_is_part_of_the_hash() -> None:
    plan = example()
    seeded = plan.seeded(5)
    assert seeded.goals.records() == plan.goals.records()
    assert seeded.hash != plan.hash
    assert seeded.seeded(5) is seeded


@pytest.mark.parametrize("seed", [-1, "7", 1.5, True])
def test_a_wrong_seed_is_refused(seed) -> None:
    with pytest.raises(InputError) as caught:
        example().odds(seed=seed)
    assert [finding.code for finding in caught.value.findings] == ["seed_wrong"]
