"""Accounts, as admins look after them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Invalid, Said
from surveyapp.services.accounts import passwords
from surveyapp.services.accounts.access import COACH, EVERY_ROLE, STEWARD, Grant, Viewer, require_admin
from surveyapp.services.accounts.resetting import Reset, issue_code
from surveyapp.services.accounts.roles import account_of, check_grant, role_row
from surveyapp.services.accounts.signing_in import plain_email
from surveyapp.services.installation.auditing import note
from surveyapp.services.roster.counting import tree_of
from surveyapp.store.accounts import Account, AccountRole

PAGE_SIZE = 25
NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is said about an account when it is made."""

    email: str
    name: str
    language: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role of an account, with the name of the unit it is held for."""

    id: UUID
    role: str
    unit_id: UUID
    unit_name: str


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account as an admin sees it."""

    id: UUID
    email: str
    name: str
    language: str
    disabled: bool
    has_password: bool
    roles: tuple[HeldRole, ...]


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One page of the accounts that fit a search."""

    accounts: tuple[AccountCard, ...]
    total: int
    page: int
    pages: int


def list_accounts(session: Session, viewer: Viewer, search: str = "", page: int = 1) -> AccountPage:
    """Return a page of the organisation's accounts by name; a page that does not exist is the nearest that does."""
    require_admin(viewer)
    fits = _fits(viewer.organisation_id, search)
    total = session.scalars(select(func.count(Account.id)).where(fits)).one()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    found = session.scalars(
        select(Account)
        .where(fits)
        .order_by(func.lower(Account.name), Account.email)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return AccountPage(tuple(_cards(session, viewer.organisation_id, found)), total, page, pages)


def _fits(organisation_id: UUID, search: str) -> ColumnElement[bool]:
    mine = Account.organisation_id == organisation_id
    words = [
        or_(func.lower(Account.name).contains(word, autoescape=True), Account.email.contains(word, autoescape=True))
        for word in search.lower().split()
    ]
    return and_(mine, *words)


def missing_roles(session: Session, viewer: Viewer) -> tuple[str, ...]:
    """Return which of the roles that the product counts on nobody holds: coach and steward."""
    require_admin(viewer)
    held = set(
        session.scalars(
            select(AccountRole.role)
            .join(
                Account,
                (Account.organisation_id == AccountRole.organisation_id) & (Account.id == AccountRole.account_id),
            )
            .where(AccountRole.organisation_id == viewer.organisation_id, Account.disabled.is_(False))
        )
    )
    return tuple(role for role in (COACH, STEWARD) if role not in held)


def find_account(session: Session, viewer: Viewer, account_id: UUID) -> AccountCard:
    """Return one account of the viewer's organisation; NotFound when there is none."""
    require_admin(viewer)
    return _cards(session, viewer.organisation_id, [account_of(session, viewer, account_id)])[0]


def own_account(session: Session, viewer: Viewer) -> AccountCard:
    """Return the account that asks."""
    return _cards(session, viewer.organisation_id, [account_of(session, viewer, viewer.account_id)])[0]


def _cards(session: Session, organisation_id: UUID, accounts: Sequence[Account]) -> list[AccountCard]:
    tree = tree_of(session, organisation_id)
    roles: dict[UUID, list[HeldRole]] = {account.id: [] for account in accounts}
    for held in session.scalars(
        select(AccountRole).where(AccountRole.organisation_id == organisation_id, AccountRole.account_id.in_(roles))
    ):
        name = tree.units[held.unit_id].name
        roles[held.account_id].append(HeldRole(held.id, held.role, held.unit_id, name))
    return [
        AccountCard(
            id=account.id,
            email=account.email,
            name=account.name,
            language=account.language,
            disabled=account.disabled,
            has_password=account.password_hash != passwords.NOT_CHOSEN,
            roles=tuple(sorted(roles[account.id], key=lambda held: (EVERY_ROLE.index(held.role), held.unit_name))),
        )
        for account in accounts
    ]


def create_account(session: Session, organisation_id: UUID, new: NewAccount, password: str, now: datetime) -> UUID:
    """Make an account with a password, as the command line does; returns its id.

    Raises
    ------
    Invalid
        When the address, the name, the password or a role is not acceptable.
    Conflict
        When the organisation has an account with this address.
    """
    account = _add(session, organisation_id, new, passwords.hash_password(password, plain_email(new.email)))
    note(session, organisation_id, None, "add account", account.email, now)
    session.commit()
    return account.id


def invite_account(session: Session, viewer: Viewer, new: NewAccount, now: datetime) -> tuple[UUID, Reset]:
    """Make an account whose owner chooses the password by a code; returns its id and what to mail.

    Raises as `create_account` does.
    """
    require_admin(viewer)
    account = _add(session, viewer.organisation_id, new, passwords.NOT_CHOSEN)
    welcome = issue_code(session, account, now)
    note(session, viewer.organisation_id, viewer.account_id, "add account", account.email, now)
    session.commit()
    return account.id, welcome


def send_new_code(session: Session, viewer: Viewer, account_id: UUID, now: datetime) -> Reset:
    """Make another code for somebody's account; raises Conflict when it is disabled."""
    require_admin(viewer)
    account = account_of(session, viewer, account_id)
    if account.disabled:
        message = "This account is disabled; enable it first"
        raise Conflict(message)
    reset = issue_code(session, account, now)
    note(session, viewer.organisation_id, viewer.account_id, "send password code", account.email, now)
    session.commit()
    return reset


def disable_account(session: Session, viewer: Viewer, account_id: UUID, now: datetime) -> None:
    """End an account's sessions and refuse its sign-ins; raises Conflict for one's own account."""
    require_admin(viewer)
    if account_id == viewer.account_id:
        message = "You cannot disable your own account; another admin can"
        raise Conflict(message)
    account = account_of(session, viewer, account_id)
    account.disabled = True
    account.session_version += 1
    note(session, viewer.organisation_id, viewer.account_id, "disable account", account.email, now)
    session.commit()


def enable_account(session: Session, viewer: Viewer, account_id: UUID, now: datetime) -> None:
    """Let a disabled account sign in again."""
    require_admin(viewer)
    account = account_of(session, viewer, account_id)
    account.disabled = False
    note(session, viewer.organisation_id, viewer.account_id, "enable account", account.email, now)
    session.commit()


def _add(session: Session, organisation_id: UUID, new: NewAccount, password_hash: str) -> Account:
    email, name = plain_email(new.email), new.name.strip()
    local, _, domain = email.rpartition("@")
    if not local or not domain or any(letter.isspace() for letter in email) or len(email) > NAME_LENGTH:
        raise Invalid("email", email, "an address such as alice@example.org")
    if not name or len(name) > NAME_LENGTH:
        raise Invalid("name", name, f"1 to {NAME_LENGTH} characters")
    tree = tree_of(session, organisation_id)
    for grant in new.grants:
        check_grant(tree, grant)
    account = Account(
        organisation_id=organisation_id,
        id=uuid4(),
        email=email,
        name=name,
        language=new.language,
        password_hash=password_hash,
        session_version=1,
        disabled=False,
    )
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        message = Said("There is an account for {email} already", email=email)
        raise Conflict(message) from None
    session.add_all(role_row(account, grant) for grant in new.grants)
    return account
