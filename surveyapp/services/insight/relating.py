"""Relating scores to everything that the log counts, with statistics; the worker comes here, pages never do."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.services.insight.cells import Cell, cells_of
from surveyapp.stats.association import FEWEST_TEAMS, RateEffect, SafetyAndCounts
from surveyapp.stats.confirmation import Swapped
from surveyapp.stats.multiplicity import Family
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.panel import Incidents, Panel, PanelRow, panel
from surveyapp.stats.relations import Outcome, Relation, Relations, relate_all
from surveyapp.stats.seeds import generator

MISSING = float("nan")
Answer = dict[str, Any]


def answer_relation(session: Session, organisation_id: UUID, question: Mapping[str, Any], record: str) -> Answer:
    """Answer a stored question about one scale of a pulse."""
    return relation(cells_of(session, organisation_id, UUID(question["pulse"]), question["scale"]), record)


def relation(cells: Sequence[Cell], record: str = "") -> Answer:
    """Relate scores to every outcome, within teams over time and between teams, as one family of questions."""
    used = [cell for cell in cells if cell.person_weeks > 0]
    if not used:
        return asdict(CannotTell("no released waves", 0, 12, "teams"))
    places = {series: place for place, series in enumerate(sorted({cell.series for cell in used}))}
    found = relate_all(
        _scores(used),
        outcomes_of(used),
        [places[cell.series] for cell in used],
        [cell.wave for cell in used],
        panel=panel_of(used),
        rng=generator(record),
    )
    scored = [cell for cell in used if cell.score is not None]
    if (teams := len({cell.series for cell in scored})) < FEWEST_TEAMS:
        return asdict(_too_few(teams, found.outcomes["reports"].needed))
    return {
        "n_teams": teams,
        "n_waves": len({cell.wave for cell in scored}),
        "n_cells": len(scored),
        "asked": found.family.size,
        "correction": found.family.method,
        "verdict": found.verdict.name,
        "panel": {sign.name: _panel_row(row, sign.name, found.panel) for sign, row in found.panel.rows.items()},
        "outcomes": {name: _told(name, one, found) for name, one in found.outcomes.items()},
    }


def _too_few(teams: int, needed: int | None) -> CannotTell:
    return CannotTell("fewer than 12 teams", teams, max(FEWEST_TEAMS, needed or 0), "teams")


def _scores(cells: Sequence[Cell]) -> list[float]:
    return [MISSING if cell.score is None else cell.score for cell in cells]


def outcomes_of(cells: Sequence[Cell]) -> dict[str, Outcome]:
    """Return what the scores are related to, by its key."""
    weeks = [cell.person_weeks for cell in cells]
    logs = [cell.log for cell in cells]
    voice = [each.voice for each in logs]
    return {
        "reports": Outcome("poisson", [cell.reports for cell in cells], weeks),
        "told": Outcome("binomial", [each.both for each in logs], [each.found for each in logs]),
        "voice": Outcome(
            "gaussian",
            [MISSING if hours is None else max(hours, 1.0) for hours in voice],
            [len(each.voice_hours) for each in logs],
        ),
        "found": Outcome("poisson", [each.found for each in logs], weeks),
        "rework": Outcome("binomial", [each.rework for each in logs], [each.deliveries for each in logs]),
        "independent": Outcome(
            "poisson", [each.independent for each in logs], [each.delegation_weeks for each in logs]
        ),
    }


def panel_of(cells: Sequence[Cell]) -> Panel:
    """Return what teams tell beside what others find."""
    logs = [cell.log for cell in cells]
    days = [each.surfacing for each in logs]
    return panel(
        Incidents(
            team=[cell.series for cell in cells],
            wave=[cell.wave for cell in cells],
            score=_scores(cells),
            person_weeks=[cell.person_weeks for cell in cells],
            told=[each.told for each in logs],
            found=[each.found for each in logs],
            both=[each.both for each in logs],
            near_misses=[each.near_misses for each in logs],
            harm=[each.harm for each in logs],
            days=[MISSING if each is None else each for each in days],
        )
    )


def _told(name: str, one: Relation, found: Relations) -> Answer:
    if isinstance(one.found, CannotTell):
        return asdict(one.found)
    return {
        "n_teams": one.found.n_teams,
        "n_waves": one.found.n_waves,
        "n_cells": one.found.n_cells,
        "cases": one.found.events,
        "dispersion": one.found.dispersion,
        "needed": one.needed,
        "within": _part(one.found.within, f"{name} within", found.family),
        "between": _part(one.found.between, f"{name} between", found.family),
        "later": {str(delay): _later(f"{name} after {delay}", each, found.family) for delay, each in one.later.items()},
        "swapped": _swapped(one.swapped),
    }


def _later(question: str, found: SafetyAndCounts | CannotTell, family: Family) -> Answer:
    return asdict(found) if isinstance(found, CannotTell) else _part(found.within, question, family)


def _part(part: RateEffect, question: str, family: Family) -> Answer:
    low, high = part.rate_ratio_interval
    return {
        "n": part.n,
        "rate_ratio": part.rate_ratio,
        "low": low,
        "high": high,
        "p": part.p,
        "adjusted": family.adjusted[question],
        "df": part.df,
        "method": part.method,
    }


def _panel_row(row: PanelRow | CannotTell, name: str, shown: Panel) -> Answer:
    if isinstance(row, CannotTell):
        return asdict(row)
    low, high = RateEffect(row.n, row.estimate, row.low, row.high, 0.0, row.df, row.p, row.method).rate_ratio_interval
    return {
        "n": row.n,
        "cells": row.cells,
        "rate_ratio": row.ratio,
        "low": low,
        "high": high,
        "p": row.p,
        "adjusted": shown.family.adjusted[name],
        "method": row.method,
    }


def _swapped(found: Swapped | CannotTell | None) -> Answer | None:
    return None if found is None else asdict(found)
