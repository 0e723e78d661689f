"""Counting the log by team and period: what was told, what others found, how long it took, what was delivered."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, select
from sqlalchemy.orm import Session

from surveyapp.learning.delegation import Delegation
from surveyapp.learning.history import replay
from surveyapp.learning.outcomes import OURSELVES, Wait, until_independent
from surveyapp.services.delegation.keeping import steps_of
from surveyapp.store.delegation import StoredDelegation
from surveyapp.store.learning import NAMED, LearningEvent
from surveyapp.store.reviews import WorkDelivery

# Help requests and ideas are signs of safety too, but no reports of something that went or nearly went wrong.
REPORTS = ("error", "near_miss", "unsafe_condition", "good_catch")
OTHERS = frozenset({"other_team", "customer", "monitoring", "audit"})
HARM = 2
# Of what was noticed later than this before the end, the slow ones are not told yet; slower ones never count.
HORIZON = timedelta(days=30)
WEEK = timedelta(weeks=1)
NEAR_MISS, TOLD, FOUND, HARMED = 1, 2, 4, 8
_error = LearningEvent.kind == "error"


def _sign(sign: int, condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, sign), else_=0)


# What a report is a sign of, as a sum, and the hours from happening to telling: what a page and the night count alike.
SIGNS = (
    _sign(NEAR_MISS, LearningEvent.kind == "near_miss")
    + _sign(TOLD, _error & LearningEvent.found_by.in_(sorted(OURSELVES)))
    + _sign(FOUND, _error & (LearningEvent.found_by.in_(sorted(OTHERS)) | (LearningEvent.reached == "external")))
    + _sign(HARMED, _error & (LearningEvent.severity >= HARM))
)
# Of what was told to a steward others read the week, so its hours, which may be the only ones of a team, say no more.
_told_to_all = LearningEvent.mode == NAMED
VOICE = case((_told_to_all, LearningEvent.voice_hours))
SURFACING = case((_told_to_all & _error, LearningEvent.voice_hours + LearningEvent.detection_hours))
REWORK = case((WorkDelivery.planned.is_(False) & WorkDelivery.rework_of.is_not(None), 1), else_=0)
Periods = Mapping[int, tuple[datetime, datetime]]


@dataclass(slots=True, eq=False)
class Tally:
    """What the log says of one team in the period of one wave.

    ``found`` are errors that others found or that reached somebody outside, and ``both`` those among them that the
    team found itself first. Hours are those of what is old enough for the slow cases to be known as well.
    """

    reports: int = 0
    told: int = 0
    found: int = 0
    both: int = 0
    near_misses: int = 0
    harm: int = 0
    voice_hours: list[float] = field(default_factory=list)
    surfacing_hours: list[float] = field(default_factory=list)
    deliveries: int = 0
    rework: int = 0
    independent: int = 0
    delegation_weeks: float = 0.0
    delegations: int = 0

    @property
    def voice(self) -> float | None:
        """Median hours from noticing to telling."""
        return median(self.voice_hours) if self.voice_hours else None

    @property
    def surfacing(self) -> float | None:
        """Median days from happening to telling."""
        return median(self.surfacing_hours) / 24 if self.surfacing_hours else None


NOTHING = Tally()
Tallies = Mapping[tuple[UUID, int], Tally]
Counting = defaultdict[tuple[UUID, int], Tally]


class Calendar:
    """Finds the wave in whose period a moment lies; what was told after ``known_until`` does not count yet."""

    def __init__(self, periods: Periods, known_until: datetime | None = None) -> None:
        self.periods = periods
        self.numbers = sorted(periods)
        self.start = periods[self.numbers[0]][0]
        self.ends = [periods[number][1] for number in self.numbers]
        self.known_until = known_until or self.end

    @property
    def end(self) -> datetime:
        """The close of the last wave."""
        return self.ends[-1]

    def wave(self, moment: datetime) -> int | None:
        """Return the number of a wave, or None when the moment lies before the first period or after the last."""
        if not self.start < moment <= self.end:
            return None
        return self.numbers[bisect_left(self.ends, moment)]


def tallies_of(session: Session, organisation_id: UUID, periods: Periods) -> Tallies:
    """Count the log of an organisation by unit and wave."""
    found = Counting(Tally)
    if periods:
        calendar = Calendar(periods)
        _count_events(session, organisation_id, calendar, found)
        _count_deliveries(session, organisation_id, calendar, found)
        _count_delegations(session, organisation_id, calendar, periods, found)
    return found


def together(tallies: Tallies, units: Collection[UUID], wave: int) -> Tally:
    """Return the tally of the units of a group, which are counted as one."""
    mine = [tallies[unit, wave] for unit in units if (unit, wave) in tallies]
    if len(mine) < 2:
        return mine[0] if mine else NOTHING
    total = Tally()
    for each in mine:
        for part in fields(Tally):
            setattr(total, part.name, getattr(total, part.name) + getattr(each, part.name))
    return total


def told_in(organisation_id: UUID, calendar: Calendar, *columns: Any, shown: bool = True) -> Select[*tuple[Any, ...]]:
    """Select columns of the reports that count in some period, also of those that only began in it.

    What only a steward reads counts nowhere: beside a log in which it does not stand, a number would tell of it. What
    counts does so where it stands in the log, which for a report to a steward is no finer than its week. With ``shown``
    false they are those that will count once the team reads them.
    """
    until = calendar.known_until
    return select(*columns).where(
        LearningEvent.organisation_id == organisation_id,
        LearningEvent.withdrawn.is_(False),
        LearningEvent.kind.in_(REPORTS),
        LearningEvent.listed_at > calendar.start,
        LearningEvent.listed_at <= min(until, calendar.end + HORIZON),
        LearningEvent.shown_from <= until if shown else LearningEvent.shown_from > until,
    )


def _count_events(session: Session, organisation_id: UUID, calendar: Calendar, found: Counting) -> None:
    event = LearningEvent
    columns = event.unit_id, event.listed_at, SIGNS, VOICE, SURFACING
    for unit_id, told_at, signs, voice, surfacing in session.execute(told_in(organisation_id, calendar, *columns)):
        if (wave := calendar.wave(told_at)) is not None:
            _count_event(found[unit_id, wave], signs)
        if voice is not None:
            _time(found, calendar, unit_id, told_at, voice, "voice_hours")
        if surfacing is not None:
            _time(found, calendar, unit_id, told_at, surfacing, "surfacing_hours")


def _count_event(tally: Tally, signs: int) -> None:
    tally.reports += 1
    tally.near_misses += bool(signs & NEAR_MISS)
    tally.told += bool(signs & TOLD)
    tally.found += bool(signs & FOUND)
    tally.both += signs & (TOLD | FOUND) == TOLD | FOUND
    tally.harm += bool(signs & HARMED)


def _time(
    found: Counting,
    calendar: Calendar,
    unit_id: UUID,
    told_at: datetime,
    hours: float,
    name: str,
) -> None:
    """Keep a time with the period in which it began, when everything that began then has had as long to be told."""
    length = timedelta(hours=hours)
    start = told_at - length
    if length <= HORIZON and start <= calendar.known_until - HORIZON and (wave := calendar.wave(start)) is not None:
        getattr(found[unit_id, wave], name).append(hours)


def delivered_in(organisation_id: UUID, calendar: Calendar, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Select columns of what was delivered in some period."""
    return select(*columns).where(
        WorkDelivery.organisation_id == organisation_id,
        WorkDelivery.delivered_at > calendar.start,
        WorkDelivery.delivered_at <= calendar.end,
    )


def _count_deliveries(session: Session, organisation_id: UUID, calendar: Calendar, found: Counting) -> None:
    columns = WorkDelivery.unit_id, WorkDelivery.delivered_at, REWORK
    for unit_id, delivered_at, rework in session.execute(delivered_in(organisation_id, calendar, *columns)):
        if (wave := calendar.wave(delivered_at)) is not None:
            tally = found[unit_id, wave]
            tally.deliveries += 1
            tally.rework += rework


def _count_delegations(
    session: Session, organisation_id: UUID, calendar: Calendar, periods: Periods, found: Counting
) -> None:
    for under_way in delegated_in(session, organisation_id, calendar, periods):
        tally = found[under_way.unit_id, under_way.wave]
        tally.delegation_weeks += under_way.weeks
        tally.delegations += 1
        tally.independent += under_way.arrived


class UnderWay(NamedTuple):
    """How long a delegation of a unit was on its way to independent delivery in one period, and whether it arrived."""

    unit_id: UUID
    wave: int
    weeks: float
    arrived: bool


def delegated_in(session: Session, organisation_id: UUID, calendar: Calendar, periods: Periods) -> Iterator[UnderWay]:
    """Find the periods in which delegations were on their way to independent delivery."""
    rows = session.scalars(
        select(StoredDelegation).where(
            StoredDelegation.organisation_id == organisation_id, StoredDelegation.unit_id.is_not(None)
        )
    ).all()
    steps = steps_of(session, rows)
    for row in rows:
        for start, wait in _waits(replay(row.delegator_id, steps[row.id]), calendar.end):
            if row.unit_id is not None:
                yield from _spread(row.unit_id, start, wait, calendar, periods)


def _waits(delegation: Delegation, now: datetime) -> Iterable[tuple[datetime, Wait]]:
    start = delegation.accepted_at
    return [(start, wait) for wait in until_independent([delegation], now)] if start and start < now else []


def _spread(unit_id: UUID, start: datetime, wait: Wait, calendar: Calendar, periods: Periods) -> Iterator[UnderWay]:
    end = start + timedelta(days=wait.length)
    for number, (since, until) in periods.items():
        under_way = min(end, until) - max(start, since)
        if under_way > timedelta(0):
            yield UnderWay(unit_id, number, under_way / WEEK, wait.end == 1 and calendar.wave(end) == number)
