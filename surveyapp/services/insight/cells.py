"""The only table that statistics see: one line per team and wave, from release rows and counted log entries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from surveyapp.services.insight.tallies import NOTHING, WEEK, Tally, tallies_of, together
from surveyapp.store.organisation import ReportingGroup, ReportingGroupUnit
from surveyapp.store.pulses import Pulse, Wave, WaveGroup
from surveyapp.store.releases import Release, ReleaseRow

# Under so many people even counts of what was told would be about somebody.
FEWEST_PEOPLE = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """One reporting group in one wave.

    ``score`` is None where the number was withheld. ``reports`` are those told since the wave before closed, and
    ``person_weeks`` is the roster times the weeks since then; ``log`` is what else the log says of that time. With
    fewer than five people in it nothing is counted and there are no person-weeks.
    """

    series: str
    units: frozenset[UUID]
    group_name: str
    wave: int
    closed_at: datetime
    score: float | None
    n: int
    reports: int
    person_weeks: float
    log: Tally = NOTHING


def cells_of(session: Session, organisation_id: UUID, pulse_id: UUID, scale: str) -> list[Cell]:
    """Return the cells of a pulse for one scale, by wave and group."""
    pulse = session.get_one(Pulse, (organisation_id, pulse_id))
    rows = session.execute(
        select(Release.id, Wave.number, Wave.closes_at, WaveGroup.group_id, WaveGroup.roster)
        .join(Wave, (Wave.organisation_id == Release.organisation_id) & (Wave.id == Release.wave_id))
        .join(WaveGroup, (WaveGroup.organisation_id == Wave.organisation_id) & (WaveGroup.wave_id == Wave.id))
        .where(Release.organisation_id == organisation_id, Wave.pulse_id == pulse_id, Wave.attribute == "")
        .order_by(Wave.number)
    ).all()
    periods = periods_of(
        {(number, closes_at) for _, number, closes_at, _, _ in rows}, timedelta(weeks=pulse.cadence_weeks)
    )
    groups = {group.id: group for group in _groups(session, organisation_id, pulse_id)}
    mine = select(ReportingGroup.id).where(
        ReportingGroup.organisation_id == organisation_id, ReportingGroup.pulse_id == pulse_id
    )
    units = _units(session, organisation_id, mine)
    scores = _scores(session, organisation_id, mine, scale)
    tallies = tallies_of(session, organisation_id, periods)
    cells = []
    for release_id, number, closes_at, group_id, roster in rows:
        score, n = scores.get((release_id, group_id), (None, 0))
        start, end = periods[number]
        counted = roster >= FEWEST_PEOPLE
        log = together(tallies, units.get(group_id, ()), number) if counted else NOTHING
        cells.append(
            Cell(
                series=groups[group_id].series,
                units=frozenset(units.get(group_id, ())),
                group_name=groups[group_id].name,
                wave=number,
                closed_at=closes_at,
                score=score,
                n=n,
                reports=log.reports,
                person_weeks=roster * ((end - start) / WEEK) if counted else 0.0,
                log=log,
            )
        )
    return cells


def periods_of(waves: Collection[tuple[int, datetime]], cadence: timedelta) -> dict[int, tuple[datetime, datetime]]:
    """Return the time each wave speaks of: since the wave before closed, for the first one a cadence back."""
    periods: dict[int, tuple[datetime, datetime]] = {}
    previous: datetime | None = None
    for number, closes_at in sorted(waves):
        periods[number] = (previous or closes_at - (cadence or WEEK), closes_at)
        previous = closes_at
    return periods


def _groups(session: Session, organisation_id: UUID, pulse_id: UUID) -> list[ReportingGroup]:
    return list(
        session.scalars(
            select(ReportingGroup).where(
                ReportingGroup.organisation_id == organisation_id, ReportingGroup.pulse_id == pulse_id
            )
        )
    )


def _units(session: Session, organisation_id: UUID, groups: Select[Any]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for group_id, unit_id in session.execute(
        select(ReportingGroupUnit.group_id, ReportingGroupUnit.unit_id).where(
            ReportingGroupUnit.organisation_id == organisation_id, ReportingGroupUnit.group_id.in_(groups)
        )
    ):
        found.setdefault(group_id, []).append(unit_id)
    return found


def _scores(
    session: Session, organisation_id: UUID, groups: Select[Any], scale: str
) -> dict[tuple[UUID, UUID], tuple[float, int]]:
    rows = session.execute(
        select(ReleaseRow.release_id, ReleaseRow.group_id, ReleaseRow.value, ReleaseRow.n).where(
            ReleaseRow.organisation_id == organisation_id,
            ReleaseRow.group_id.in_(groups),
            ReleaseRow.figure == f"scale:{scale}",
            ReleaseRow.value.is_not(None),
        )
    )
    return {(release_id, group_id): (value, n or 0) for release_id, group_id, value, n in rows if value is not None}
