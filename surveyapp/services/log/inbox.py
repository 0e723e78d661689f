"""The steward's inbox: reports told in confidence, answered through the receipt, published without names."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidTag
from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Invalid, NotFound
from surveyapp.learning.deidentifying import without_names
from surveyapp.learning.times import week_of
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.installation.auditing import note
from surveyapp.services.log.events import TEXT_LENGTH, UNPRINTABLE, check_words
from surveyapp.services.log.reports import STEWARD, Turn, say, turns_of
from surveyapp.services.log.sealing import open_for, open_pair
from surveyapp.services.log.stewards import key_of, pair_of
from surveyapp.services.roster.counting import Tree, organisation_zone
from surveyapp.store.learning import CONFIDENTIAL, KINDS, NAMED, LearningEvent
from surveyapp.store.organisation import Unit
from surveyapp.store.people import Member, Membership
from surveyapp.store.reporters import Message, Receipt, ReporterLink

PAGE_SIZE = 25
# A copy that appears at once would tell when it was told; one that appears within days tells a week.
SHORTEST_DELAY, LONGEST_DELAY = timedelta(hours=24), timedelta(hours=72)
LINK_KEPT = timedelta(days=10)
RECEIPT_KEPT = timedelta(days=90)
STATES = ("open", "published", "closed")


@dataclass(frozen=True, slots=True)
class Report:
    """A report as the inbox lists it."""

    id: UUID
    unit_id: UUID
    unit_name: str
    kind: str
    mode: str
    what_happened: str
    told_at: datetime
    told_precision: str
    severity: int | None
    state: str
    # Whether the reporter had the last word, or nobody has said anything yet.
    waits: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of the inbox: what waits for an answer first, then by week."""

    reports: tuple[Report, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class OpenReport:
    """One report, with everything that a steward may see without a passphrase."""

    report: Report
    surprise: str
    occurred_at: datetime | None
    occurred_precision: str
    noticed_at: datetime | None
    noticed_precision: str
    found_by: str | None
    reached: str | None
    potential_severity: int | None
    barrier: str
    luck_only: bool | None
    contributing: tuple[str, ...]
    turns: tuple[Turn, ...]
    promise: int | None
    shown_words: str
    shown_from: datetime | None
    draft: str
    sealed_to_me: bool


def draw_delay() -> timedelta:
    """Draw how long a published copy waits before the team reads it."""
    span = int((LONGEST_DELAY - SHORTEST_DELAY).total_seconds())
    return SHORTEST_DELAY + timedelta(seconds=secrets.randbelow(span + 1))


def read_inbox(
    session: Session,
    organisation_id: UUID,
    units: Collection[UUID],
    *,
    state: str = "",
    kind: str = "",
    words: str = "",
    page: int | None = 1,
) -> InboxPage:
    """Return a page of the reports about some units; without a page number, all of them."""
    wanted = [_told_to_stewards(organisation_id, units)]
    if state in STATES:
        wanted.append(_in_state(state))
    if kind in KINDS:
        wanted.append(LearningEvent.kind == kind)
    if words := UNPRINTABLE.sub("", words):
        wanted.append(LearningEvent.what_happened.icontains(words, autoescape=True))
    total = session.scalar(select(func.count()).select_from(LearningEvent).where(*wanted)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    query = _reports().where(*wanted)
    if page is not None:
        page = min(max(1, page), pages)
        query = query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return InboxPage(
        tuple(_report(event, name, last) for event, name, last in session.execute(query)), total, page or 1, pages
    )


def find_report(session: Session, viewer: Viewer, tree: Tree, units: Collection[UUID], event_id: UUID) -> OpenReport:
    """Return one report about one of the units that a steward reads.

    Raises
    ------
    NotFound
        When there is none; a report about another unit looks exactly like that.
    """
    owner = viewer.organisation_id
    event = _get(session, owner, units, event_id)
    _, name, last = session.execute(
        _reports().where(LearningEvent.organisation_id == owner, LearningEvent.id == event_id)
    ).one()
    key = key_of(session, viewer)
    sealed = key is not None and session.get(ReporterLink, (owner, event_id, key.id)) is not None
    return OpenReport(
        report=_report(event, name, last),
        surprise=event.surprise,
        occurred_at=event.occurred_at,
        occurred_precision=event.occurred_precision,
        noticed_at=event.noticed_at,
        noticed_precision=event.noticed_precision,
        found_by=event.found_by,
        reached=event.reached,
        potential_severity=event.potential_severity,
        barrier=event.barrier or "",
        luck_only=event.luck_only,
        contributing=tuple(event.contributing.split()),
        turns=turns_of(session, owner, event_id),
        promise=event.promise,
        shown_words=event.shown_words,
        shown_from=event.shown_from,
        draft=event.shown_words or without_names(event.what_happened, _names(session, owner, tree, event.unit_id)),
        sealed_to_me=sealed,
    )


def answer(
    session: Session, organisation_id: UUID, units: Collection[UUID], event_id: UUID, words: str, now: datetime
) -> None:
    """Answer whoever holds the receipt; the first answer is the feedback that reporters wait for."""
    event = _get(session, organisation_id, units, event_id)
    if event.closed_at is not None:
        message = "This report is closed"
        raise Conflict(message)
    say(session, event, STEWARD, words, now)
    event.acknowledged_at = event.acknowledged_at or now
    event.feedback_at = event.feedback_at or now
    session.commit()


def publish(
    session: Session,
    organisation_id: UUID,
    units: Collection[UUID],
    event_id: UUID,
    words: str,
    *,
    delay: timedelta,
    now: datetime,
) -> None:
    """Let the team read a report in words that point to nobody, of its week, and some days later.

    Raises
    ------
    Invalid
        When there are no words.
    """
    event = _get(session, organisation_id, units, event_id)
    if not words.strip():
        raise Invalid("shown_words", "", "what the team shall read")
    check_words("shown_words", words, TEXT_LENGTH)
    zone = ZoneInfo(organisation_zone(session, organisation_id))
    event.shown_words = words.strip()
    # Words may be put right later, the moment stays as it was drawn.
    if event.shown_from is None:
        event.shown_from, event.listed_at = now + delay, week_of(event.told_at, zone)
    session.commit()


def close(session: Session, organisation_id: UUID, units: Collection[UUID], event_id: UUID, now: datetime) -> None:
    """Close a report: who told is forgotten ten days later, what was talked about after three months."""
    event = _get(session, organisation_id, units, event_id)
    if event.closed_at is not None:
        return
    event.closed_at = now
    event.resolved_at = event.resolved_at or now
    for table, kept in ((ReporterLink, LINK_KEPT), (Receipt, RECEIPT_KEPT)):
        session.execute(
            update(table)
            .where(table.organisation_id == organisation_id, table.event_id == event_id, table.purge_at > now + kept)
            .values(purge_at=now + kept)
        )
    session.commit()


def open_reporter(
    session: Session, viewer: Viewer, units: Collection[UUID], event_id: UUID, passphrase: str, now: datetime
) -> str:
    """Return who told, to a steward with the passphrase; that it was opened is noted.

    Raises
    ------
    NotFound
        When nobody told in confidence, it was told to others, or it has been forgotten.
    Invalid
        When the passphrase is not the one.
    """
    event = _get(session, viewer.organisation_id, units, event_id)
    key = key_of(session, viewer)
    link = session.get(ReporterLink, (viewer.organisation_id, event.id, key.id)) if key else None
    if key is None or link is None or event.mode != CONFIDENTIAL or link.purge_at <= now:
        message = "This name is not sealed to your key, or has been forgotten"
        raise NotFound(message)
    try:
        name = open_for(open_pair(pair_of(key), passphrase), link.sealed, event.id)
    except InvalidTag:
        message = "This name was altered and cannot be opened"
        raise NotFound(message) from None
    note(session, viewer.organisation_id, viewer.account_id, "open reporter", str(event.id), now)
    session.commit()
    return name


def _told_to_stewards(organisation_id: UUID, units: Collection[UUID]) -> ColumnElement[bool]:
    return (
        (LearningEvent.organisation_id == organisation_id)
        & LearningEvent.unit_id.in_(units)
        & (LearningEvent.mode != NAMED)
    )


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "closed":
        return LearningEvent.closed_at.is_not(None)
    shown = LearningEvent.shown_from.is_not(None) if state == "published" else LearningEvent.shown_from.is_(None)
    return shown & LearningEvent.closed_at.is_(None)


def _reports() -> Select[LearningEvent, str, str | None]:
    last = (
        select(Message.side)
        .where(Message.organisation_id == LearningEvent.organisation_id, Message.event_id == LearningEvent.id)
        .order_by(Message.number.desc())
        .limit(1)
        .correlate(LearningEvent)
        .scalar_subquery()
    )
    waits = LearningEvent.closed_at.is_(None) & or_(last.is_(None), last != STEWARD)
    return (
        select(LearningEvent, Unit.name, last)
        .join(Unit, (Unit.organisation_id == LearningEvent.organisation_id) & (Unit.id == LearningEvent.unit_id))
        .order_by(waits.desc(), LearningEvent.told_at.desc(), LearningEvent.id)
    )


def _report(event: LearningEvent, unit_name: str, last: str | None) -> Report:
    return Report(
        id=event.id,
        unit_id=event.unit_id,
        unit_name=unit_name,
        kind=event.kind,
        mode=event.mode,
        what_happened=event.what_happened,
        told_at=event.told_at,
        told_precision=event.told_precision,
        severity=event.severity,
        state="closed" if event.closed_at else "published" if event.shown_from else "open",
        waits=event.closed_at is None and last != STEWARD,
    )


def _get(session: Session, organisation_id: UUID, units: Collection[UUID], event_id: UUID) -> LearningEvent:
    event = session.get(LearningEvent, (organisation_id, event_id))
    if event is None or event.mode == NAMED or event.unit_id not in units:
        message = "There is no such report"
        raise NotFound(message)
    return event


def _names(session: Session, organisation_id: UUID, tree: Tree, unit_id: UUID) -> list[str]:
    """Return the names of everybody who is or was on the roster of a unit or above it."""
    return list(
        session.scalars(
            select(Member.name)
            .join(
                Membership,
                (Membership.organisation_id == Member.organisation_id) & (Membership.member_id == Member.id),
            )
            .where(Member.organisation_id == organisation_id, Membership.unit_id.in_(tree.above(unit_id)))
            .distinct()
        )
    )
