"""Three-year targets for SME industry clusters: baseline in, compliant goal table out.

    import planner as pl

    plan = pl.plan("baselines/example.xlsx", scenario="steady")
    plan.check()
    plan.export("out/")

Names are loaded when first used, so that importing the package costs next to nothing. The house
has nine floors, each knowing only those before it: core, model, intake, compliance, planning,
forecast, export, api, apps (``docs/architecture.md``).
"""

from __future__ import annotations

import sys
from difflib import get_close_matches
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

# Where each public name is made.
_HOMES = {
    "Answers": "planner.model.answers",
    "Baseline": "planner.model.baseline",
    "Finding": "planner.core.findings",
    "InputError": "planner.core.findings",
    "Odds": "planner.api.odds",
    "Plan": "planner.api.plan",
    "Slot": "planner.model.formschema",
    "app": "planner.apps.page.app",
    "compare": "planner.api.comparing",
    "conflicts_table": "planner.planning.tables",
    "examples": "planner.api.discover",
    "file_form": "planner.export.filing",
    "fill_form": "planner.export.formpack",
    "findings_table": "planner.model.messages",
    "frontier_chart": "planner.export.charts",
    "implied_table": "planner.planning.tables",
    "indicators": "planner.api.discover",
    "load_form": "planner.model.forms",
    "load_rules": "planner.model.rulesets",
    "past_goals": "planner.api.odds",
    "plan": "planner.api.opening",
    "predictive": "planner.forecast.predictive",
    "read": "planner.api.reading",
    "read_answers": "planner.intake.answers",
    "read_clusters": "planner.intake.baselines",
    "read_baseline": "planner.intake.baselines",
    "read_benchmarks": "planner.intake.benchmarks",
    "read_catalogue": "planner.model.catalogue",
    "read_form": "planner.api.forms",
    "read_goals": "planner.api.goals",
    "read_mapping": "planner.model.mapping",
    "read_plan": "planner.api.opening",
    "read_rules": "planner.model.rulesets",
    "rule_sets": "planner.api.discover",
    "scenarios": "planner.api.discover",
    "sentence": "planner.model.messages",
    "shared": "planner.core.resources",
    "tradeoff_table": "planner.planning.tables",
    "verify": "planner.api.goals",
    "write_template": "planner.export.template",
    "__version__": "planner.core.version",
}

# Public names that are modules.
_MODULES = {"widgets": "planner.apps.widgets"}

__all__ = [*_HOMES, *_MODULES]  # noqa: PLE0604 - the names are strings

if TYPE_CHECKING:
    lang: str
    from planner.api import (
        Answers as Answers,
    )
    from planner.api import (
        Baseline as Baseline,
    )
    from planner.api import (
        Finding as Finding,
    )
    from planner.api import (
        InputError as InputError,
    )
    from planner.api import (
        Odds as Odds,
    )
    from planner.api import (
        Plan as Plan,
    )
    from planner.api import (
        Slot as Slot,
    )
    from planner.api import (
        __version__ as __version__,
    )
    from planner.api import (
        compare as compare,
    )
    from planner.api import (
        conflicts_table as conflicts_table,
    )
    from planner.api import (
        examples as examples,
    )
    from planner.api import (
        file_form as file_form,
    )
    from planner.api import (
        fill_form as fill_form,
    )
    from planner.api import (
        findings_table as findings_table,
    )
    from planner.api import (
        frontier_chart as frontier_chart,
    )
    from planner.api import (
        implied_table as implied_table,
    )
    from planner.api import (
        indicators as indicators,
    )
    from planner.api import (
        load_form as load_form,
    )
    from planner.api import (
        load_rules as load_rules,
    )
    from planner.api import (
        past_goals as past_goals,
    )
    from planner.api import (
        plan as plan,
    )
    from planner.api import (
        predictive as predictive,
    )
    from planner.api import (
        read as read,
    )
    from planner.api import (
        read_answers as read_answers,
    )
    from planner.api import (
        read_baseline as read_baseline,
    )
    from planner.api import (
        read_benchmarks as read_benchmarks,
    )
    from planner.api import (
        read_catalogue as read_catalogue,
    )
    from planner.api import (
        read_clusters as read_clusters,
    )
    from planner.api import (
        read_form as read_form,
    )
    from planner.api import (
        read_goals as read_goals,
    )
    from planner.api import (
        read_mapping as read_mapping,
    )
    from planner.api import (
        read_plan as read_plan,
    )
    from planner.api import (
        read_rules as read_rules,
    )
    from planner.api import (
        rule_sets as rule_sets,
    )
    from planner.api import (
        scenarios as scenarios,
    )
    from planner.api import (
        sentence as sentence,
    )
    from planner.api import (
        shared as shared,
    )
    from planner.api import (
        tradeoff_table as tradeoff_table,
    )
    from planner.api import (
        verify as verify,
    )
    from planner.api import (
        write_template as write_template,
    )
    from planner.apps import widgets as widgets
    from planner.apps.page.app import app as app


class _Package(ModuleType):
    """The package as a module that has a language."""

    @property
    def lang(self) -> str:
        """The language people are told things in, ``zh`` or ``en``: set it, or ``PLANNER_LANG``."""
        return str(import_module("planner.core.language").spoken())

    @lang.setter
    def lang(self, value: str) -> None:
        import_module("planner.core.language").speak(value)


sys.modules[__name__].__class__ = _Package


def in_words(findings: tuple[Any, ...]) -> str:
    """Return findings as lines of sentences, as an error shows them."""
    told: str = import_module("planner.model.messages").in_words(findings)
    return told


def card_of(finding: Any) -> str:
    """Return a finding as HTML, as a notebook shows it."""
    told: str = import_module("planner.model.cards").Findings([finding])._repr_html_()
    return told


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    if name in _MODULES:
        return import_module(_MODULES[name])
    near = get_close_matches(name, __all__, 1)
    message = f"module 'planner' has no attribute {name!r}"
    raise AttributeError(f"{message}: did you mean {near[0]!r}?" if near else message)


def __dir__() -> list[str]:
    return sorted([*__all__, "lang"])
