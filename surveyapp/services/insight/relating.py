"""Relating scores to everything that the log counts, with statistics; the worker comes here, pages never do."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.services.insight.counted import Counted, CountedLog, count_log
from surveyapp.stats.association import FEWEST_TEAMS, RateEffect, SafetyAndCounts
from surveyapp.stats.checks import labels
from surveyapp.stats.confirmation import Swapped
from surveyapp.stats.multiplicity import Family
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.panel import Incidents, Panel, PanelRow, panel
from surveyapp.stats.relations import Outcome, Relation, Relations, relate_all
from surveyapp.stats.seeds import generator

Answer = dict[str, Any]
NOTHING_RELEASED: Answer = asdict(CannotTell("no released waves", 0, FEWEST_TEAMS, "teams"))


class Relating:
    """Answers stored questions about scales of pulses; the log is counted once for all scales of a pulse in a row."""

    def __init__(self) -> None:
        self._log: CountedLog | None = None

    def __call__(self, session: Session, organisation_id: UUID, question: Mapping[str, Any], record: str) -> Answer:
        """Answer a stored question about one scale of a pulse."""
        pulse_id = UUID(question["pulse"])
        if self._log is None or self._log.pulse_id != pulse_id:
            self._log = count_log(session, organisation_id, pulse_id)
        if self._log is None:
            return NOTHING_RELEASED
        return relation(self._log.beside(session, organisation_id, question["scale"]), record)


def answer_relation(session: Session, organisation_id: UUID, question: Mapping[str, Any], record: str) -> Answer:
    """Answer a stored question about one scale of a pulse."""
    return Relating()(session, organisation_id, question, record)


def relation(cells: Counted, record: str = "") -> Answer:
    """Relate scores to every outcome, within teams over time and between teams, as one family of questions."""
    if not len(cells.team):
        return NOTHING_RELEASED
    scored = cells.score == cells.score  # NaN is not.
    if not scored.any():
        return asdict(_too_few(0, None))
    found = relate_all(
        cells.score, outcomes_of(cells), cells.team, cells.wave, panel=panel_of(cells), rng=generator(record)
    )
    teams, waves = (
        len(labels(name, column[scored])[0]) for name, column in (("team", cells.team), ("wave", cells.wave))
    )
    if teams < FEWEST_TEAMS:
        return asdict(_too_few(teams, found.outcomes["reports"].needed))
    return {
        "n_teams": teams,
        "n_waves": waves,
        "n_cells": int(scored.sum()),
        "asked": found.family.size,
        "correction": found.family.method,
        "flips": found.family.flips,
        "verdict": found.verdict.name,
        "panel": {sign.name: _panel_row(row, sign.name, found.panel) for sign, row in found.panel.rows.items()},
        "outcomes": {name: _told(name, one, found) for name, one in found.outcomes.items()},
    }


def _too_few(teams: int, needed: int | None) -> CannotTell:
    return CannotTell("fewer than 12 teams", teams, max(FEWEST_TEAMS, needed or 0), "teams")


def outcomes_of(cells: Counted) -> dict[str, Outcome]:
    """Return what the scores are related to, by its key."""
    return {
        "reports": Outcome("poisson", cells.reports, cells.person_weeks),
        "told": Outcome("binomial", cells.both, cells.found),
        "voice": Outcome("gaussian", cells.voice.clip(min=1.0), cells.voice_cases),
        "found": Outcome("poisson", cells.found, cells.person_weeks),
        "rework": Outcome("binomial", cells.rework, cells.deliveries),
        "independent": Outcome("poisson", cells.independent, cells.delegation_weeks),
    }


def panel_of(cells: Counted) -> Panel:
    """Return what teams tell beside what others find."""
    return panel(
        Incidents(
            team=cells.team,
            wave=cells.wave,
            score=cells.score,
            person_weeks=cells.person_weeks,
            told=cells.told,
            found=cells.found,
            both=cells.both,
            near_misses=cells.near_misses,
            harm=cells.harm,
            days=cells.surfacing,
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
