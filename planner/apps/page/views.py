"""The views: goals, charts, scenarios and export, and which view each page of the page is.

They draw view models and pass on what somebody does; no rule is known here.
"""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as w

from planner.api.plan import Plan
from planner.apps.page import formmodel, oddsmodel, railmodel, scenariomodel, svgcharts, tablemodel
from planner.apps.page.artefacts import FIRST, OFFERED
from planner.apps.page.parts import Files, FormPart, Grid, ScenarioList, Tuner
from planner.apps.page.preview import PREVIEWED
from planner.apps.page.sessionstate import PAGES
from planner.apps.page.startview import Start
from planner.apps.page.texts import say
from planner.apps.page.view import View, sides
from planner.core.phrases import phrase
from planner.model import messages
from planner.planning.explain import Conflict
from planner.planning.explain import told as way_told
from planner.planning.statements import merit, statement


class Goals(View):
    """The goal table, the tuner, the chart in hand; repair and why."""

    def build(self) -> w.Widget:
        """Return the table on the left, the indicator in hand on the right."""
        self.grid, self.tuner = Grid(self.act), Tuner(self.act)
        self.repair, self.why = w.Button(button_style="primary"), w.Button()
        self.likely = w.Button()
        self.repair.on_click(lambda _: self.act("repair"))
        self.likely.on_click(lambda _: self.act("repair", prefer="odds"))
        self.why.on_click(lambda _: self.act("why"))
        self.panel = w.VBox()
        self.panel.add_class("pl-panel")
        self.changes = Grid(self.act)
        self.accept, self.dismiss = w.Button(button_style="primary"), w.Button()
        self.accept.on_click(lambda _: self.act("accept"))
        self.dismiss.on_click(lambda _: self.act("dismiss"))
        self.reason = w.Text(style={"description_width": "initial"})
        self.reason.add_class("pl-wide")
        self.shown: tuple[object, ...] = (None, None, None)
        self.hardest = w.HTML()
        self.hardest.add_class("pl-hardest")
        ways = w.HBox([self.hardest, self.repair, self.why, self.likely])
        self.words = Grid(self.act)
        left = w.VBox([ways, self.panel, self.grid, self.words])
        return sides(left, self.tuner, "pl-goals")

    def show(self, lang: str) -> None:
        """Show table, tuner and chart of the plan in hand."""
        session = self.session
        self.repair.description, self.repair.tooltip = say("repair", lang), say("repair_hint", lang)
        self.likely.description = say("repair_odds", lang)
        self.likely.tooltip = say("repair_odds_hint", lang)
        self.why.description, self.why.tooltip = say("why", lang), say("why_hint", lang)
        self.hardest.value = escape(oddsmodel.hardest(session) if session.study else "")
        self.grid.show(tablemodel.board(session))
        self.words.show(tablemodel.words(session))
        self.tuner.show(oddsmodel.tuner(session))
        wanted = (session.proposal, session.conflicts, lang)
        if any(now is not before for now, before in zip(wanted, self.shown, strict=True)):
            self.shown = wanted
            self.panel.children = self._panel(lang)

    def _panel(self, lang: str) -> tuple[w.Widget, ...]:
        proposal, conflicts = self.session.proposal, self.session.conflicts
        self.dismiss.description = say("dismiss" if proposal else "close", lang)
        if proposal is not None:
            return self._proposed(proposal, lang)
        if conflicts is None:
            return ()
        if conflicts:
            return self._contradicting(conflicts, lang)
        key = "conflict_none" if self.session.plan.complies else "conflict_unmet"
        return (w.HTML(f"<p>{escape(say(key, lang))}</p>"), w.HBox([self.dismiss]))

    def _proposed(self, plan: Plan, lang: str) -> tuple[w.Widget, ...]:
        """Return the changes of a repair, to be accepted or not."""
        said = (
            messages.said(merit(plan.repaired, plan.baseline.catalogue), lang)
            if plan.repaired is not None
            else ""
        )
        head = say("proposal", lang, n=len(plan.changes))
        title = w.HTML(f"<h2>{escape(head)}</h2><p>{escape(said)}</p>")
        self.accept.description = say("accept", lang)
        self.changes.show(tablemodel.changes(plan, lang))
        return (title, w.HBox([self.accept, self.dismiss]), self.changes)

    def _contradicting(self, conflicts: tuple[Conflict, ...], lang: str) -> tuple[w.Widget, ...]:
        """Return what cannot hold together, with a button for each way out."""
        self.reason.description = say("conflict_reason", lang)
        widgets: list[w.Widget] = [w.HTML(f"<h2>{escape(say('conflict_title', lang))}</h2>")]
        for number, conflict in enumerate(conflicts):
            said = dict.fromkeys(
                messages.said(statement(member.rule, member.row, self.session.plan.numbers), lang)
                for member in conflict.members
            )
            items = "".join(f"<li>{escape(text)}</li>" for text in said)
            proof = messages.said(phrase("minimal" if conflict.minimal else "not_minimal"), lang)
            widgets.append(w.HTML(f"<ul>{items}</ul><p><small>{escape(proof)}</small></p>"))
            widgets += self._ways(number, lang)
        relaxing = any(
            way.member.standing == "benchmark" and way.new is not None
            for conflict in conflicts
            for way in conflict.ways
        )
        return (*widgets, *((self.reason,) if relaxing else ()), w.HBox([self.dismiss]))

    def _ways(self, number: int, lang: str) -> list[w.Widget]:
        """Return a button for each way out of a conflict."""
        conflicts = self.session.conflicts or ()
        made = []
        for place, way in enumerate(conflicts[number].ways):
            if way.new is None:
                continue
            button = w.Button(description=messages.said(way_told(self.session.plan, way), lang))
            button.add_class("pl-wayout")
            button.on_click(
                lambda _, place=place: self.act(
                    "way", conflict=number, way=place, reason=self.reason.value
                )
            )
            made.append(w.HBox([button]))
        return made


class FormView(View):
    """The official form, section by section, as it will be filed."""

    def build(self) -> w.Widget:
        """Return the form."""
        self.form = FormPart(self.act)
        return self.form

    def show(self, lang: str) -> None:  # noqa: ARG002 - the model speaks for itself
        """Show the part of the form in sight."""
        if self.session.history is not None:
            self.form.show(formmodel.form(self.session))


class Charts(View):
    """All indicators at a glance, and what the plan implies."""

    def build(self) -> w.Widget:
        """Return the charts under each other."""
        self.hint, self.all, self.implied = w.HTML(), w.HTML(), w.HTML()
        box = w.VBox([self.hint, self.all, self.implied])
        box.add_class("pl-charts")
        return box

    def show(self, lang: str) -> None:
        """Draw the plan in hand."""
        if self.session.history is None:
            return
        self.hint.value = f"<p>{escape(say('chart_all_hint', lang))}</p>"
        self.all.value = svgcharts.multiples(self.session.plan, lang)
        self.implied.value = svgcharts.implications(self.session.plan, lang)


class Scenarios(View):
    """The scenarios there are, and those chosen side by side."""

    def build(self) -> w.Widget:
        """Return the list, the comparison and its chart."""
        self.intro, self.list = w.HTML(), ScenarioList(self.act)
        self.grid, self.chart = Grid(self.act), w.HTML()
        self.chart.add_class("pl-compare")
        return w.VBox([self.intro, self.list, self.grid, self.chart])

    def show(self, lang: str) -> None:
        """Show the scenarios of the study in hand."""
        self.intro.value = f"<p>{escape(say('scenarios_intro', lang))}</p>"
        self.list.show(scenariomodel.listed(self.session))
        self.grid.show(scenariomodel.comparison(self.session))
        both = scenariomodel.chosen(self.session)
        few = dict(list(both.items())[: svgcharts.MOST_BESIDE])
        self.chart.value = svgcharts.beside(few, lang) if len(few) > 1 else ""


class Export(View):
    """A button for every file."""

    def build(self) -> w.Widget:
        """Return the date and the buttons."""
        self.intro, self.warning, self.standing = w.HTML(), w.HTML(), w.HTML()
        self.date = w.Text(style={"description_width": "initial"}, continuous_update=False)
        self.date.add_class("pl-short")
        self.files = Files(self.act)
        self.date.observe(self._dated, "value")
        return w.VBox([self.intro, self.date, self.standing, self.warning, self.files])

    def _dated(self, change: dict[str, Any]) -> None:
        if not self.quiet:
            self.act("look", date=change["new"])

    def show(self, lang: str) -> None:
        """Offer what the plan in hand can be made into."""
        self.intro.value = f"<p>{escape(say('export_intro', lang))}</p>"
        self.date.description, self.date.value = say("date", lang), self.session.date
        bad = self.session.history is not None and not self.session.plan.complies
        text = escape(say("state_warning", lang))
        self.warning.value = f'<p class="pl-warning">✗ {text}</p>' if bad else ""
        ready, said = railmodel.standing(self.session)
        self.standing.value = f"<p>{'✓' if ready else '○'} {escape(said)}</p>"
        self.files.show(
            {
                "making": say("making", lang),
                "others": say("art_others", lang),
                "close": say("close", lang),
                "artefacts": [
                    {
                        "first": key in FIRST,
                        "id": key,
                        "text": say(f"art_{key}", lang),
                        "label": say("download_of", lang, what=say(f"art_{key}", lang)),
                        "hint": say(f"art_{key}_hint", lang),
                        "look": say("preview", lang) if key in PREVIEWED else "",
                    }
                    for key in (*FIRST, *(key for key in OFFERED if key not in FIRST))
                ],
            }
        )


VIEWS: dict[str, type[View]] = dict(
    zip(PAGES, (Start, Goals, FormView, Charts, Scenarios, Export), strict=True)
)
