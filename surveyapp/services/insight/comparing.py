"""Comparing teams before and after a day, with statistics; the worker comes here, pages never do."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from surveyapp.services.insight.cells import Cell, cells_of
from surveyapp.stats.change import before_after
from surveyapp.stats.designs import minimum_detectable_change, spread_of_change
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.seeds import generator
from surveyapp.store.pulses import Pulse

MISSING = float("nan")
Answer = dict[str, Any]


def answer_before_after(session: Session, organisation_id: UUID, question: Mapping[str, Any], record: str) -> Answer:
    """Answer a stored question about some teams."""
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
