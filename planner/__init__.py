"""Three-year targets for SME industry clusters: baseline in, compliant goal table out.

    import planner as pl

    plan = pl.plan("baselines/example.xlsx", scenario="steady")
    plan.check()
    plan.export("out/")

Names are loaded when first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "Answers": "planner.answers",
    "Baseline": "planner.baseline",
    "Finding": "planner.findings",
    "InputError": "planner.findings",
    "Plan": "planner.plans",
    "Slot": "planner.forms",
    "app": "planner.ui.app",
    "conflicts_table": "planner.explain",
    "file_form": "planner.filing",
    "fill_form": "planner.export.formpack",
    "findings_table": "planner.messages",
    "frontier_chart": "planner.export.charts",
    "implied_table": "planner.tradeoffs",
    "load_form": "planner.forms",
    "load_rules": "planner.rulesets",
    "past_goals": "planner.outlook.backtest",
    "plan": "planner.opening",
    "predictive": "planner.outlook.predictive",
    "read_answers": "planner.answers",
    "read_baseline": "planner.intake",
    "read_benchmarks": "planner.benchmarks",
    "read_catalogue": "planner.catalogue",
    "read_form": "planner.readback",
    "read_goals": "planner.goalsheet",
    "read_plan": "planner.store",
    "read_rules": "planner.rulesets",
    "sentence": "planner.messages",
    "shared": "planner.resources",
    "tradeoff_table": "planner.tradeoffs",
    "verify": "planner.goalsheet",
    "write_template": "planner.export.template",
}

__all__ = ["__version__", *_HOMES]  # noqa: PLE0604 - the names are strings

if TYPE_CHECKING:
    from planner.answers import Answers as Answers
    from planner.answers import read_answers as read_answers
    from planner.baseline import Baseline as Baseline
    from planner.benchmarks import read_benchmarks as read_benchmarks
    from planner.catalogue import read_catalogue as read_catalogue
    from planner.explain import conflicts_table as conflicts_table
    from planner.export.charts import frontier_chart as frontier_chart
    from planner.export.formpack import fill_form as fill_form
    from planner.export.template import write_template as write_template
    from planner.filing import file_form as file_form
    from planner.findings import Finding as Finding
    from planner.findings import InputError as InputError
    from planner.forms import Slot as Slot
    from planner.forms import load_form as load_form
    from planner.goalsheet import read_goals as read_goals
    from planner.goalsheet import verify as verify
    from planner.intake import read_baseline as read_baseline
    from planner.messages import findings_table as findings_table
    from planner.messages import sentence as sentence
    from planner.opening import plan as plan
    from planner.outlook.backtest import past_goals as past_goals
    from planner.outlook.predictive import predictive as predictive
    from planner.plans import Plan as Plan
    from planner.readback import read_form as read_form
    from planner.resources import shared as shared
    from planner.rulesets import load_rules as load_rules
    from planner.rulesets import read_rules as read_rules
    from planner.store import read_plan as read_plan
    from planner.tradeoffs import implied_table as implied_table
    from planner.tradeoffs import tradeoff_table as tradeoff_table
    from planner.ui.app import app as app


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    message = f"module 'planner' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
