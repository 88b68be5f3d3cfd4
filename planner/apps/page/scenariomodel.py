"""The view models of scenarios: which there are and how each stands, and several side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from planner.api.plan import Plan
from planner.apps.page.lightmodel import summary
from planner.apps.page.session import Session
from planner.apps.page.study import Remark
from planner.apps.page.tablemodel import GridCell, column, table
from planner.apps.page.texts import say
from planner.apps.page.viewmodel import ViewModel, row_state, text
from planner.model.catalogue import Cell


def chosen(session: Session) -> dict[str, Plan]:
    """Return the scenarios that are compared: the one in hand before the others."""
    study = session.study
    if study is None:
        return {}
    others = [name for name in session.compared if name in study.plans and name != study.current]
    return {name: study.plans[name] for name in (study.current, *others)}


def listed(session: Session) -> ViewModel:
    """Return the scenarios there are."""
    study, lang = session.study, session.lang
    if study is None:
        return {}
    lines = []
    for name, plan in study.plans.items():
        said = study.remarks.get(name, Remark())
        stands = summary(plan, lang)
        lines.append(
            {
                "name": name,
                "current": name == study.current,
                "chosen": name in session.compared or name == study.current,
                "note": said.note,
                "made": said.made,
                "state": stands["state"],
                "said": stands["text"],
            }
        )
    return {
        "label": say("scenarios", lang),
        "heads": [say(f"scenario_{key}", lang) for key in ("chosen", "name", "made", "state", "note")],
        "lines": lines,
        "alone": len(lines) == 1,
        "switch": say("scenario_switch", lang),
        "here": say("scenario_here", lang),
        "remove": say("scenario_remove", lang),
        "name": say("new_name", lang),
        "save": say("save_as", lang),
        "options": [
            {"id": "every_year", "text": say("every_year", lang), "on": session.every_year},
            {"id": "with_odds", "text": say("with_odds", lang), "on": session.with_odds},
        ],
    }  # fmt: skip


def comparison(session: Session) -> ViewModel | None:
    """Return the chosen scenarios side by side, and where they differ."""
    plans = chosen(session)
    if len(plans) < 2:  # noqa: PLR2004 - one alone is compared with nothing
        return None
    lang, here = session.lang, next(iter(plans.values()))
    years = here.years if session.every_year else here.years[-1:]
    columns = [
        column("name", say("indicator", lang), "head"),
        column("base", say("base", lang, year=here.baseline.base_year)),
        *(
            column(f"value{n}-{year}", f"{name} {year}")
            for year in years
            for n, name in enumerate(plans)
        ),
        *(
            column(f"difference{n}", f"{name} − {next(iter(plans))}")
            for n, name in enumerate(plans)
            if n
        ),
        *(
            column(f"odds{n}", f"{name} {say('odds_of_it', lang)}")
            for n, name in enumerate(plans if session.with_odds else ())
        ),
        *(
            column(f"state{n}", f"{name} {say('status', lang)}", "state")
            for n, name in enumerate(plans)
        ),
    ]
    title = say("compare", lang, names=say("sign_and", lang).join(plans))
    return table(title, columns, _lines(session, plans, years), say("only_different", lang))


def _lines(
    session: Session, plans: Mapping[str, Plan], years: tuple[int, ...]
) -> Iterator[tuple[str, list[GridCell], bool]]:
    """Yield a line for each indicator of the scenario in hand; what differs from that is marked."""
    lang, here = session.lang, next(iter(plans.values()))
    peers = session.study.peers if session.study else None
    odds = [plan.odds(peers=peers) for plan in plans.values()] if session.with_odds else []
    end = here.years[-1]
    rows = [{row.id: row for row in plan.goals} for plan in plans.values()]
    for row in here.goals:
        beside = [known.get(row.id) for known in rows]
        cells: list[GridCell] = [[row.item.name(lang), "", row.item.unit(lang)]]
        cells.append([text(row.baseline) or "—", "", ""])
        differs = False
        for year in years:
            for other in beside:
                value = other.values.get(year) if other else None
                gap = value != row.values.get(year)
                differs |= gap
                cells.append([text(value) or "—", "w" if gap else "", ""])
        for other in beside[1:]:
            own, value = row.values.get(end), other.values.get(end) if other else None
            gap = own is not None and value is not None and value != own
            cells.append([f"{value - own:+}" if gap else "", "w" if gap else "", ""])  # type: ignore[operator]
        for each in odds:
            chance = each.chances.get(Cell(row.id, end))
            cells.append(["" if chance is None else str(chance), "", ""])
        for other, plan in zip(beside, plans.values(), strict=True):
            state, word = row_state(plan, other, lang) if other else ("unknown", "—")
            cells.append([word, state, ""])
        yield row.id, cells, not differs
