"""Counting the log by team and period: what was told, what others found, how long it took, what was delivered."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.learning.delegation import Delegation
from surveyapp.learning.history import replay
from surveyapp.learning.outcomes import OURSELVES, Wait, until_independent
from surveyapp.services.delegation.keeping import steps_of
from surveyapp.store.delegation import StoredDelegation
from surveyapp.store.learning import LearningEvent
from surveyapp.store.reviews import WorkDelivery

# Help requests and ideas are signs of safety too, but no reports of something that went or nearly went wrong.
REPORTS = ("error", "near_miss", "unsafe_condition", "good_catch")
OTHERS = frozenset({"other_team", "customer", "monitoring", "audit"})
HARM = 2
# Of what was noticed later than this before the end, the slow ones are not told yet; slower ones never count.
HORIZON = timedelta(days=30)
WEEK = timedelta(weeks=1)
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


class _Calendar:
    """Finds the wave in whose period a moment lies."""

    def __init__(self, periods: Periods) -> None:
        self.numbers = sorted(periods)
        self.start = periods[self.numbers[0]][0]
        self.ends = [periods[number][1] for number in self.numbers]

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
        calendar = _Calendar(periods)
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


def _count_events(session: Session, organisation_id: UUID, calendar: _Calendar, found: Counting) -> None:
    event = LearningEvent
    rows = session.execute(
        select(
            event.unit_id,
            event.told_at,
            event.kind,
            event.found_by,
            event.reached,
            event.severity,
            event.detection_hours,
            event.voice_hours,
        ).where(
            event.organisation_id == organisation_id,
            event.withdrawn.is_(False),
            event.kind.in_(REPORTS),
            event.told_at > calendar.start - HORIZON,
            event.told_at <= calendar.end,
        )
    )
    for unit_id, told_at, kind, found_by, reached, severity, detection, voice in rows:
        if (wave := calendar.wave(told_at)) is not None:
            _count_event(found[unit_id, wave], kind, found_by, reached, severity)
        if voice is not None:
            _time(found, calendar, unit_id, told_at, voice, "voice_hours")
            if kind == "error" and detection is not None:
                _time(found, calendar, unit_id, told_at, voice + detection, "surfacing_hours")


def _count_event(tally: Tally, kind: str, found_by: str | None, reached: str | None, severity: int | None) -> None:
    tally.reports += 1
    tally.near_misses += kind == "near_miss"
    if kind == "error":
        ourselves, outside = found_by in OURSELVES, found_by in OTHERS or reached == "external"
        tally.told += ourselves
        tally.found += outside
        tally.both += ourselves and outside
        tally.harm += severity is not None and severity >= HARM


def _time(
    found: Counting,
    calendar: _Calendar,
    unit_id: UUID,
    told_at: datetime,
    hours: float,
    name: str,
) -> None:
    """Keep a time with the period in which it began, when everything that began then has had as long to be told."""
    length = timedelta(hours=hours)
    start = told_at - length
    if length <= HORIZON and start <= calendar.end - HORIZON and (wave := calendar.wave(start)) is not None:
        getattr(found[unit_id, wave], name).append(hours)


def _count_deliveries(session: Session, organisation_id: UUID, calendar: _Calendar, found: Counting) -> None:
    rows = session.execute(
        select(WorkDelivery.unit_id, WorkDelivery.delivered_at, WorkDelivery.planned, WorkDelivery.rework_of).where(
            WorkDelivery.organisation_id == organisation_id,
            WorkDelivery.delivered_at > calendar.start,
            WorkDelivery.delivered_at <= calendar.end,
        )
    )
    for unit_id, delivered_at, planned, rework_of in rows:
        if (wave := calendar.wave(delivered_at)) is not None:
            tally = found[unit_id, wave]
            tally.deliveries += 1
            tally.rework += not planned and rework_of is not None


def _count_delegations(
    session: Session,
    organisation_id: UUID,
    calendar: _Calendar,
    periods: Periods,
    found: Counting,
) -> None:
    """Count the weeks in which delegations were on their way to independent delivery, and those that arrived."""
    rows = session.scalars(
        select(StoredDelegation).where(
            StoredDelegation.organisation_id == organisation_id, StoredDelegation.unit_id.is_not(None)
        )
    ).all()
    steps = steps_of(session, rows)
    for row in rows:
        for start, wait in _waits(replay(row.delegator_id, steps[row.id]), calendar.end):
            _spread(found, row.unit_id, start, wait, calendar, periods)


def _waits(delegation: Delegation, now: datetime) -> Iterable[tuple[datetime, Wait]]:
    start = delegation.accepted_at
    return [(start, wait) for wait in until_independent([delegation], now)] if start and start < now else []


def _spread(
    found: Counting,
    unit_id: UUID | None,
    start: datetime,
    wait: Wait,
    calendar: _Calendar,
    periods: Periods,
) -> None:
    end = start + timedelta(days=wait.length)
    for number, (since, until) in periods.items():
        under_way = min(end, until) - max(start, since)
        if unit_id is not None and under_way > timedelta(0):
            tally = found[unit_id, number]
            tally.delegation_weeks += under_way / WEEK
            tally.delegations += 1
            tally.independent += wait.end == 1 and calendar.wave(end) == number
