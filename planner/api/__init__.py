"""Plan and Odds with their verbs, and every way to make one.

For type checkers this is where all public names but the app come together; at run time
:mod:`planner` loads each from its home when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.api.comparing import compare as compare
    from planner.api.discover import examples as examples
    from planner.api.discover import indicators as indicators
    from planner.api.discover import rule_sets as rule_sets
    from planner.api.discover import scenarios as scenarios
    from planner.api.forms import read_form as read_form
    from planner.api.goals import read_goals as read_goals
    from planner.api.goals import verify as verify
    from planner.api.odds import Odds as Odds
    from planner.api.odds import past_goals as past_goals
    from planner.api.opening import plan as plan
    from planner.api.opening import read_plan as read_plan
    from planner.api.plan import Plan as Plan
    from planner.api.reading import read as read
    from planner.core.findings import Finding as Finding
    from planner.core.findings import InputError as InputError
    from planner.core.resources import shared as shared
    from planner.core.version import __version__ as __version__
    from planner.export.charts import frontier_chart as frontier_chart
    from planner.export.filing import file_form as file_form
    from planner.export.formpack import fill_form as fill_form
    from planner.export.template import write_template as write_template
    from planner.forecast.predictive import predictive as predictive
    from planner.intake.answers import read_answers as read_answers
    from planner.intake.baselines import read_baseline as read_baseline
    from planner.intake.baselines import read_clusters as read_clusters
    from planner.intake.benchmarks import read_benchmarks as read_benchmarks
    from planner.model.answers import Answers as Answers
    from planner.model.baseline import Baseline as Baseline
    from planner.model.catalogue import read_catalogue as read_catalogue
    from planner.model.forms import load_form as load_form
    from planner.model.formschema import Slot as Slot
    from planner.model.mapping import read_mapping as read_mapping
    from planner.model.messages import findings_table as findings_table
    from planner.model.messages import sentence as sentence
    from planner.model.rulesets import load_rules as load_rules
    from planner.model.rulesets import read_rules as read_rules
    from planner.planning.tables import conflicts_table as conflicts_table
    from planner.planning.tables import implied_table as implied_table
    from planner.planning.tables import tradeoff_table as tradeoff_table
