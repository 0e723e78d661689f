"""Reminding managers, when the next wave opens, of what they have not yet said about the last one."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services.accounts.access import MANAGER
from surveyapp.services.pulses.due import Key
from surveyapp.services.replies.published import place_before, replies_to
from surveyapp.services.roster.counting import Tree, tree_of
from surveyapp.store.accounts import Account, AccountRole
from surveyapp.store.organisation import ReportingGroup, ReportingGroupUnit
from surveyapp.store.pulses import Pulse, Wave, WaveGroup
from surveyapp.store.replies import ReplyReminder

# Later than this the page says it all.
REMINDED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Silence:
    """A group that has heard nothing about a wave, and one of its units, under which its page is found."""

    group_name: str
    unit_id: UUID
    wave_id: UUID


@dataclass(frozen=True, slots=True)
class ReplyLetter:
    """What a reminder is written from: whose reply is missing, and nothing about any result."""

    organisation_id: UUID
    wave_id: UUID
    account_id: UUID
    email: str
    name: str
    language: str
    pulse_name: str
    silences: tuple[Silence, ...]


def waves_to_remind_of(session: Session, now: datetime) -> list[Key]:
    """Return the waves that have just opened, each with its organisation."""
    rows = session.execute(
        select(Wave.organisation_id, Wave.id)
        .where(Wave.state == "open", Wave.opens_at <= now, Wave.opens_at > now - REMINDED_FOR, Wave.number > 1)
        .order_by(Wave.organisation_id, Wave.id)
    )
    return [(organisation_id, wave_id) for organisation_id, wave_id in rows]


def letters_due(session: Session, key: Key) -> list[ReplyLetter]:
    """Return one mail for each manager who was not yet reminded, with all groups that wait for a reply."""
    wave = session.get_one(Wave, key)
    waiting = _waiting(session, wave)
    if not waiting:
        return []
    pulse = session.get_one(Pulse, (wave.organisation_id, wave.pulse_id))
    known = set(
        session.scalars(
            select(ReplyReminder.account_id).where(
                ReplyReminder.organisation_id == wave.organisation_id, ReplyReminder.wave_id == wave.id
            )
        )
    )
    accounts = session.scalars(
        select(Account)
        .where(Account.organisation_id == wave.organisation_id, Account.id.in_(waiting.keys() - known))
        .order_by(Account.email)
    )
    return [_letter(wave, pulse, account, waiting[account.id]) for account in accounts if not account.disabled]


def _letter(wave: Wave, pulse: Pulse, account: Account, silences: Collection[Silence]) -> ReplyLetter:
    return ReplyLetter(
        organisation_id=wave.organisation_id,
        wave_id=wave.id,
        account_id=account.id,
        email=account.email,
        name=account.name,
        language=account.language,
        pulse_name=pulse.name,
        silences=tuple(sorted(silences, key=lambda each: each.group_name)),
    )


def _waiting(session: Session, wave: Wave) -> dict[UUID, list[Silence]]:
    """Return by account what the managers nearest to a group have not yet said."""
    owner = wave.organisation_id
    groups = session.scalars(
        select(ReportingGroup)
        .join(
            WaveGroup,
            (WaveGroup.organisation_id == ReportingGroup.organisation_id) & (WaveGroup.group_id == ReportingGroup.id),
        )
        .where(WaveGroup.organisation_id == owner, WaveGroup.wave_id == wave.id)
    ).all()
    units = _units(session, owner, [group.id for group in groups])
    tree, managers = tree_of(session, owner), _managers(session, owner)
    waiting: defaultdict[UUID, list[Silence]] = defaultdict(list)
    for group in groups:
        before = place_before(session, owner, wave, group.series)
        writers = _nearest(tree, managers, units[group.id])
        if writers and before is not None and not replies_to(session, owner, [before]):
            for account_id in writers:
                waiting[account_id].append(Silence(group.name, units[group.id][0], before[0]))
    return waiting


def _units(session: Session, organisation_id: UUID, groups: Collection[UUID]) -> Mapping[UUID, list[UUID]]:
    units: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for group_id, unit_id in session.execute(
        select(ReportingGroupUnit.group_id, ReportingGroupUnit.unit_id)
        .where(ReportingGroupUnit.organisation_id == organisation_id, ReportingGroupUnit.group_id.in_(groups))
        .order_by(ReportingGroupUnit.unit_id)
    ):
        units[group_id].append(unit_id)
    return units


def _managers(session: Session, organisation_id: UUID) -> dict[UUID, list[UUID]]:
    rows = session.execute(
        select(AccountRole.unit_id, AccountRole.account_id).where(
            AccountRole.organisation_id == organisation_id, AccountRole.role == MANAGER
        )
    )
    managers: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for unit_id, account_id in rows:
        managers[unit_id].append(account_id)
    return dict(managers)


def _nearest(tree: Tree, managers: Mapping[UUID, list[UUID]], units: Collection[UUID]) -> list[UUID]:
    """Return who manages the lowest unit that has a manager and all of these units in it."""
    chains = [tree.above(unit) for unit in units]
    shared = [unit for unit in chains[0] if all(unit in chain for chain in chains)] if chains else []
    return next((managers[unit] for unit in shared if unit in managers), [])


def note_sent(session: Session, letter: ReplyLetter, now: datetime, *, sent: bool) -> None:
    """Note that a mail went out, or that it never will."""
    session.add(
        ReplyReminder(
            organisation_id=letter.organisation_id,
            wave_id=letter.wave_id,
            account_id=letter.account_id,
            at=now,
            sent=sent,
        )
    )
    session.commit()
