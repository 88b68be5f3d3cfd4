"""The view one starts from: example, earlier work or upload, and the baseline's figures."""

from __future__ import annotations

from html import escape

import ipywidgets as w

from planner.api.plan import Plan
from planner.apps.page import readmodel, shelfmodel, tablemodel
from planner.apps.page.loading import EXAMPLES, KINDS
from planner.apps.page.parts import Files, Grid, Plans, Read
from planner.apps.page.study import Study
from planner.apps.page.texts import say
from planner.apps.page.view import View, choice, finding_list, offer, sides
from planner.core.archive import MAX_BYTES
from planner.core.resources import shipped_names
from planner.model.rulesets import FOLDER as RULES
from planner.model.rulesets import load_rules
from planner.model.scenario import load_scenario, scenario_names
from planner.planning.inputs import MOST_YEARS

_UPLOADS = {
    "baseline": ("upload", KINDS),
    "benchmarks": ("upload_benchmarks", (".csv",)),
    "answers": ("upload_answers", (".yaml", ".yml", ".xlsx")),
    "peers": ("upload_peers", (".csv", ".xlsx")),
}


def _card(*children: w.Widget) -> w.VBox:
    """Return a way to begin: what it gives, and its controls."""
    box = w.VBox(list(children))
    box.add_class("pl-card")
    return box


class Start(View):
    """Baseline in: example, earlier work, upload; and the figures with what is wrong beside them."""

    def build(self) -> w.Widget:
        """Return controls on the left, the baseline on the right."""
        self.intro = w.HTML()
        self.cards = {key: w.HTML() for key in ("blank", "file", "example")}
        self.name, self.year, self.begin = w.Text(), w.Text(), w.Button(button_style="primary")
        for box in (self.name, self.year):
            box.style.description_width = "initial"
        self.year.add_class("pl-short")
        self.begin.on_click(
            lambda _: self.act("begin", name=self.name.value, base_year=self.year.value)
        )
        self.own_name, self.own_unit, self.own_better = w.Text(), w.Text(), choice()
        for box in (self.own_name, self.own_unit):
            box.style.description_width = "initial"
        self.own_unit.add_class("pl-short")
        self.own = w.Button()
        self.own.on_click(lambda _: self._add())
        self.examples, self.kept = choice(), Plans(self.act)
        self.rules, self.ambition = choice(), choice()
        self.clusters, self.base_year, self.horizon = choice(), choice(), choice()
        self.open_example = w.Button()
        self.take, self.onward = w.Button(), w.Button(button_style="primary")
        self.files = Files(self.act)
        self.drop = w.Button()
        self.drop.on_click(lambda _: self.act("drop_peers"))
        self.grid, self.said = Grid(self.act), w.HTML()
        self.read = Read(self.act)
        self.read_of: tuple[Study | None, str] = (None, "")
        self.open_example.on_click(lambda _: self.act("open_example", name=self.examples.value))
        self.take.on_click(lambda _: self.act("choose_cluster", cluster=self.clusters.value))
        self.onward.on_click(lambda _: self.act("look", page="goals"))
        self.on(self.rules, "choose_rules", "name")
        self.on(self.ambition, "choose_scenario", "name")
        self.on(self.base_year, "choose_span", "base_year")
        self.on(self.horizon, "choose_span", "horizon")
        self.another = w.Button()
        self.another.on_click(lambda _: self._toggle())
        self.beginning = False  # whether the ways to begin are in sight beside what is open
        self.choosing = w.HBox([self.clusters, self.take])
        self.showing = w.HBox([self.examples, self.open_example])
        self.showing.add_class("pl-examples")
        self.blank = _card(self.cards["blank"], w.HBox([self.name, self.year, self.begin]))
        self.example = _card(self.cards["example"], self.showing)
        self.settings = w.VBox([self.ambition, w.HBox([self.base_year, self.horizon])])
        left = w.VBox(
            [
                self.intro,
                self.choosing,
                self.kept,
                self.rules,
                self.settings,
                self.another,
                self.blank,
                self.example,
                _card(self.cards["file"], self.files),
                self.drop,
            ]
        )
        self.adding = w.HBox([self.own_name, self.own_unit, self.own_better, self.own])
        right = w.VBox([w.HBox([self.onward]), self.read, self.said, self.grid, self.adding])
        return sides(left, right, "pl-start")

    def show(self, lang: str) -> None:
        """Show what can be opened, and what is open."""
        session = self.session
        self.intro.value = f"<p>{escape(say('start_intro', lang))}</p>"
        self.examples.description = say("example", lang)
        chosen = self.examples.value
        examples = [(say(f"example_{name.partition('.')[0]}", lang), name) for name in EXAMPLES]
        offer(self.examples, examples, chosen or EXAMPLES[0])
        self.open_example.description = say("open_example", lang)
        self.kept.show(shelfmodel.kept(session))
        self.rules.description = say("rule_set", lang)
        rules = [(load_rules(key).record.title(lang), key) for key in shipped_names(RULES)]
        held = session.history is not None
        now = session.plan.rules.id if held else session.rules
        if now not in {key for _, key in rules}:
            rules.append((now, now))
        offer(self.rules, rules, now)
        self.ambition.description = say("ambition", lang)
        ambitions = [(say("no_ambition", lang), "")]
        ambitions += [(load_scenario(key).record.title(lang), key) for key in scenario_names()]
        plan = session.plan if held else None
        offer(self.ambition, ambitions, plan.scenario.id if plan and plan.scenario else "")
        self.settings.layout.display = "" if held else "none"
        self._span(lang, plan)
        self.choosing.layout.display = "" if session.held else "none"
        if session.held:
            self.clusters.description = say("which_cluster", lang)
            offer(self.clusters, [(c, c) for c in session.held.clusters], self.clusters.value or "")
            self.take.description = say("take_cluster", lang)
        self._files(lang, held=held)
        self._begin(lang, held=held)
        (self.box.remove_class if held else self.box.add_class)("pl-nothing")
        self._peers(lang)
        self.onward.description = say("to_goals", lang)
        self.onward.layout.display = "" if held else "none"
        if self.read_of != (
            session.study,
            lang,
        ):  # a long account, made anew where anything changed
            self.read_of = (session.study, lang)
            self.read.show(readmodel.reading(session))
        self.grid.show(tablemodel.sheet(session))
        said = tablemodel.elsewhere(session) if held else []
        clean = held and not said and not session.plan.baseline.findings
        self.said.value = f"<p>✓ {escape(say('no_findings', lang))}</p>" if clean else ""
        if said:
            self.said.value = finding_list(said, say("other_findings", lang))

    def _add(self) -> None:
        """Add an indicator of one's own; what was typed stays where it was refused."""
        facts = {"name": self.own_name.value, "unit": self.own_unit.value}
        self.act("add_indicator", **facts, better=self.own_better.value)
        if not self.session.notices:
            self.own_name.value = self.own_unit.value = ""

    def _toggle(self) -> None:
        """Show the ways to begin beside what is open, or put them away."""
        self.beginning = not self.beginning
        self.refresh()

    def _begin(self, lang: str, *, held: bool) -> None:
        """Say what each way to begin gives, and how long it takes."""
        self.another.layout.display = "" if held else "none"
        self.another.description = say("begin_another", lang)
        for box in (self.blank, self.example):
            box.layout.display = "" if self.beginning or not held else "none"
        for key, card in self.cards.items():
            title, text = say(f"begin_{key}", lang), say(f"begin_{key}_hint", lang)
            card.value = f"<h2>{escape(title)}</h2><p class='pl-hint'>{escape(text)}</p>"
        self.name.description, self.year.description = (
            say("begin_name", lang),
            say("base_year", lang),
        )
        self.begin.description = say("begin", lang)
        if not self.year.value:
            self.year.value = str(load_rules(self.session.rules).record.base_year or "")
        self.adding.layout.display = "" if held else "none"
        self.own_name.description = say("own_name", lang)
        self.own_unit.description = say("unit", lang)
        self.own_better.description = say("own_better", lang)
        offer(
            self.own_better,
            [(say(f"own_{key}", lang), key) for key in ("higher", "lower", "neither")],
            self.own_better.value or "higher",
        )
        self.own.description = say("own_add", lang)

    def _span(self, lang: str, plan: Plan | None) -> None:
        """Offer the base years that have figures, and numbers of years to plan."""
        self.base_year.description, self.horizon.description = (
            say("base_year", lang),
            say("span", lang),
        )
        for menu in (self.base_year, self.horizon):
            menu.disabled = plan is None
        base = plan.baseline if plan else None
        years = sorted({*base.years, base.base_year}) if base else []
        offer(
            self.base_year,
            [(str(year), str(year)) for year in years] or [("—", "")],
            str(base.base_year) if base else "",
        )
        spans = [(say("years", lang, n=n), str(n)) for n in range(1, MOST_YEARS + 1)]
        offer(self.horizon, spans if plan else [("—", "")], str(plan.span) if plan else "")

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
                    "folded": kind != "baseline",
                }
                for kind, (word, kinds) in _UPLOADS.items()
                if held or kind == "baseline"
            ],
            "more": say("uploads_more", lang),
            "artefacts": [
                {"id": key, "text": say(word, lang), "label": say(word, lang), "hint": ""}
                for key, word in (("blank", "blank_book"), ("benchmark_table", "benchmark_table"))
                if key == "blank" or held
            ],
        })  # fmt: skip
