"""The cells of a pulse column by column, for the worker: the same figures as `cells`, of half a million cells at once.

Pages read cells one by one and know no numpy. Here the log of a pulse is counted once for all of its scales, and what
can change no more by itself is kept, so that a night counts the last weeks and what was told late.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services.insight import tallies
from surveyapp.services.insight.cells import periods_of
from surveyapp.services.insight.log_columns import Counting
from surveyapp.services.insight.tallies import HORIZON, Calendar, Periods, UnderWay
from surveyapp.services.results.panels import (
    ReleasedWave,
    Series,
    released_by_team,
    released_columns,
    series_of,
    whole,
)
from surveyapp.stats.checks import FloatArray, IntArray
from surveyapp.stats.tables import Columns, filled, packed, unpacked
from surveyapp.store.database import hold_changes
from surveyapp.store.learning import LearningEvent, LoggedColumns
from surveyapp.store.organisation import ReportingGroupUnit
from surveyapp.store.pulses import Pulse
from surveyapp.store.reviews import WorkDelivery

MISSING = float("nan")
# So many waves are counted while the log stands still.
AT_ONCE = 13
# What is counted, and what stands where there is nothing.
BLANKS = {
    **dict.fromkeys(("person_weeks", "reports", "told", "found", "both", "near_misses", "harm"), 0.0),
    "voice": MISSING,
    "voice_cases": 0.0,
    "surfacing": MISSING,
    "deliveries": 0.0,
    "rework": 0.0,
}


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


@dataclass(frozen=True, eq=False)
class CountedLog:
    """What the log says, as tables of waves by series."""

    pulse_id: UUID
    waves: Sequence[ReleasedWave]
    series: Series
    tables: Mapping[str, FloatArray]

    @cached_property
    def _cells(self) -> dict[str, Any]:
        """What is counted in each cell, whatever scale stands beside it."""
        there = self.tables["person_weeks"] > 0
        rows, teams = there.nonzero()
        numbers = whole([wave.number for wave in self.waves])
        return {"team": teams, "wave": numbers[rows], **{name: table[there] for name, table in self.tables.items()}}

    def beside(self, session: Session, organisation_id: UUID, scale: str) -> Counted:
        """Put the released numbers of a scale beside what was counted."""
        people = self.tables["person_weeks"]
        score = filled(people.shape, MISSING)
        for row, wave in enumerate(self.waves):
            told = released_columns(session, organisation_id, wave, f"scale:{scale}")
            score[row, self.series.places.of(told["group"])] = told["value"]
        return Counted(score=score[people > 0], **self._cells)


def count_log(session: Session, organisation_id: UUID, pulse_id: UUID) -> CountedLog | None:
    """Count the log by series and wave of a pulse; there is nothing to count before its first release."""
    log = _find_log(session, organisation_id, pulse_id)
    if log is None:
        return None
    series = series_of(session, organisation_id, pulse_id)
    return CountedLog(pulse_id, log.waves, series, log.tables(series))


def keep_counts(session: Session, organisation_id: UUID, pulse_id: UUID) -> None:
    """Keep what the log says of times about which waiting alone tells nothing new, some waves in each transaction."""
    log = _find_log(session, organisation_id, pulse_id)
    if log is None:
        return
    for span in log.spans_to_keep():
        # Whatever is told after this finds what was kept and removes it.
        hold_changes(session, LearningEvent, WorkDelivery)
        log.keep(span)
        session.commit()


def _find_log(session: Session, organisation_id: UUID, pulse_id: UUID) -> "_Log | None":
    waves = released_by_team(session, organisation_id, pulse_id)
    if not waves:
        return None
    cadence = timedelta(weeks=session.get_one(Pulse, (organisation_id, pulse_id)).cadence_weeks)
    periods = periods_of([(wave.number, wave.closes_at) for wave in waves], cadence)
    return _Log(session, organisation_id, waves, periods)


@dataclass(frozen=True, slots=True, eq=False)
class _Log:
    """The log of an organisation in the time of the released waves of a pulse, which are told by their places."""

    session: Session
    organisation_id: UUID
    waves: Sequence[ReleasedWave]
    periods: Periods

    @property
    def end(self) -> datetime:
        """What came after the last wave closed does not count yet."""
        return self.waves[-1].closes_at

    def tables(self, series: Series) -> dict[str, FloatArray]:
        """Return a table of each thing that is counted, from what is kept and for the rest from the log."""
        pages = {place: unpacked(self._content(wave_id)) for wave_id, place in self._kept().items()}
        if missing := [place for place in range(len(self.waves)) if place not in pages]:
            span = range(missing[0], missing[-1] + 1)
            pages |= zip(span, self._count(span), strict=True)
        shape = len(self.waves), len(series.names)
        tables = {name: filled(shape, blank) for name, blank in BLANKS.items()}
        for place, page in pages.items():
            rows = series.places.of(page["group"])
            for name, table in tables.items():
                table[place, rows] = page[name]
        weeks, independent = filled(shape, 0.0), filled(shape, 0.0)
        for each, cell in self._delegations(pages, series):
            weeks[cell] += each.weeks
            independent[cell] += each.arrived
        return tables | {"delegation_weeks": weeks, "independent": independent}

    def spans_to_keep(self) -> Iterator[range]:
        """Find waves that are not kept although everything that began in their time has had as long to be told."""
        kept = set(self._kept().values())
        settled = sum(self.periods[wave.number][1] + HORIZON <= self.end for wave in self.waves)
        missing = [place for place in range(settled) if place not in kept]
        while missing:
            span = range(missing[0], min(missing[0] + AT_ONCE, missing[-1] + 1))
            yield span
            missing = [place for place in missing if place not in span]

    def keep(self, span: range) -> None:
        """Keep what is counted of a span of waves, except where something waits to be shown and will count then."""
        waiting = self._waiting(span)
        for place, page in zip(span, self._count(span), strict=True):
            since, until = self.periods[self.waves[place].number]
            if any(since < each <= until + HORIZON for each in waiting):
                continue
            times = {"since": since, "until": until, "told_until": until + HORIZON}
            mine = {"organisation_id": self.organisation_id, "wave_id": self.waves[place].wave_id}
            self.session.merge(LoggedColumns(**mine, **times, content=packed(page)))

    def _kept(self) -> dict[UUID, int]:
        """Return the waves that are kept, with their places; one whose time has become another is not."""
        kept = select(LoggedColumns.wave_id, LoggedColumns.since, LoggedColumns.until).where(
            LoggedColumns.organisation_id == self.organisation_id
        )
        times = {wave_id: (since, until) for wave_id, since, until in self.session.execute(kept)}
        return {
            wave.wave_id: place
            for place, wave in enumerate(self.waves)
            if times.get(wave.wave_id) == self.periods[wave.number]
        }

    def _content(self, wave_id: UUID) -> bytes:
        of_wave = (LoggedColumns.organisation_id == self.organisation_id, LoggedColumns.wave_id == wave_id)
        return self.session.scalars(select(LoggedColumns.content).where(*of_wave)).one()

    def _calendar(self, span: range) -> Calendar:
        return Calendar(
            {wave.number: self.periods[wave.number] for wave in self.waves[span.start : span.stop]}, self.end
        )

    def _waiting(self, span: range) -> Sequence[datetime]:
        """Return where reports will stand in the log that are not shown yet."""
        calendar = self._calendar(span)
        waiting = tallies.told_in(self.organisation_id, calendar, LearningEvent.listed_at, shown=False)
        return [each for each in self.session.scalars(waiting) if each]

    def _count(self, span: range) -> list[Columns]:
        waves = self.waves[span.start : span.stop]
        return Counting(self.session, self.organisation_id, waves, self._calendar(span)).pages()

    def _delegations(self, pages: Mapping[int, Columns], series: Series) -> Iterator[tuple[UnderWay, tuple[int, int]]]:
        """Find what is on its way to independent delivery, which can be told of any time at any time, and its cell."""
        calendar, places = self._calendar(range(len(self.waves))), {}
        under_way = list(tallies.delegated_in(self.session, self.organisation_id, calendar, self.periods))
        mine = self._groups_of_units({each.unit_id for each in under_way})
        for each in under_way:
            place = calendar.numbers.index(each.wave)
            if place not in places:
                counted = pages[place]["group"][pages[place]["person_weeks"] > 0]
                places[place] = dict(zip(counted.tolist(), series.places.of(counted).tolist(), strict=True))
            for group in mine.get(each.unit_id, ()):
                if group in places[place]:
                    yield each, (place, places[place][group])

    def _groups_of_units(self, units: Collection[UUID]) -> dict[UUID, list[bytes]]:
        found: dict[UUID, list[bytes]] = {}
        if units:
            for group, unit in self.session.execute(
                select(ReportingGroupUnit.group_id, ReportingGroupUnit.unit_id).where(
                    ReportingGroupUnit.organisation_id == self.organisation_id
                )
            ):
                if unit in units:
                    found.setdefault(unit, []).append(group.hex.encode())
        return found
