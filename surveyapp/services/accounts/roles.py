"""Giving and taking roles."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Invalid, NotFound, Said
from surveyapp.services.accounts.access import ADMIN, EVERY_ROLE, Grant, Viewer, require_admin
from surveyapp.services.installation.auditing import note
from surveyapp.services.roster.counting import Tree, tree_of
from surveyapp.store.accounts import Account, AccountRole


def account_of(session: Session, viewer: Viewer, account_id: UUID) -> Account:
    """Return an account of the viewer's organisation; NotFound when there is none."""
    account = session.get(Account, (viewer.organisation_id, account_id))
    if account is None:
        message = "There is no such account"
        raise NotFound(message)
    return account


def check_grant(tree: Tree, grant: Grant) -> None:
    """Refuse with `Invalid` a role or unit that does not exist, and admins of less than everything."""
    if grant.role not in EVERY_ROLE:
        raise Invalid("role", grant.role, Said("one of {choices}", choices=", ".join(EVERY_ROLE)))
    if grant.unit_id not in tree.units:
        raise Invalid("unit", str(grant.unit_id), "a unit of the organisation")
    if grant.role == ADMIN and tree.units[grant.unit_id].parent_id is not None:
        raise Invalid("unit", tree.units[grant.unit_id].name, "the top unit: admins look after the whole organisation")


def role_row(account: Account, grant: Grant) -> AccountRole:
    """Make the row that holds a role."""
    return AccountRole(
        organisation_id=account.organisation_id,
        id=uuid4(),
        account_id=account.id,
        role=grant.role,
        unit_id=grant.unit_id,
    )


def add_role(session: Session, viewer: Viewer, account_id: UUID, grant: Grant, now: datetime) -> None:
    """Give an account a role for a unit; giving it again changes nothing.

    Raises
    ------
    Invalid
        When there is no such role or unit, or the role admin is not for the top unit.
    """
    require_admin(viewer)
    account = account_of(session, viewer, account_id)
    tree = tree_of(session, viewer.organisation_id)
    check_grant(tree, grant)
    if any((held.role, held.unit_id) == (grant.role, grant.unit_id) for held in _roles_of(session, account)):
        return
    session.add(role_row(account, grant))
    detail = f"{grant.role} of {tree.units[grant.unit_id].name}: {account.email}"
    note(session, viewer.organisation_id, viewer.account_id, "add role", detail, now)
    session.commit()


def remove_role(session: Session, viewer: Viewer, account_id: UUID, role_id: UUID, now: datetime) -> None:
    """Take a role away from an account.

    Raises
    ------
    NotFound
        When the account has no such role.
    Conflict
        When nobody could look after the organisation any more.
    """
    require_admin(viewer)
    account = account_of(session, viewer, account_id)
    held = next((each for each in _roles_of(session, account) if each.id == role_id), None)
    if held is None:
        message = "This account has no such role"
        raise NotFound(message)
    if held.role == ADMIN:
        _require_another_admin(session, account, held)
    session.delete(held)
    unit = tree_of(session, viewer.organisation_id).units[held.unit_id]
    detail = f"{held.role} of {unit.name}: {account.email}"
    note(session, viewer.organisation_id, viewer.account_id, "remove role", detail, now)
    session.commit()


def _roles_of(session: Session, account: Account) -> list[AccountRole]:
    return list(
        session.scalars(
            select(AccountRole).where(
                AccountRole.organisation_id == account.organisation_id, AccountRole.account_id == account.id
            )
        )
    )


def _require_another_admin(session: Session, account: Account, leaving: AccountRole) -> None:
    # Locked, so that two admins cannot remove each other at the same moment.
    admins = session.execute(
        select(AccountRole.id, Account.disabled)
        .join(
            Account,
            and_(Account.organisation_id == AccountRole.organisation_id, Account.id == AccountRole.account_id),
        )
        .where(AccountRole.organisation_id == account.organisation_id, AccountRole.role == ADMIN)
        .with_for_update()
    )
    if not any(role_id != leaving.id and not disabled for role_id, disabled in admins):
        message = "Somebody has to look after the organisation; make another admin first"
        raise Conflict(message)
