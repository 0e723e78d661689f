"""Reading the log as the team may: what was told to it, and the de-identified copies of what a steward was told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from surveyapp.errors import Forbidden, NotFound, Said
from surveyapp.learning.times import WEEK
from surveyapp.services.log.events import UNPRINTABLE
from surveyapp.services.log.sealing import names_key, open_name
from surveyapp.store.learning import KINDS, NAMED, LearningEvent
from surveyapp.store.organisation import Unit
from surveyapp.store.reporters import ReporterName

PAGE_SIZE = 25
NO_ENTRY = Said("There is no such entry")


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry as the log shows it."""

    id: UUID
    unit_id: UUID
    unit_name: str
    kind: str
    mode: str
    what_happened: str
    surprise: str
    occurred_at: datetime | None
    occurred_precision: str
    noticed_at: datetime | None
    noticed_precision: str
    told_at: datetime
    told_precision: str
    detection_hours: float | None
    voice_hours: float | None
    found_by: str | None
    reached: str | None
    severity: int | None
    potential_severity: int | None
    barrier: str
    luck_only: bool | None
    contributing: tuple[str, ...]
    decision_affected: bool | None
    source: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log, newest first."""

    entries: tuple[Logged, ...]
    total: int
    page: int
    pages: int


def read_log(
    session: Session,
    organisation_id: UUID,
    units: Collection[UUID],
    now: datetime,
    *,
    kind: str = "",
    words: str = "",
    page: int | None = 1,
) -> LogPage:
    """Return a page of the log of some units, newest first; without a page number, all of it."""
    wanted = [
        LearningEvent.organisation_id == organisation_id,
        LearningEvent.unit_id.in_(units),
        LearningEvent.shown_from <= now,
    ]
    if kind in KINDS:
        wanted.append(LearningEvent.kind == kind)
    if words := UNPRINTABLE.sub("", words):
        # Of what a steward was told only the copy is searched, or the hits would tell what the original says.
        shown = and_(LearningEvent.mode == NAMED, LearningEvent.what_happened.icontains(words, autoescape=True))
        wanted.append(or_(shown, LearningEvent.shown_words.icontains(words, autoescape=True)))
    total = session.scalar(select(func.count()).select_from(LearningEvent).where(*wanted)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    query = (
        select(LearningEvent, Unit.name)
        .join(Unit, (Unit.organisation_id == LearningEvent.organisation_id) & (Unit.id == LearningEvent.unit_id))
        .where(*wanted)
        .order_by(LearningEvent.listed_at.desc(), LearningEvent.id)
    )
    if page is not None:
        page = min(max(1, page), pages)
        query = query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return LogPage(tuple(_logged(event, name) for event, name in session.execute(query)), total, page or 1, pages)


def find_event(session: Session, organisation_id: UUID, event_id: UUID, now: datetime) -> Logged:
    """Return one entry as the log shows it.

    Raises
    ------
    NotFound
        When there is none, or none yet.
    """
    event = session.get(LearningEvent, (organisation_id, event_id))
    if event is None or event.shown_from is None or event.shown_from > now:
        raise NotFound(NO_ENTRY)
    return _logged(event, session.get_one(Unit, (organisation_id, event.unit_id)).name)


def told_by(session: Session, organisation_id: UUID, events: Collection[UUID], secret_key: str) -> dict[UUID, str]:
    """Return the names that were given to the team, by event."""
    rows = session.scalars(
        select(ReporterName).where(ReporterName.organisation_id == organisation_id, ReporterName.event_id.in_(events))
    )
    key = names_key(secret_key)
    return {row.event_id: open_name(key, row.sealed, row.event_id) for row in rows}


def set_withdrawn(session: Session, organisation_id: UUID, event_id: UUID, *, withdrawn: bool) -> None:
    """Take an entry back, or undo that; it counts in nothing while it is withdrawn.

    Raises
    ------
    NotFound
        When there is none.
    Forbidden
        When it was told to a steward: whoever it is about must not be able to take it back.
    """
    event = session.get(LearningEvent, (organisation_id, event_id))
    if event is None:
        raise NotFound(NO_ENTRY)
    if event.mode != NAMED:
        message = "This was told to a steward, and stays in the log"
        raise Forbidden(message)
    event.withdrawn = withdrawn
    session.commit()


def _logged(event: LearningEvent, unit_name: str) -> Logged:
    open_to_team = event.mode == NAMED
    return Logged(
        id=event.id,
        unit_id=event.unit_id,
        unit_name=unit_name,
        kind=event.kind,
        mode=event.mode,
        what_happened=event.what_happened if open_to_team else event.shown_words,
        surprise=event.surprise if open_to_team else "",
        occurred_at=event.occurred_at if open_to_team else None,
        occurred_precision=event.occurred_precision,
        noticed_at=event.noticed_at if open_to_team else None,
        noticed_precision=event.noticed_precision,
        told_at=event.told_at if open_to_team else event.listed_at or event.told_at,
        told_precision=event.told_precision if open_to_team else WEEK,
        detection_hours=event.detection_hours,
        voice_hours=event.voice_hours,
        found_by=event.found_by,
        reached=event.reached,
        severity=event.severity,
        potential_severity=event.potential_severity,
        barrier=(event.barrier or "") if open_to_team else "",
        luck_only=event.luck_only,
        contributing=tuple(event.contributing.split()),
        decision_affected=event.decision_affected,
        source=event.source,
        withdrawn=event.withdrawn,
    )
