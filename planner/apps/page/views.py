"""Views: each page of the page - a box of widgets, and how it follows the session.

They draw faces, grids and sketches and pass on what somebody does; no rule is known here.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as w

from planner.api.plan import Plan
from planner.apps.page import oddsmodel, svgcharts, tablemodel, viewmodel
from planner.apps.page.artefacts import ARTEFACTS
from planner.apps.page.loading import EXAMPLES, KINDS
from planner.apps.page.parts import Files, Grid, Tuner
from planner.apps.page.session import PAGES, Session
from planner.apps.page.texts import say
from planner.core.archive import MAX_BYTES
from planner.core.resources import shipped_names
from planner.model import messages
from planner.model.rulesets import FOLDER as RULES
from planner.model.rulesets import load_rules
from planner.model.scenario import load_scenario, scenario_names
from planner.planning.explain import Conflict
from planner.planning.explain import told as way_told
from planner.planning.statements import merit, statement

Act = Callable[..., None]
_UPLOADS = {
    "baseline": ("upload", KINDS),
    "benchmarks": ("upload_benchmarks", (".csv",)),
    "answers": ("upload_answers", (".yaml", ".yml", ".xlsx")),
    "peers": ("upload_peers", (".csv", ".xlsx")),
}


def _choice(**traits: Any) -> w.Dropdown:
    return w.Dropdown(style={"description_width": "initial"}, **traits)


def _offer(menu: w.Dropdown, options: list[tuple[str, str]], value: str) -> None:
    """Set a menu's options and what is chosen, without that being a choice."""
    if list(menu.options) != options:
        menu.options = options
    values = [key for _, key in options]
    menu.value = value if value in values else (values[0] if values else None)


class View:
    """A page of the page: a box of widgets and how it follows the session."""

    def __init__(self, session: Session, act: Act) -> None:
        """Build the widgets; `act` is what controls do."""
        self.session, self.act = session, act
        self.quiet = False
        self.box = self.build()

    def build(self) -> w.Widget:
        """Return the box."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Show the session as it is now."""
        self.quiet = True
        try:
            self.show(self.session.lang)
        finally:
            self.quiet = False

    def show(self, lang: str) -> None:
        """Set every widget that says something."""
        raise NotImplementedError

    def on(self, menu: w.Dropdown, verb: str, name: str) -> None:
        """Let a menu's choice be an act, unless the session itself made it."""

        def chosen(change: dict[str, Any]) -> None:
            if not self.quiet and change["new"] is not None:
                self.act(verb, **{name: change["new"]})

        menu.observe(chosen, "value")


class Start(View):
    """Baseline in: example, earlier work, upload; and the figures with what is wrong beside them."""

    def build(self) -> w.Widget:
        """Return controls on the left, the baseline on the right."""
        self.intro = w.HTML()
        self.examples, self.kept = _choice(), _choice()
        self.rules, self.ambition = _choice(), _choice()
        self.clusters = _choice()
        self.open_example, self.open_kept = w.Button(), w.Button()
        self.take, self.onward = w.Button(), w.Button(button_style="primary")
        self.files = Files(self.act)
        self.drop = w.Button()
        self.drop.on_click(lambda _: self.act("drop_peers"))
        self.grid, self.said = Grid(self.act), w.HTML()
        self.open_example.on_click(lambda _: self.act("open_example", name=self.examples.value))
        self.open_kept.on_click(lambda _: self.act("open_saved", key=self.kept.value))
        self.take.on_click(lambda _: self.act("choose_cluster", cluster=self.clusters.value))
        self.onward.on_click(lambda _: self.act("look", page="goals"))
        self.on(self.rules, "choose_rules", "name")
        self.on(self.ambition, "choose_scenario", "name")
        self.choosing = w.HBox([self.clusters, self.take])
        left = w.VBox(
            [
                self.intro,
                w.HBox([self.examples, self.open_example]),
                w.HBox([self.kept, self.open_kept]),
                self.files,
                self.drop,
                self.choosing,
                self.rules,
                self.ambition,
            ]
        )
        right = w.VBox([w.HBox([self.onward]), self.said, self.grid])
        return _sides(left, right, "pl-start")

    def show(self, lang: str) -> None:
        """Show what can be opened, and what is open."""
        session = self.session
        self.intro.value = f"<p>{escape(say('start_intro', lang))}</p>"
        self.examples.description = say("example", lang)
        chosen = self.examples.value
        examples = [(say(f"example_{name.partition('.')[0]}", lang), name) for name in EXAMPLES]
        _offer(self.examples, examples, chosen or EXAMPLES[0])
        self.open_example.description = say("open_example", lang)
        kept = [item.key for item in session.saver.store] if session.saver else []
        self.kept.description = say("kept", lang)
        none = [(say("nothing_kept", lang), "")]
        _offer(self.kept, [(key, key) for key in kept] or none, self.kept.value or "")
        self.open_kept.description, self.open_kept.disabled = say("open_kept", lang), not kept
        self.rules.description = say("rule_set", lang)
        rules = [(load_rules(key).record.title(lang), key) for key in shipped_names(RULES)]
        held = session.history is not None
        now = session.plan.rules.id if held else session.rules
        if now not in {key for _, key in rules}:
            rules.append((now, now))
        _offer(self.rules, rules, now)
        self.ambition.description = say("ambition", lang)
        ambitions = [(say("no_ambition", lang), "")]
        ambitions += [(load_scenario(key).record.title(lang), key) for key in scenario_names()]
        plan = session.plan if held else None
        _offer(self.ambition, ambitions, plan.scenario.id if plan and plan.scenario else "")
        self.ambition.disabled = not held
        self.choosing.layout.display = "" if session.held else "none"
        if session.held:
            self.clusters.description = say("which_cluster", lang)
            _offer(
                self.clusters, [(c, c) for c in session.held.clusters], self.clusters.value or ""
            )
            self.take.description = say("take_cluster", lang)
        self._files(lang, held=held)
        self._peers(lang)
        self.onward.description = say("to_goals", lang)
        self.onward.layout.display = "" if held else "none"
        self.grid.show(tablemodel.sheet(session))
        said = tablemodel.elsewhere(session) if held else []
        clean = held and not said and not session.plan.baseline.findings
        self.said.value = f"<p>✓ {escape(say('no_findings', lang))}</p>" if clean else ""
        if said:
            self.said.value = finding_list(said, say("other_findings", lang))

    def _peers(self, lang: str) -> None:
        """Say among whom odds are told, where that is not as usual, and offer to go back."""
        study = self.session.study
        peers = study.peers if study is not None else None
        self.drop.layout.display = "none" if peers is None else ""
        if peers is not None:
            self.drop.description = say("drop_peers", lang, n=len(peers.clusters))
            self.drop.tooltip = say("drop_peers_hint", lang)

    def _files(self, lang: str, *, held: bool) -> None:
        limit = MAX_BYTES // 10**6
        self.files.show({
            "limit": MAX_BYTES,
            "tooLarge": say("too_large", lang, name="{name}", size="{size}", limit="{limit}"),
            "emptyFile": say("empty_file", lang, name="{name}"),
            "uploading": say("uploading", lang, name="{name}"),
            "making": say("making", lang),
            "uploads": [
                {
                    "kind": kind,
                    "text": say(word, lang),
                    "hint": say(f"{word}_hint", lang, limit=limit),
                    "accept": ",".join(kinds),
                }
                for kind, (word, kinds) in _UPLOADS.items()
                if held or kind == "baseline"
            ],
            "artefacts": [
                {"id": "blank", "text": say("blank_book", lang), "label": say("blank_book", lang),
                 "hint": ""}
            ],
        })  # fmt: skip


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
        left = w.VBox([w.HBox([self.repair, self.why, self.likely]), self.panel, self.grid])
        return _sides(left, self.tuner, "pl-goals")

    def show(self, lang: str) -> None:
        """Show table, tuner and chart of the plan in hand."""
        session = self.session
        self.repair.description, self.repair.tooltip = say("repair", lang), say("repair_hint", lang)
        self.likely.description = say("repair_odds", lang)
        self.likely.tooltip = say("repair_odds_hint", lang)
        self.why.description, self.why.tooltip = say("why", lang), say("why_hint", lang)
        self.grid.show(tablemodel.board(session))
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
        said = merit(plan.repaired, lang) if plan.repaired is not None else ""
        head = say("proposal", lang, n=len(plan.changes))
        title = w.HTML(f"<h2>{escape(head)}</h2><p>{escape(said)}</p>")
        self.accept.description = say("accept", lang)
        self.changes.show(tablemodel.changes(plan, lang))
        return (title, w.HBox([self.accept, self.dismiss]), self.changes)

    def _contradicting(self, conflicts: tuple[Conflict, ...], lang: str) -> tuple[w.Widget, ...]:
        """Return what cannot hold together, with a button for each way out."""
        self.reason.description = say("conflict_reason", lang)
        found: list[w.Widget] = [w.HTML(f"<h2>{escape(say('conflict_title', lang))}</h2>")]
        for number, conflict in enumerate(conflicts):
            said = dict.fromkeys(
                statement(member.rule, member.row, self.session.plan.numbers, lang)
                for member in conflict.members
            )
            items = "".join(f"<li>{escape(text)}</li>" for text in said)
            proof = messages.statement("minimal" if conflict.minimal else "not_minimal", lang)
            found.append(w.HTML(f"<ul>{items}</ul><p><small>{escape(proof)}</small></p>"))
            found += self._ways(number, lang)
        relaxing = any(
            way.member.standing == "benchmark" and way.new is not None
            for conflict in conflicts
            for way in conflict.ways
        )
        return (*found, *((self.reason,) if relaxing else ()), w.HBox([self.dismiss]))

    def _ways(self, number: int, lang: str) -> list[w.Widget]:
        """Return a button for each way out of a conflict."""
        conflicts = self.session.conflicts or ()
        made = []
        for place, way in enumerate(conflicts[number].ways):
            if way.new is None:
                continue
            button = w.Button(description=way_told(self.session.plan, way, lang))
            button.add_class("pl-wayout")
            button.on_click(
                lambda _, place=place: self.act(
                    "way", conflict=number, way=place, reason=self.reason.value
                )
            )
            made.append(w.HBox([button]))
        return made


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
    """Save under a name, delete, hold two side by side."""

    def build(self) -> w.Widget:
        """Return the controls and the comparison."""
        self.intro = w.HTML()
        self.name = w.Text(style={"description_width": "initial"})
        self.save, self.remove = w.Button(button_style="primary"), w.Button()
        self.other = _choice()
        self.grid, self.chart = Grid(self.act), w.HTML()
        self.chart.add_class("pl-compare")
        self.save.on_click(self._save)
        self.remove.on_click(lambda _: self.act("remove", name=self._current()))
        self.on(self.other, "compare", "name")
        row = w.HBox([self.name, self.save, self.remove, self.other])
        return w.VBox([self.intro, row, _sides(self.grid, self.chart, "pl-both")])

    def _current(self) -> str:
        return self.session.study.current if self.session.study else ""

    def _save(self, _: Any) -> None:
        self.act("save_as", name=self.name.value)
        if not self.session.notices:
            self.name.value = ""

    def show(self, lang: str) -> None:
        """Show the scenarios of the study in hand."""
        study, session = self.session.study, self.session
        self.intro.value = f"<p>{escape(say('scenarios_intro', lang))}</p>"
        self.name.description = say("new_name", lang)
        self.save.description, self.remove.description = say("save_as", lang), say("remove", lang)
        self.other.description = say("compare_with", lang)
        others = [name for name in (study.plans if study else ()) if name != self._current()]
        self.remove.disabled = not others
        nobody = [(say("nobody", lang), "")]
        _offer(self.other, nobody + [(name, name) for name in others], session.other)
        self.grid.show(tablemodel.comparison(session))
        both = {}
        if study and session.other in others:
            both = {name: study.plans[name] for name in (study.current, session.other)}
        self.chart.value = svgcharts.beside(both, lang) if both else ""


class Export(View):
    """A button for every file."""

    def build(self) -> w.Widget:
        """Return the date and the buttons."""
        self.intro, self.warning = w.HTML(), w.HTML()
        self.date = w.Text(style={"description_width": "initial"}, continuous_update=False)
        self.date.add_class("pl-short")
        self.files = Files(self.act)
        self.date.observe(self._dated, "value")
        return w.VBox([self.intro, self.date, self.warning, self.files])

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
        self.files.show(
            {
                "making": say("making", lang),
                "artefacts": [
                    {
                        "id": key,
                        "text": say(f"art_{key}", lang),
                        "label": say("download_of", lang, what=say(f"art_{key}", lang)),
                        "hint": say(f"art_{key}_hint", lang),
                    }
                    for key in ARTEFACTS
                ],
            }
        )


VIEWS: dict[str, type[View]] = dict(
    zip(PAGES, (Start, Goals, Charts, Scenarios, Export), strict=True)
)


def finding_list(found: list[viewmodel.Face], heading: str) -> str:
    """Return findings as HTML; every text in it is escaped."""
    items = []
    for item in found:
        ways = "".join(f'<div class="pl-way">→ {escape(way)}</div>' for way in item["ways"])
        place = f'<span class="pl-place">{escape(item["place"])}　</span>' if item["place"] else ""
        items.append(
            f'<li class="pl-{item["level"]}"><strong>{escape(item["word"])}</strong> {place}'
            f"{escape(item['text'])}{ways}</li>"
        )
    return (
        f"<details open><summary>{escape(heading)}（{len(found)}）</summary>"
        f'<ul class="pl-findings">{"".join(items)}</ul></details>'
    )


def _sides(left: w.Widget, right: w.Widget, name: str) -> w.HBox:
    box = w.HBox([left, right])
    box.add_class("pl-sides")
    box.add_class(name)
    return box
