"""Answering the stored questions with statistics; the worker comes here, pages never do.

The input is release rows and counted log entries per team and wave, and nothing finer.
"""

import json
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from surveyapp.services.insight.cells import Cell, cells_of
from surveyapp.services.insight.questions import BEFORE_AFTER, RELATION, ask_relation
from surveyapp.services.pulses.instruments import read_instrument
from surveyapp.stats.association import SafetyAndCounts, safety_and_counts
from surveyapp.stats.change import before_after
from surveyapp.stats.designs import minimum_detectable_change, spread_of_change
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.seeds import generator
from surveyapp.store.learning import StoredAnalysis
from surveyapp.store.pulses import InstrumentCopy, Pulse

log = logging.getLogger(__name__)
MISSING = float("nan")
Answer = dict[str, Any]


def ask_relations(session: Session, organisation_id: UUID, pulse_id: UUID, now: datetime) -> None:
    """Queue the relation of every scale of a pulse, as after a release."""
    pulse = session.get_one(Pulse, (organisation_id, pulse_id))
    instrument = read_instrument(session.get_one(InstrumentCopy, (organisation_id, pulse.instrument_id)).toml)
    for scale in instrument.scales:
        ask_relation(session, organisation_id, pulse_id, scale.key, now)


def answer_waiting(session: Session) -> int:
    """Answer every waiting question and return how many that were; one that fails is kept and can be asked again."""
    answered = 0
    waiting = select(StoredAnalysis.organisation_id, StoredAnalysis.id).where(StoredAnalysis.state == "waiting")
    for organisation_id, analysis_id in session.execute(waiting).all():
        if _claim(session, organisation_id, analysis_id):
            _answer(session, organisation_id, analysis_id)
            answered += 1
    return answered


def _claim(session: Session, organisation_id: UUID, analysis_id: UUID) -> bool:
    claimed = session.execute(
        update(StoredAnalysis)
        .where(
            StoredAnalysis.organisation_id == organisation_id,
            StoredAnalysis.id == analysis_id,
            StoredAnalysis.state == "waiting",
        )
        .values(state="running")
        .returning(StoredAnalysis.id)
    ).first()
    session.commit()
    return claimed is not None


def _answer(session: Session, organisation_id: UUID, analysis_id: UUID) -> None:
    row = session.get_one(StoredAnalysis, (organisation_id, analysis_id))
    try:
        question = json.loads(row.question)
        answer = ANSWERERS[row.kind](session, organisation_id, question, row.id.hex)
    except Exception as failure:  # One question that fails must not keep the others from being answered.
        log.exception("analysis %s failed", analysis_id)
        session.rollback()
        row.state, row.error = "failed", type(failure).__name__
    else:
        row.state, row.answer, row.error = "done", json.dumps(_plain(answer), sort_keys=True), ""
    session.commit()


def _plain(answer: Answer) -> Answer:
    """Write an open end of an interval as nothing, for JSON knows no infinity."""
    return {
        name: None
        if isinstance(value, float) and not math.isfinite(value)
        else _plain(value)
        if isinstance(value, dict)
        else value
        for name, value in answer.items()
    }


def _relation(session: Session, organisation_id: UUID, question: Mapping[str, Any], _record: str) -> Answer:
    cells = [
        cell
        for cell in cells_of(session, organisation_id, UUID(question["pulse"]), question["scale"])
        if cell.person_weeks > 0
    ]
    return relation(cells)


def relation(cells: Sequence[Cell]) -> Answer:
    """Relate scores to reports, within teams over time and between teams."""
    found = (
        safety_and_counts(
            [MISSING if cell.score is None else cell.score for cell in cells],
            [cell.reports for cell in cells],
            [cell.person_weeks for cell in cells],
            [cell.series for cell in cells],
            [cell.wave for cell in cells],
        )
        if cells
        else CannotTell("no released waves", 0, 12, "teams")
    )
    if isinstance(found, CannotTell):
        return asdict(found)
    return _told(found)


def _told(found: SafetyAndCounts) -> Answer:
    parts = {}
    for name in ("within", "between"):
        part = getattr(found, name)
        low, high = part.rate_ratio_interval
        parts[name] = {
            "rate_ratio": part.rate_ratio,
            "low": low,
            "high": high,
            "p": part.p,
            "df": part.df,
            "n": part.n,
            "method": part.method,
        }
    return {
        "n_teams": found.n_teams,
        "n_waves": found.n_waves,
        "n_cells": found.n_cells,
        "events": found.events,
        "dispersion": found.dispersion,
        **parts,
    }


def _before_after(session: Session, organisation_id: UUID, question: Mapping[str, Any], record: str) -> Answer:
    pulse = session.get_one(Pulse, (organisation_id, UUID(question["pulse"])))
    start = datetime.combine(date.fromisoformat(question["start"]), time.min, ZoneInfo(pulse.time_zone))
    cells = cells_of(session, organisation_id, pulse.id, question["scale"])
    units = {UUID(each) for each in question["covers"]}
    return compare(cells, units, start, chosen_low=question["chosen_low"], record=record)


def compare(cells: Sequence[Cell], units: set[UUID], start: datetime, *, chosen_low: bool, record: str) -> Answer:
    """Compare the teams of some units before and after a moment with all others.

    What the design could detect is judged by the waves before that moment, so it can be told before anything happened.
    """
    waves = sorted({cell.wave: cell.closed_at for cell in cells}.items())
    before = sum(1 for _, closed_at in waves if closed_at < start)
    after = len(waves) - before
    teams = sorted({cell.series for cell in cells})
    chosen = {cell.series for cell in cells if cell.units & units}
    treated = [team in chosen for team in teams]
    scores = _table(cells, teams, [number for number, _ in waves])
    detectable = _detectable(scores, treated, before, after or before // 2)
    given = {"waves_before": before, "waves_after": after, "n_chosen": len(chosen), "detectable": detectable}
    if not before or not after:
        side = "before" if not before else "after"
        return given | asdict(CannotTell(f"no wave has been released {side} the first day", 0, 1, "waves"))
    found = before_after(
        scores,
        treated,
        before,
        rng=generator(record),
        size=_sizes(cells, teams),
        chosen_on=[row[before - 1] for row in scores] if chosen_low else None,
        detectable=detectable,
    )
    return given | asdict(found)


def _table(cells: Sequence[Cell], teams: Sequence[str], waves: Sequence[int]) -> list[list[float]]:
    scores = {(cell.series, cell.wave): cell.score for cell in cells if cell.score is not None}
    return [[scores.get((team, wave), MISSING) for wave in waves] for team in teams]


def _sizes(cells: Sequence[Cell], teams: Sequence[str]) -> list[float]:
    counted: dict[str, list[int]] = {}
    for cell in cells:
        if cell.score is not None:
            counted.setdefault(cell.series, []).append(cell.n)
    return [sum(counted[team]) / len(counted[team]) if team in counted else 1.0 for team in teams]


def _detectable(scores: Sequence[Sequence[float]], treated: Sequence[bool], before: int, after: int) -> float | None:
    """Return the change that the design could find, if the waves before the day can tell."""
    side = min(before // 2, after)
    if not side or not any(treated) or all(treated):
        return None
    spread = spread_of_change([row[:before] for row in scores], side, side)
    if isinstance(spread, CannotTell):
        return None
    plan = minimum_detectable_change(spread.estimate, sum(treated), len(treated) - sum(treated))
    return None if isinstance(plan, CannotTell) else plan.estimate


ANSWERERS = {RELATION: _relation, BEFORE_AFTER: _before_after}
