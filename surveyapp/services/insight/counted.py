"""The cells of a pulse column by column, for the worker: the same figures as `cells`, of half a million cells at once.

Pages read cells one by one and know no numpy. Here the log of a pulse is counted once for all of its scales.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services.insight import tallies
from surveyapp.services.insight.cells import FEWEST_PEOPLE, periods_of
from surveyapp.services.insight.tallies import HORIZON, WEEK, Calendar, Periods
from surveyapp.services.results.panels import ReleasedWave, released_by_team, rosters_of, series_of_groups
from surveyapp.stats import counting
from surveyapp.stats.checks import FloatArray, IntArray, vector
from surveyapp.stats.tables import Places, filled
from surveyapp.store.columns import bare, columns_of
from surveyapp.store.learning import LearningEvent
from surveyapp.store.organisation import ReportingGroupUnit
from surveyapp.store.pulses import Pulse
from surveyapp.store.releases import ReleaseRow
from surveyapp.store.reviews import WorkDelivery

MISSING = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What the log says of each cell with five people or more, and the released number of one scale.

    Cells stand wave by wave. ``team`` is the place of a series, ``wave`` a number. ``score``, ``voice`` (median hours)
    and ``surfacing`` (median days) are NaN where there is none.
    """

    team: IntArray
    wave: IntArray
    score: FloatArray
    person_weeks: FloatArray
    reports: FloatArray
    told: FloatArray
    found: FloatArray
    both: FloatArray
    near_misses: FloatArray
    harm: FloatArray
    voice: FloatArray
    voice_cases: FloatArray
    surfacing: FloatArray
    deliveries: FloatArray
    rework: FloatArray
    independent: FloatArray
    delegation_weeks: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class CountedLog:
    """What the log says, as tables of series by waves, and where the groups of the pulse stand in them."""

    pulse_id: UUID
    waves: Sequence[ReleasedWave]
    groups: Mapping[str, int]
    tables: Mapping[str, FloatArray]

    def beside(self, session: Session, organisation_id: UUID, scale: str) -> Counted:
        """Put the released numbers of a scale beside what was counted."""
        people = self.tables["person_weeks"]
        score, places = filled(people.shape, MISSING), Places(self.groups)
        for column, wave in enumerate(self.waves):
            groups, values = columns_of(session, _numbers(organisation_id, wave.release_id, scale))
            score[places.of(groups), column] = values
        # Wave by wave, as the rows came.
        columns, teams = (people.T > 0).nonzero()
        numbers = _whole(wave.number for wave in self.waves)
        cells = {name: table[teams, columns] for name, table in self.tables.items()}
        return Counted(team=teams, wave=numbers[columns], score=score[teams, columns], **cells)


def _numbers(organisation_id: UUID, release_id: UUID, scale: str) -> Any:
    return select(bare(ReleaseRow.group_id), ReleaseRow.value).where(
        ReleaseRow.organisation_id == organisation_id,
        ReleaseRow.release_id == release_id,
        ReleaseRow.figure == f"scale:{scale}",
        ReleaseRow.value.is_not(None),
    )


def count_log(session: Session, organisation_id: UUID, pulse_id: UUID) -> CountedLog | None:
    """Count the log by series and wave of a pulse; there is nothing to count before its first release."""
    waves = released_by_team(session, organisation_id, pulse_id)
    if not waves:
        return None
    cadence = timedelta(weeks=session.get_one(Pulse, (organisation_id, pulse_id)).cadence_weeks)
    periods = periods_of([(wave.number, wave.closes_at) for wave in waves], cadence)
    groups = _groups(session, organisation_id, pulse_id)
    counting_in = _Counting(session, organisation_id, waves, periods, groups)
    return CountedLog(pulse_id, waves, groups, counting_in.tables())


def _groups(session: Session, organisation_id: UUID, pulse_id: UUID) -> dict[str, int]:
    """Return for each group the place of its series."""
    groups = series_of_groups(session, organisation_id, pulse_id)
    places = {name: place for place, name in enumerate(sorted(set(groups.values())))}
    return {group: places[name] for group, name in groups.items()}


def _whole(values: Iterable[int]) -> IntArray:
    return vector("places", list(values)).astype(int)


class _Counting:
    """Counts the log of one pulse into tables of series by waves."""

    def __init__(
        self,
        session: Session,
        organisation_id: UUID,
        waves: Sequence[ReleasedWave],
        periods: Periods,
        groups: Mapping[str, int],
    ) -> None:
        self.session, self.organisation_id, self.periods = session, organisation_id, periods
        self.calendar = Calendar(periods)
        self.shape = max(groups.values(), default=-1) + 1, len(waves)
        self.person_weeks = filled(self.shape, 0.0)
        self.units: dict[UUID | str, int] = {}
        self.cells = self._place(waves, groups)
        self.start = int(counting.moments([self.calendar.start])[0])
        self.ends = counting.moments(self.calendar.ends)

    def _place(self, waves: Sequence[ReleasedWave], groups: Mapping[str, int]) -> IntArray:
        """Find the cell of every unit in every wave, -1 for none: also past the last unit and past the last wave."""
        order = {group: place for place, group in enumerate(groups)}
        series, (inside, units) = _whole(groups.values()), self._units(order)
        cells = filled((len(self.units) + 1, len(waves) + 1), -1.0).astype(int)
        places = Places(order)
        for column, wave in enumerate(waves):
            members, rosters = rosters_of(self.session, self.organisation_id, wave.wave_id)
            there, people = places.of(members), vector("rosters", rosters)
            counted = there[people >= FEWEST_PEOPLE]
            start, end = self.periods[wave.number]
            self.person_weeks[series[counted], column] = people[people >= FEWEST_PEOPLE] * ((end - start) / WEEK)
            of_group = filled((len(order),), -1.0).astype(int)
            of_group[counted] = series[counted] * self.shape[1] + column
            known = of_group[inside] >= 0
            cells[units[known], column] = of_group[inside[known]]
        return cells

    def _units(self, order: Mapping[str, int]) -> tuple[IntArray, IntArray]:
        """Return which unit is counted in which group, and give each unit a place."""
        groups, units = columns_of(
            self.session,
            select(bare(ReportingGroupUnit.group_id), bare(ReportingGroupUnit.unit_id)).where(
                ReportingGroupUnit.organisation_id == self.organisation_id
            ),
        )
        both = [(order[group], unit) for group, unit in zip(groups, units, strict=True) if group in order]
        places = [self.units.setdefault(unit, len(self.units)) for _, unit in both]
        return _whole(group for group, _ in both), _whole(places)

    def tables(self) -> dict[str, FloatArray]:
        """Return a table of each thing that is counted."""
        return {"person_weeks": self.person_weeks, **self._events(), **self._deliveries(), **self._delegations()}

    def _at(self, units: Sequence[UUID | str]) -> IntArray:
        """Find the rows of units; the last one is of those that are in no group."""
        return _whole(self.units.get(unit, -1) for unit in units)

    def _count(self, cells: IntArray) -> FloatArray:
        return counting.count(cells, self.shape)

    def _events(self) -> dict[str, FloatArray]:
        event = LearningEvent
        columns = bare(event.unit_id), bare(event.told_at), tallies.SIGNS, tallies.VOICE, tallies.SURFACING
        units, told_at, signs, *hours = columns_of(
            self.session, tallies.told_in(self.organisation_id, self.calendar, *columns)
        )
        rows, when, said = self._at(units), counting.moments(told_at), vector("signs", signs).astype(int)
        cells = self.cells[rows, counting.periods_of(when, self.start, self.ends)]
        both = tallies.TOLD | tallies.FOUND
        voice, surfacing = (self._begun(rows, when, vector("hours", each, missing=True)) for each in hours)
        return {
            "reports": self._count(cells),
            "told": self._count(cells[said & tallies.TOLD > 0]),
            "found": self._count(cells[said & tallies.FOUND > 0]),
            "both": self._count(cells[said & both == both]),
            "near_misses": self._count(cells[said & tallies.NEAR_MISS > 0]),
            "harm": self._count(cells[said & tallies.HARMED > 0]),
            "voice": counting.medians(*voice, self.shape),
            "voice_cases": self._count(voice[0]),
            "surfacing": counting.medians(*surfacing, self.shape) / 24,
        }

    def _begun(self, rows: IntArray, when: counting.Moments, hours: FloatArray) -> tuple[IntArray, FloatArray]:
        """Find the cells in which times began, when everything that began then has had as long to be told."""
        known = hours <= HORIZON / timedelta(hours=1)
        start = counting.began(when[known], hours[known])
        cells = self.cells[rows[known], counting.periods_of(start, self.start, self.ends)]
        latest = int(counting.moments([self.calendar.end - HORIZON])[0])
        return cells[start <= latest], hours[known][start <= latest]

    def _deliveries(self) -> dict[str, FloatArray]:
        columns = bare(WorkDelivery.unit_id), bare(WorkDelivery.delivered_at), tallies.REWORK
        units, delivered_at, rework = columns_of(
            self.session, tallies.delivered_in(self.organisation_id, self.calendar, *columns)
        )
        periods = counting.periods_of(counting.moments(delivered_at), self.start, self.ends)
        cells = self.cells[self._at(units), periods]
        return {"deliveries": self._count(cells), "rework": self._count(cells[vector("rework", rework) > 0])}

    def _delegations(self) -> dict[str, FloatArray]:
        weeks, independent = filled(self.shape, 0.0), filled(self.shape, 0.0)
        columns = {number: column for column, number in enumerate(self.calendar.numbers)}
        for each in tallies.delegated_in(self.session, self.organisation_id, self.calendar, self.periods):
            # Drivers give an id as it is or by its digits.
            row = self.units.get(each.unit_id.hex, self.units.get(each.unit_id, -1))
            cell = int(self.cells[row, columns[each.wave]])
            if cell >= 0:
                weeks.flat[cell] += each.weeks
                independent.flat[cell] += each.arrived
        return {"delegation_weeks": weeks, "independent": independent}
