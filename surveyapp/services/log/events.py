"""The learning log: what went wrong, nearly went wrong or was caught, without any person in it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.errors import Invalid, NotFound
from surveyapp.store.learning import FOUND_BY, KINDS, LearningEvent
from surveyapp.store.organisation import Unit

PRECISIONS = ("exact", "hour", "day", "month")
TEXT_LENGTH = 4000
PAGE_SIZE = 25
ID_LENGTH = 200
# Clocks of other systems run ahead a little.
AHEAD = timedelta(minutes=10)
# Nothing that is told here is older, and dates near the ends of the calendar have no place in every time zone.
EARLIEST = 1950
# Signs that no keyboard types and that a database may refuse.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody tells: kind, words, and three times. There is no room for a person."""

    unit_id: UUID
    kind: str
    what_happened: str
    told_at: datetime
    occurred_at: datetime | None = None
    noticed_at: datetime | None = None
    occurred_precision: str = "exact"
    noticed_precision: str = "exact"
    told_precision: str = "exact"
    found_by: str | None = None
    severity: int | None = None
    source: str = "form"
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry as the log shows it."""

    id: UUID
    unit_id: UUID
    unit_name: str
    kind: str
    what_happened: str
    occurred_at: datetime | None
    occurred_precision: str
    noticed_at: datetime | None
    noticed_precision: str
    told_at: datetime
    told_precision: str
    found_by: str | None
    severity: int | None
    source: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log, newest first."""

    entries: tuple[Logged, ...]
    total: int
    page: int
    pages: int


def check_entry(entry: Entry, now: datetime) -> None:
    """Refuse an entry that cannot be true.

    Raises
    ------
    Invalid
        Naming the field, the value and what would be right.
    """
    text = entry.what_happened.strip()
    if not text:
        raise Invalid("what_happened", "", "a sentence on what happened")
    if len(text) > TEXT_LENGTH:
        raise Invalid("what_happened", f"{len(text)} characters", f"at most {TEXT_LENGTH} characters")
    if UNPRINTABLE.search(text):
        raise Invalid("what_happened", "unprintable signs", "words without unprintable signs")
    if entry.external_id is not None and not 0 < len(entry.external_id) <= ID_LENGTH:
        raise Invalid("external_id", entry.external_id, f"1 to {ID_LENGTH} characters")
    _check_choices(entry)
    _check_times(entry, now)


def _check_choices(entry: Entry) -> None:
    choices: dict[str, tuple[str, tuple[str, ...]]] = {
        "kind": (entry.kind, KINDS),
        "found_by": (entry.found_by or FOUND_BY[0], FOUND_BY),
    }
    for name in ("occurred", "noticed", "told"):
        choices[f"{name}_precision"] = (getattr(entry, f"{name}_precision"), PRECISIONS)
    for field, (value, allowed) in choices.items():
        if value not in allowed:
            raise Invalid(field, value, f"one of {', '.join(allowed)}")
    if entry.severity is not None and not 0 <= entry.severity <= 4:
        raise Invalid("severity", entry.severity, "a whole number from 0 (none) to 4 (severe), or nothing")


def _check_times(entry: Entry, now: datetime) -> None:
    for field in ("told_at", "noticed_at", "occurred_at"):
        value = getattr(entry, field)
        if value and not EARLIEST <= value.year <= now.year + 1:
            raise Invalid(field, value.isoformat(), f"a time between {EARLIEST} and now")
    if entry.told_at > now + AHEAD:
        raise Invalid("told_at", entry.told_at.isoformat(), "a time that is not in the future")
    if entry.noticed_at and entry.noticed_at > entry.told_at:
        raise Invalid("noticed_at", entry.noticed_at.isoformat(), "a time before it was told")
    if entry.occurred_at and entry.occurred_at > (entry.noticed_at or entry.told_at):
        raise Invalid("occurred_at", entry.occurred_at.isoformat(), "a time before it was noticed")


def event_of(organisation_id: UUID, entry: Entry) -> LearningEvent:
    """Return the row that stores an entry."""
    return LearningEvent(
        organisation_id=organisation_id,
        id=uuid4(),
        unit_id=entry.unit_id,
        kind=entry.kind,
        what_happened=entry.what_happened.strip(),
        occurred_at=entry.occurred_at,
        occurred_precision=entry.occurred_precision,
        noticed_at=entry.noticed_at,
        noticed_precision=entry.noticed_precision,
        told_at=entry.told_at,
        told_precision=entry.told_precision,
        found_by=entry.found_by,
        severity=entry.severity,
        source=entry.source,
        external_id=entry.external_id,
        withdrawn=False,
    )


def log_event(session: Session, organisation_id: UUID, entry: Entry, now: datetime) -> UUID:
    """Log an entry and return its id.

    Raises
    ------
    Invalid
        When it cannot be true.
    NotFound
        When there is no such unit.
    """
    check_entry(entry, now)
    if session.get(Unit, (organisation_id, entry.unit_id)) is None:
        message = "There is no such unit"
        raise NotFound(message)
    event = event_of(organisation_id, entry)
    session.add(event)
    session.commit()
    return event.id


def read_log(
    session: Session,
    organisation_id: UUID,
    units: Collection[UUID],
    *,
    kind: str = "",
    words: str = "",
    page: int = 1,
) -> LogPage:
    """Return a page of the log of some units, newest first."""
    wanted = [LearningEvent.organisation_id == organisation_id, LearningEvent.unit_id.in_(units)]
    if kind in KINDS:
        wanted.append(LearningEvent.kind == kind)
    if words := UNPRINTABLE.sub("", words):
        wanted.append(LearningEvent.what_happened.icontains(words, autoescape=True))
    total = session.scalar(select(func.count()).select_from(LearningEvent).where(*wanted)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = session.execute(
        select(LearningEvent, Unit.name)
        .join(Unit, (Unit.organisation_id == LearningEvent.organisation_id) & (Unit.id == LearningEvent.unit_id))
        .where(*wanted)
        .order_by(LearningEvent.told_at.desc(), LearningEvent.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return LogPage(tuple(_logged(event, name) for event, name in rows), total, page, pages)


def find_event(session: Session, organisation_id: UUID, event_id: UUID) -> Logged:
    """Return one entry.

    Raises
    ------
    NotFound
        When there is none.
    """
    event = _get(session, organisation_id, event_id)
    return _logged(event, session.get_one(Unit, (organisation_id, event.unit_id)).name)


def set_withdrawn(session: Session, organisation_id: UUID, event_id: UUID, *, withdrawn: bool) -> None:
    """Take an entry back, or undo that; it counts in nothing while it is withdrawn.

    Raises
    ------
    NotFound
        When there is none.
    """
    _get(session, organisation_id, event_id).withdrawn = withdrawn
    session.commit()


def _get(session: Session, organisation_id: UUID, event_id: UUID) -> LearningEvent:
    event = session.get(LearningEvent, (organisation_id, event_id))
    if event is None:
        message = "There is no such entry"
        raise NotFound(message)
    return event


def _logged(event: LearningEvent, unit_name: str) -> Logged:
    return Logged(
        id=event.id,
        unit_id=event.unit_id,
        unit_name=unit_name,
        kind=event.kind,
        what_happened=event.what_happened,
        occurred_at=event.occurred_at,
        occurred_precision=event.occurred_precision,
        noticed_at=event.noticed_at,
        noticed_precision=event.noticed_precision,
        told_at=event.told_at,
        told_precision=event.told_precision,
        found_by=event.found_by,
        severity=event.severity,
        source=event.source,
        withdrawn=event.withdrawn,
    )
