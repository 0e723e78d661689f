"""Who may be told in confidence: stewards of a unit who stand outside its line of management.

A steward covers a unit and everything below it, as every role does, but takes no report from a team that the same
person manages, looks after as an admin, or leads according to the roster, there or higher up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from surveyapp.services.accounts.access import ADMIN, MANAGER, STEWARD, Grant, Viewer, require_role
from surveyapp.services.installation.auditing import note
from surveyapp.services.log.sealing import SealedPair, new_pair
from surveyapp.services.roster.counting import Tree
from surveyapp.store.accounts import Account, AccountRole
from surveyapp.store.people import Member, Membership
from surveyapp.store.reporters import StewardKey

LINE = (MANAGER, ADMIN)


@dataclass(frozen=True, slots=True)
class Lock:
    """The public key of a steward who may be told about a unit."""

    key_id: UUID
    public: bytes


def is_outside(grants: Iterable[Grant], leads: Iterable[UUID], above: Iterable[UUID]) -> bool:
    """Tell whether somebody may be told about a unit.

    Parameters
    ----------
    grants : iterable of Grant
        The roles of the account.
    leads : iterable of UUID
        The units that the person leads according to the roster.
    above : iterable of UUID
        The unit and everything above it: its line.
    """
    line, held = frozenset(above), tuple(grants)
    covers = any(grant.role == STEWARD and grant.unit_id in line for grant in held)
    manages = any(grant.role in LINE and grant.unit_id in line for grant in held)
    return covers and not manages and line.isdisjoint(leads)


def stewarded_units(session: Session, viewer: Viewer, tree: Tree, today: date) -> frozenset[UUID]:
    """Return the units whose reports an account may read."""
    leads = _leads(session, viewer.organisation_id, today).get(viewer.email.casefold(), frozenset())
    return frozenset(each for each in tree.units if is_outside(viewer.grants, leads, tree.above(each)))


def locks_for(session: Session, organisation_id: UUID, tree: Tree, unit_id: UUID, today: date) -> list[Lock]:
    """Return the keys to which a report about a unit is sealed; none when nobody may be told."""
    above, leads = tree.above(unit_id), _leads(session, organisation_id, today)
    grants: dict[UUID, list[Grant]] = {}
    for account_id, role, held_for in session.execute(
        select(AccountRole.account_id, AccountRole.role, AccountRole.unit_id).where(
            AccountRole.organisation_id == organisation_id
        )
    ):
        grants.setdefault(account_id, []).append(Grant(role, held_for))
    keys = session.execute(
        select(StewardKey.id, StewardKey.public, Account.id, Account.email)
        .join(Account, (Account.organisation_id == StewardKey.organisation_id) & (Account.id == StewardKey.account_id))
        .where(StewardKey.organisation_id == organisation_id, Account.disabled.is_(False))
        .order_by(StewardKey.id)
    )
    return [
        Lock(key_id, public)
        for key_id, public, account_id, email in keys
        if is_outside(grants.get(account_id, ()), leads.get(email.casefold(), ()), above)
    ]


def key_of(session: Session, viewer: Viewer) -> StewardKey | None:
    """Return the key pair of an account, if it has made one."""
    return session.scalars(
        select(StewardKey).where(
            StewardKey.organisation_id == viewer.organisation_id, StewardKey.account_id == viewer.account_id
        )
    ).first()


def has_key(session: Session, viewer: Viewer) -> bool:
    """Tell whether a steward can be told in confidence."""
    return key_of(session, viewer) is not None


def make_key(session: Session, viewer: Viewer, passphrase: str, now: datetime) -> None:
    """Make a steward's key pair; what was sealed to an older one can be opened by nobody any more.

    Raises
    ------
    Forbidden
        When the account is no steward.
    Invalid
        When the passphrase is too short.
    """
    require_role(viewer, STEWARD)
    pair = new_pair(passphrase)
    old = key_of(session, viewer)
    if old is not None:
        session.delete(old)
        session.flush()
    session.add(
        StewardKey(
            organisation_id=viewer.organisation_id,
            id=uuid4(),
            account_id=viewer.account_id,
            public=pair.public,
            salt=pair.salt,
            sealed_private=pair.sealed_private,
            made_at=now,
        )
    )
    note(session, viewer.organisation_id, viewer.account_id, "make steward key", viewer.email, now)
    session.commit()


def pair_of(key: StewardKey) -> SealedPair:
    """Return a stored key as sealing knows it."""
    return SealedPair(key.public, key.salt, key.sealed_private)


def _leads(session: Session, organisation_id: UUID, today: date) -> dict[str, frozenset[UUID]]:
    """Return which units people lead on a day, by their address."""
    rows = session.execute(
        select(func.lower(Member.email), Membership.unit_id)
        .join(
            Membership,
            (Membership.organisation_id == Member.organisation_id) & (Membership.member_id == Member.id),
        )
        .where(
            Member.organisation_id == organisation_id,
            Membership.is_lead.is_(True),
            Membership.starts_on <= today,
            or_(Membership.ends_on.is_(None), Membership.ends_on > today),
        )
    )
    found: dict[str, frozenset[UUID]] = {}
    for email, unit_id in rows:
        found[email] = found.get(email, frozenset()) | {unit_id}
    return found
