"""What a relation was computed from, as a table to hand out: one line per team and wave, nothing finer."""

from dataclasses import dataclass
from datetime import datetime

from surveyapp.services.insight.cells import Cell

# What a delegation says about two people is told to others from so many on.
FEWEST_DELEGATIONS = 5


@dataclass(frozen=True, slots=True)
class InputRow:
    """A team in the period of a wave.

    ``score`` is the released number, None where it was withheld. ``found`` are errors that others found or that
    reached somebody outside, ``both`` those among them that the team found first. Hours and days are medians. Figures
    of delegations are None where fewer than five were under way.
    """

    team: str
    wave: int
    closed_at: datetime
    score: float | None
    answers: int
    person_weeks: float
    reports: int
    told: int
    found: int
    both: int
    near_misses: int
    harm: int
    voice_hours: float | None
    voice_cases: int
    surfacing_days: float | None
    deliveries: int
    rework: int
    independent: int | None
    delegation_weeks: float | None


def row_of(cell: Cell) -> InputRow:
    """Return the line of one cell."""
    log = cell.log
    enough = log.delegations >= FEWEST_DELEGATIONS
    return InputRow(
        team=cell.series,
        wave=cell.wave,
        closed_at=cell.closed_at,
        score=cell.score,
        answers=cell.n,
        person_weeks=round(cell.person_weeks, 3),
        reports=cell.reports,
        told=log.told,
        found=log.found,
        both=log.both,
        near_misses=log.near_misses,
        harm=log.harm,
        voice_hours=log.voice,
        voice_cases=len(log.voice_hours),
        surfacing_days=log.surfacing,
        deliveries=log.deliveries,
        rework=log.rework,
        independent=log.independent if enough else None,
        delegation_weeks=round(log.delegation_weeks, 3) if enough else None,
    )
