"""Counting the log in the time of some waves, column by column: what a page counts one by one, for a whole night."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import accumulate
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services.insight import tallies
from surveyapp.services.insight.cells import FEWEST_PEOPLE
from surveyapp.services.insight.tallies import HORIZON, WEEK, Calendar
from surveyapp.services.results.panels import ReleasedWave, rosters_of, whole
from surveyapp.stats import counting
from surveyapp.stats.checks import FloatArray, IntArray, vector
from surveyapp.stats.tables import Columns, Places, filled, keys
from surveyapp.store.columns import bare, columns_of
from surveyapp.store.learning import LearningEvent
from surveyapp.store.organisation import ReportingGroupUnit
from surveyapp.store.reviews import WorkDelivery


class Counting:
    """Counts the log in the time of some waves, group by group: cells stand wave by wave.

    Parameters
    ----------
    session : Session
        For reading.
    organisation_id : UUID
        Whose log it is.
    waves : sequence of ReleasedWave
        One after the other, as in the calendar.
    calendar : Calendar
        Their times, and until when anything is known.
    """

    def __init__(
        self, session: Session, organisation_id: UUID, waves: Sequence[ReleasedWave], calendar: Calendar
    ) -> None:
        self.session, self.organisation_id, self.calendar = session, organisation_id, calendar
        rosters = [rosters_of(session, organisation_id, wave.wave_id) for wave in waves]
        self.groups, self.people = [groups for groups, _ in rosters], [people for _, people in rosters]
        self.firsts = list(accumulate((len(groups) for groups in self.groups), initial=0))
        self.units: dict[bytes, int] = {}
        self.cells = self._cells()
        self.start = int(counting.moments([calendar.start])[0])
        self.ends = counting.moments(calendar.ends)

    def _cells(self) -> IntArray:
        """Find the cell of every unit in every wave, -1 for none: also past the last unit and past the last wave."""
        known = list(dict.fromkeys(group for groups in self.groups for group in groups.tolist()))
        order = {group: row for row, group in enumerate(known)}
        inside, units = self._units(order)
        cells = filled((len(self.units) + 1, len(self.groups) + 1), -1.0).astype(int)
        places = Places(keys([group.decode() for group in known]), whole(list(order.values())))
        for column, groups in enumerate(self.groups):
            # With fewer people even counts would be about somebody.
            enough = self.people[column] >= FEWEST_PEOPLE
            of_group = filled((len(order),), -1.0).astype(int)
            of_group[places.of(groups)[enough]] = self.firsts[column] + enough.nonzero()[0]
            there = of_group[inside] >= 0
            cells[units[there], column] = of_group[inside[there]]
        return cells

    def _units(self, order: Mapping[bytes, int]) -> tuple[IntArray, IntArray]:
        """Return which unit is counted in which group, and give each unit a place."""
        groups, units = columns_of(
            self.session,
            select(bare(ReportingGroupUnit.group_id), bare(ReportingGroupUnit.unit_id)).where(
                ReportingGroupUnit.organisation_id == self.organisation_id
            ),
        )
        pairs = zip(keys(groups).tolist(), keys(units).tolist(), strict=True)
        both = [(order[group], unit) for group, unit in pairs if group in order]
        places = [self.units.setdefault(unit, len(self.units)) for _, unit in both]
        return whole([group for group, _ in both]), whole(places)

    def pages(self) -> list[Columns]:
        """Return for each wave its groups and what was counted of each."""
        counted = {**self._events(), **self._deliveries()}
        pages: list[Columns] = []
        for column, groups in enumerate(self.groups):
            start, end = self.calendar.periods[self.calendar.numbers[column]]
            people = self.people[column] * (self.people[column] >= FEWEST_PEOPLE)
            mine = {"group": groups, "person_weeks": people * ((end - start) / WEEK)}
            cells = slice(self.firsts[column], self.firsts[column + 1])
            pages.append(mine | {name: values[cells] for name, values in counted.items()})
        return pages

    def _at(self, units: Sequence[UUID | str]) -> IntArray:
        """Find the rows of units; the last one is of those that are in no group."""
        return whole([self.units.get(unit, -1) for unit in keys(units).tolist()])

    def _count(self, cells: IntArray) -> FloatArray:
        return counting.count(cells, (1, self.firsts[-1])).ravel()

    def _events(self) -> dict[str, FloatArray]:
        event = LearningEvent
        columns = bare(event.unit_id), bare(event.listed_at), tallies.SIGNS, tallies.VOICE, tallies.SURFACING
        units, listed_at, signs, *hours = columns_of(
            self.session, tallies.told_in(self.organisation_id, self.calendar, *columns)
        )
        rows, when, said = self._at(units), counting.moments(listed_at), vector("signs", signs).astype(int)
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
            "voice": self._medians(*voice),
            "voice_cases": self._count(voice[0]),
            "surfacing": self._medians(*surfacing) / 24,
        }

    def _medians(self, cells: IntArray, hours: FloatArray) -> FloatArray:
        return counting.medians(cells, hours, (1, self.firsts[-1])).ravel()

    def _begun(self, rows: IntArray, when: counting.Moments, hours: FloatArray) -> tuple[IntArray, FloatArray]:
        """Find the cells in which times began, when everything that began then has had as long to be told."""
        known = hours <= HORIZON / timedelta(hours=1)
        start = counting.began(when[known], hours[known])
        cells = self.cells[rows[known], counting.periods_of(start, self.start, self.ends)]
        latest = int(counting.moments([self.calendar.known_until - HORIZON])[0])
        return cells[start <= latest], hours[known][start <= latest]

    def _deliveries(self) -> dict[str, FloatArray]:
        columns = bare(WorkDelivery.unit_id), bare(WorkDelivery.delivered_at), tallies.REWORK
        units, delivered_at, rework = columns_of(
            self.session, tallies.delivered_in(self.organisation_id, self.calendar, *columns)
        )
        periods = counting.periods_of(counting.moments(delivered_at), self.start, self.ends)
        cells = self.cells[self._at(units), periods]
        return {"deliveries": self._count(cells), "rework": self._count(cells[vector("rework", rework) > 0])}
