"""Telling of an event, to the team or to a steward, and the talk that the receipt opens."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.errors import Invalid, NotFound
from surveyapp.learning.times import WEEK, week_of
from surveyapp.services.log.events import TEXT_LENGTH, Entry, add_event, check_words
from surveyapp.services.log.promises import version_at
from surveyapp.services.log.sealing import names_key, new_receipt, receipt_hash, seal_for, seal_name
from surveyapp.services.log.stewards import Lock, locks_for
from surveyapp.services.roster.counting import Tree, organisation_zone
from surveyapp.store.learning import ANONYMOUS, CONFIDENTIAL, NAMED, LearningEvent
from surveyapp.store.organisation import Organisation
from surveyapp.store.reporters import Message, Receipt, ReporterLink, ReporterName

NAME_LENGTH = 200
# What nobody ever closes is forgotten after half a year; what is closed, see `surveyapp.services.log.purging`.
KEPT_OPEN = timedelta(days=180)
STEWARD, REPORTER = "steward", "reporter"


@dataclass(frozen=True, slots=True)
class Told:
    """What was told; the receipt is said once and stored nowhere, and is empty for what the team reads anyway."""

    event_id: UUID
    receipt: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the talk between steward and reporter."""

    side: str
    words: str
    day: date


@dataclass(frozen=True, slots=True)
class Talk:
    """What the holder of a receipt sees."""

    event_id: UUID
    what_happened: str
    state: str
    turns: tuple[Turn, ...]
    kept_until: date


def may_tell_a_steward(session: Session, organisation_id: UUID, tree: Tree, unit_id: UUID, now: datetime) -> bool:
    """Tell whether anybody outside the line of a unit can be told in confidence."""
    return bool(locks_for(session, organisation_id, tree, unit_id, now.date()))


def tell(
    session: Session, organisation_id: UUID, tree: Tree, entry: Entry, now: datetime, *, name: str, secret_key: str
) -> Told:
    """Take in what somebody tells, in the mode that they chose.

    Parameters
    ----------
    entry : Entry
        What happened; its mode says to whom it is told.
    name : str
        Of whoever tells: for the team if they like, needed in confidence, and never kept when anonymous.
    secret_key : str
        The secret of the installation.

    Raises
    ------
    Invalid
        When the entry cannot be true, a name is missing, or there is no steward to tell.
    """
    name = name.strip()
    check_words("name", name, NAME_LENGTH)
    zone = ZoneInfo(organisation_zone(session, organisation_id))
    locks = [] if entry.mode == NAMED else locks_for(session, organisation_id, tree, entry.unit_id, now.date())
    if entry.mode != NAMED and not locks:
        raise Invalid("mode", entry.mode, "the team: nobody outside its line can be told yet")
    if entry.mode == CONFIDENTIAL and not name:
        raise Invalid("name", "", "your name for the steward; choose anonymous to give none")
    entry = replace(entry, promise=version_at(session, organisation_id, now))
    event = add_event(session, organisation_id, entry, now)
    if entry.mode == ANONYMOUS:
        # Before it is written at all, for databases keep what a row said before.
        coarsen(event, zone)
    session.flush()
    # Of whoever tells, no time is kept that is finer than a week.
    purge_at = week_of(now, zone) + KEPT_OPEN
    session.add_all(_reporter_rows(event, locks, name, names_key(secret_key), purge_at))
    receipt = "" if entry.mode == NAMED else new_receipt()
    if receipt:
        code_hash = receipt_hash(receipt)
        session.add(Receipt(organisation_id=organisation_id, event_id=event.id, code_hash=code_hash, purge_at=purge_at))
    session.commit()
    return Told(event.id, receipt)


def _reporter_rows(
    event: LearningEvent, locks: Sequence[Lock], name: str, key: bytes, purge_at: datetime
) -> list[ReporterLink | ReporterName]:
    """Return the rows that hold who told, sealed for those who may know."""
    of_event = {"organisation_id": event.organisation_id, "event_id": event.id, "purge_at": purge_at}
    if event.mode == CONFIDENTIAL:
        return [
            ReporterLink(**of_event, key_id=lock.key_id, sealed=seal_for(lock.public, name, event.id)) for lock in locks
        ]
    if event.mode == NAMED and name:
        return [ReporterName(**of_event, sealed=seal_name(key, name, event.id))]
    return []


def coarsen(event: LearningEvent, zone: ZoneInfo) -> None:
    """Move the times of an event to the beginning of their weeks, and forget the hours that end with the telling.

    Whoever knows when it was noticed, or by when it was needed, would count from there to the minute of the telling.
    """
    event.voice_hours = event.lead_hours = None
    for name in ("occurred", "noticed", "told"):
        at = getattr(event, f"{name}_at")
        if at is not None:
            setattr(event, f"{name}_at", week_of(at, zone))
            setattr(event, f"{name}_precision", WEEK)


def read_talk(session: Session, typed: str, now: datetime) -> Talk:
    """Return what a receipt opens.

    Raises
    ------
    UnknownBallot
        When it cannot be a code.
    NotFound
        When there is none, or none any more.
    """
    event, receipt = _by_receipt(session, typed, now)
    state = "closed" if event.closed_at else "published" if event.shown_from else "open"
    turns = turns_of(session, event.organisation_id, event.id)
    return Talk(event.id, event.what_happened, state, turns, receipt.purge_at.date())


def add_to_talk(session: Session, typed: str, words: str, now: datetime) -> None:
    """Add what the holder of a receipt has to say; raises as `read_talk` does, and Invalid for no words."""
    event, _receipt = _by_receipt(session, typed, now)
    say(session, event, REPORTER, words, now)
    session.commit()


def say(session: Session, event: LearningEvent, side: str, words: str, now: datetime) -> None:
    """Add a turn to the talk about an event; the caller commits."""
    if not words.strip():
        raise Invalid("words", "", "a sentence")
    check_words("words", words, TEXT_LENGTH)
    last = session.scalar(
        select(func.max(Message.number)).where(
            Message.organisation_id == event.organisation_id, Message.event_id == event.id
        )
    )
    session.add(
        Message(
            organisation_id=event.organisation_id,
            id=uuid4(),
            event_id=event.id,
            number=(last or 0) + 1,
            side=side,
            words=words.strip(),
            day=now.date(),
        )
    )


def turns_of(session: Session, organisation_id: UUID, event_id: UUID) -> tuple[Turn, ...]:
    """Return the talk about an event from its beginning."""
    rows = session.scalars(
        select(Message)
        .where(Message.organisation_id == organisation_id, Message.event_id == event_id)
        .order_by(Message.number)
    )
    return tuple(Turn(row.side, row.words, row.day) for row in rows)


def _by_receipt(session: Session, typed: str, now: datetime) -> tuple[LearningEvent, Receipt]:
    receipt = session.scalars(
        select(Receipt).where(
            Receipt.organisation_id.in_(select(Organisation.organisation_id)),
            Receipt.code_hash == receipt_hash(typed),
            Receipt.purge_at > now,
        )
    ).first()
    if receipt is None:
        message = "There is no report with this receipt, or it was closed long ago"
        raise NotFound(message)
    return session.get_one(LearningEvent, (receipt.organisation_id, receipt.event_id)), receipt
