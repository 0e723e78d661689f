"""Who can own a piece of work, who can release it, and what their names are."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from surveyapp.services.accounts.access import ADMIN, COACH, MANAGER, MEMBER, Viewer, visible_units
from surveyapp.services.roster.counting import Tree, tree_of
from surveyapp.store.accounts import Account, AccountRole

DELEGATING = (MANAGER, ADMIN)
OWNING = (MEMBER, MANAGER)
RELEASING = (MANAGER, COACH, ADMIN)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody to choose, with the unit in which he or she would do it."""

    account_id: UUID
    name: str
    unit_id: UUID
    unit_name: str


def may_delegate(viewer: Viewer) -> bool:
    """Tell whether the account may hand work over at all."""
    return not viewer.roles.isdisjoint(DELEGATING)


def owners_for(session: Session, viewer: Viewer) -> list[Candidate]:
    """Return everybody with an account to whom the viewer may hand work over, by name."""
    tree = tree_of(session, viewer.organisation_id)
    return _candidates(session, viewer, OWNING, tree, visible_units(viewer, tree, DELEGATING))


def seconds_for(session: Session, viewer: Viewer) -> list[Candidate]:
    """Return everybody with an account who may release work of the viewer, by name."""
    tree = tree_of(session, viewer.organisation_id)
    return _candidates(session, viewer, RELEASING, tree, set(tree.units))


def names_of(session: Session, organisation_id: UUID, accounts: Collection[UUID | None]) -> dict[UUID, str]:
    """Return the names of some accounts."""
    wanted = {each for each in accounts if each is not None}
    rows = session.execute(
        select(Account.id, Account.name).where(Account.organisation_id == organisation_id, Account.id.in_(wanted))
    )
    return {row[0]: row[1] for row in rows}


def _candidates(
    session: Session, viewer: Viewer, roles: Collection[str], tree: Tree, units: Collection[UUID]
) -> list[Candidate]:
    """Return each account once, in the lowest unit for which it holds one of the roles."""
    rows = session.execute(
        select(Account.id, Account.name, AccountRole.unit_id)
        .join(
            AccountRole,
            and_(AccountRole.organisation_id == Account.organisation_id, AccountRole.account_id == Account.id),
        )
        .where(
            Account.organisation_id == viewer.organisation_id,
            Account.id != viewer.account_id,
            Account.disabled.is_(False),
            AccountRole.role.in_(roles),
            AccountRole.unit_id.in_(units),
        )
    ).all()
    lowest: dict[UUID, Candidate] = {}
    for account_id, name, unit_id in sorted(rows, key=lambda row: (len(tree.above(row[2])), row[2])):
        lowest[account_id] = Candidate(account_id, name, unit_id, tree.units[unit_id].name)
    return sorted(lowest.values(), key=lambda each: (each.name.casefold(), each.account_id))
