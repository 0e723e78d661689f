"""Deliveries: who is written to, and what became of it. Each is recorded before it is sent, so nobody is forgotten."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, select, update
from sqlalchemy.orm import Session

from surveyapp.privacy.ballots import derive_code, hash_code, show_code
from surveyapp.services.pulses.waves import new_delivery
from surveyapp.services.team_codes import results_code
from surveyapp.store.invitations import Delivery, Invitation
from surveyapp.store.organisation import Organisation, ReportingGroup
from surveyapp.store.people import Member
from surveyapp.store.pulses import Pulse, Wave, WaveGroup
from surveyapp.vault.deposit import is_spent, unspent
from surveyapp.vault.doors import Vault

ATTEMPTS = 5
# How long a worker may take over one mail; after that it is thought dead and another one sends it.
LEASE = timedelta(minutes=30)
BACK_OFF = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
# The share of the opening time after which people are reminded.
REMINDERS = {"reminder-1": 1 / 2, "reminder-2": 5 / 6}


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything a mail to one member says; the code is the one thing that must not be printed anywhere else."""

    organisation_id: UUID
    delivery_id: UUID
    kind: str
    attempt: int
    email: str = field(repr=False)
    name: str = field(repr=False)
    language: str
    organisation_name: str
    pulse_name: str
    group_name: str
    group_size: int
    roster_min: int
    opens_at: datetime
    closes_at: datetime
    results_at: datetime
    time_zone: str
    way_in: str
    attribute: str
    slug: str
    group_id: UUID
    code: str = field(repr=False)
    results_code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Queue:
    """How many invitations to open waves wait, and how many were given up."""

    waiting: int
    failed: int


def queue_reminders(session: Session, vault: Vault, ballot_key: bytes, wave: Wave, now: datetime) -> int:
    """Queue the latest reminder that is due, for everybody whose ballot is unspent; return how many were queued.

    A reminder whose time passed while nobody worked is left out, so that nobody gets two at once.
    """
    kind = _reminder_due(wave, now)
    if kind is None or _is_queued(session, wave, kind):
        return 0
    still_unspent = unspent(vault, wave.organisation_id, wave.id)
    people = [
        invitation
        for invitation in _not_written_to_now(session, wave)
        if hash_code(derive_code(ballot_key, invitation.seed)) in still_unspent
    ]
    session.add_all(new_delivery(invitation, kind, now) for invitation in people)
    session.commit()
    return len(people)


def _reminder_due(wave: Wave, now: datetime) -> str | None:
    if wave.state != "open" or now >= wave.closes_at:
        return None
    length = wave.closes_at - wave.opens_at
    return next((kind for kind, share in reversed(REMINDERS.items()) if now >= wave.opens_at + share * length), None)


def _is_queued(session: Session, wave: Wave, kind: str) -> bool:
    queued = _of_wave(select(Delivery.id), wave).where(Delivery.kind == kind)
    return session.scalar(queued.limit(1)) is not None


def _of_wave(statement: Select[Any], wave: Wave) -> Select[Any]:
    return statement.join(
        Invitation,
        (Invitation.organisation_id == Delivery.organisation_id) & (Invitation.id == Delivery.invitation_id),
    ).where(Delivery.organisation_id == wave.organisation_id, Invitation.wave_id == wave.id)


def _not_written_to_now(session: Session, wave: Wave) -> Collection[Invitation]:
    """Return the invitations without a mail on its way: a late invitation is no occasion for a reminder."""
    on_its_way = exists().where(
        Delivery.organisation_id == Invitation.organisation_id,
        Delivery.invitation_id == Invitation.id,
        Delivery.state.in_(("waiting", "sending")),
    )
    return session.scalars(
        select(Invitation).where(
            Invitation.organisation_id == wave.organisation_id, Invitation.wave_id == wave.id, ~on_its_way
        )
    ).all()


def due_deliveries(session: Session, organisation_id: UUID, now: datetime, limit: int) -> list[UUID]:
    """Return mails of open waves that may be sent now, the longest waiting first."""
    return list(
        session.scalars(
            _in_open_waves(select(Delivery.id), organisation_id, now)
            .where(*_claimable(now))
            .order_by(Delivery.due_at, Delivery.id)
            .limit(limit)
        )
    )


def count_queue(session: Session, organisation_id: UUID, now: datetime) -> Queue:
    """Count the invitations to open waves that were not sent yet.

    Reminders go to those who have not answered: their number would tell how many have, so it is told to nobody.
    """
    invitations = _in_open_waves(select(Delivery.state), organisation_id, now).where(Delivery.kind == "invitation")
    states = Counter(session.scalars(invitations))
    return Queue(states["waiting"] + states["sending"], states["failed"])


def _in_open_waves(statement: Select[Any], organisation_id: UUID, now: datetime) -> Select[Any]:
    return (
        statement.join(
            Invitation,
            (Invitation.organisation_id == Delivery.organisation_id) & (Invitation.id == Delivery.invitation_id),
        )
        .join(Wave, (Wave.organisation_id == Invitation.organisation_id) & (Wave.id == Invitation.wave_id))
        .where(Delivery.organisation_id == organisation_id, Wave.state == "open", Wave.closes_at > now)
    )


def _claimable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    # A mail in the state ``sending`` whose lease is over was in the hands of a worker that died.
    return Delivery.state.in_(("waiting", "sending")), Delivery.due_at <= now, Delivery.attempts < ATTEMPTS


def claim(
    session: Session, vault: Vault, ballot_key: bytes, organisation_id: UUID, delivery_id: UUID, now: datetime
) -> Letter | None:
    """Take a mail in hand, so that no other worker does, and return what it says.

    Returns None when another worker was faster, or when the ballot of a reminder was spent in the meantime.
    """
    mine = (Delivery.organisation_id == organisation_id, Delivery.id == delivery_id)
    claimed = session.execute(
        update(Delivery)
        .where(*mine, *_claimable(now))
        .values(state="sending", attempts=Delivery.attempts + 1, due_at=now + LEASE)
        .returning(Delivery.id)
    ).first()
    letter = None if claimed is None else _compose(session, ballot_key, organisation_id, delivery_id)
    if letter is not None and letter.kind in REMINDERS and _was_spent(session, vault, letter):
        session.execute(delete(Delivery).where(*mine))
        letter = None
    session.commit()
    return letter


def _was_spent(session: Session, vault: Vault, letter: Letter) -> bool:
    wave_id = session.scalars(
        select(WaveGroup.wave_id).where(
            WaveGroup.organisation_id == letter.organisation_id, WaveGroup.slug == letter.slug
        )
    ).one()
    found = is_spent(vault, letter.organisation_id, wave_id, hash_code(letter.code.replace("-", "")))
    return found is not None and found[1]


def _compose(session: Session, ballot_key: bytes, organisation_id: UUID, delivery_id: UUID) -> Letter:
    delivery = session.get_one(Delivery, (organisation_id, delivery_id), populate_existing=True)
    invitation = session.get_one(Invitation, (organisation_id, delivery.invitation_id))
    wave = session.get_one(Wave, (organisation_id, invitation.wave_id))
    pulse = session.get_one(Pulse, (organisation_id, wave.pulse_id))
    place = session.get_one(WaveGroup, (organisation_id, wave.id, invitation.group_id))
    member = session.get_one(Member, (organisation_id, invitation.member_id))
    return Letter(
        organisation_id=organisation_id,
        delivery_id=delivery_id,
        kind=delivery.kind,
        attempt=delivery.attempts,
        email=member.email,
        name=member.name,
        language=member.language,
        organisation_name=session.get_one(Organisation, organisation_id).name,
        pulse_name=pulse.name,
        group_name=session.get_one(ReportingGroup, (organisation_id, invitation.group_id)).name,
        group_size=place.roster,
        roster_min=wave.roster_min,
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        results_at=wave.closes_at,
        time_zone=pulse.time_zone,
        way_in=wave.way_in,
        attribute=wave.attribute,
        slug=place.slug,
        group_id=invitation.group_id,
        code=show_code(derive_code(ballot_key, invitation.seed)),
        results_code=show_code(results_code(ballot_key, organisation_id, invitation.group_id)),
    )


def record_sent(session: Session, letter: Letter) -> None:
    """Note that the mail server took a mail."""
    _record(session, letter, state="sent", error="")


def record_failure(session: Session, letter: Letter, reason: str, now: datetime, *, for_good: bool) -> None:
    """Note that a mail was not taken: it is tried again later, unless there is no use or it was the last attempt."""
    if for_good or letter.attempt >= ATTEMPTS:
        _record(session, letter, state="failed", error=reason[:200])
    else:
        _record(session, letter, state="waiting", error=reason[:200], due_at=now + BACK_OFF[letter.attempt - 1])


def _record(session: Session, letter: Letter, **values: object) -> None:
    session.execute(
        update(Delivery)
        .where(
            Delivery.organisation_id == letter.organisation_id,
            Delivery.id == letter.delivery_id,
            # A worker that took longer than its lease does not overwrite what the next one did.
            Delivery.attempts == letter.attempt,
        )
        .values(**values)
    )
    session.commit()


def give_up_the_dead(session: Session, organisation_id: UUID, now: datetime) -> None:
    """Mark as failed what was in the hands of a worker that died during the last attempt."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.organisation_id == organisation_id,
            Delivery.state == "sending",
            Delivery.attempts >= ATTEMPTS,
            Delivery.due_at <= now,
        )
        .values(state="failed", error="the last attempt was cut short")
    )
    session.commit()
