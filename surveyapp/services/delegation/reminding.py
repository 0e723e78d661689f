"""Mails about delegations: found when they are due, and noted when they went out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.learning.delegation import OWNER, Delegation
from surveyapp.learning.notices import Notice, pending
from surveyapp.learning.terms import Bar
from surveyapp.services.delegation.keeping import as_it_is, plan_notices, sent_keys
from surveyapp.services.roster.counting import organisation_zone
from surveyapp.store.accounts import Account
from surveyapp.store.delegation import DelegationNotice, StoredDelegation

# What nobody could be told in time is on the page, and a mail about it would only confuse.
TOO_LATE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class NoticeLetter:
    """What a mail about a delegation is written from."""

    organisation_id: UUID
    delegation_id: UUID
    key: str
    kind: str
    email: str
    name: str
    language: str
    title: str
    other_name: str
    bar: Bar
    due: datetime
    time_zone: str
    usable: bool


def with_notices(session: Session, now: datetime) -> list[tuple[UUID, UUID]]:
    """Return the delegations about which a mail is due, each with its organisation."""
    rows = session.execute(
        select(StoredDelegation.organisation_id, StoredDelegation.id)
        .where(StoredDelegation.notify_at <= now)
        .order_by(StoredDelegation.organisation_id, StoredDelegation.notify_at)
    )
    return [(organisation_id, delegation_id) for organisation_id, delegation_id in rows]


def letters_due(session: Session, key: tuple[UUID, UUID], now: datetime) -> list[NoticeLetter]:
    """Return the mails that are due about one delegation."""
    row = session.get_one(StoredDelegation, key)
    delegation, zone = as_it_is(session, row), organisation_zone(session, row.organisation_id)
    return list(_letters(session, row, delegation, zone, now))


def _letters(
    session: Session, row: StoredDelegation, delegation: Delegation, zone: str, now: datetime
) -> Iterator[NoticeLetter]:
    sent = sent_keys(session, row)
    for notice in pending(delegation, ZoneInfo(zone)):
        if notice.at <= now and notice.key not in sent:
            to, other = (
                (delegation.owner, delegation.delegator)
                if notice.to == OWNER
                else (delegation.delegator, delegation.owner)
            )
            reader = session.get_one(Account, (row.organisation_id, to))
            about = session.get_one(Account, (row.organisation_id, other))
            yield NoticeLetter(
                organisation_id=row.organisation_id,
                delegation_id=row.id,
                key=notice.key,
                kind=notice.kind,
                email=reader.email,
                name=reader.name,
                language=reader.language,
                title=row.title,
                other_name=about.name,
                bar=delegation.cycle.bar if delegation.cycle else delegation.agreed.bar,
                due=_deadline(notice, delegation, zone),
                time_zone=zone,
                usable=not reader.disabled and notice.at > now - TOO_LATE,
            )


def _deadline(notice: Notice, delegation: Delegation, zone: str) -> datetime:
    """Return until when something is to be done, as the mail says it."""
    cycle = delegation.cycle
    if cycle is None:
        return delegation.agreed.bar.due
    if notice.kind in {"escalate", "overdue"}:
        return next((each.due for each in cycle.crossings if each.escalated_at is None), notice.at)
    if notice.kind == "correction":
        return cycle.correction_due(ZoneInfo(zone)) or notice.at
    return notice.at if notice.kind == "checkpoint" else cycle.due


def note_sent(session: Session, letter: NoticeLetter, now: datetime, *, sent: bool) -> None:
    """Note that a mail went out, or that it never will."""
    row = session.get_one(StoredDelegation, (letter.organisation_id, letter.delegation_id), with_for_update=True)
    if letter.key not in sent_keys(session, row):
        session.add(
            DelegationNotice(
                organisation_id=letter.organisation_id,
                delegation_id=letter.delegation_id,
                key=letter.key,
                at=now,
                sent=sent,
            )
        )
        session.flush()
    plan_notices(session, row, as_it_is(session, row))
    session.commit()
