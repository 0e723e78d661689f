"""Signing in and out, and the account's own password."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import Forbidden, Said
from surveyapp.services.accounts import passwords
from surveyapp.services.accounts.access import Grant, Viewer
from surveyapp.services.accounts.attempts import SIGN_IN, count_try, forget_tries
from surveyapp.services.installation.auditing import note
from surveyapp.store.accounts import Account, AccountRole
from surveyapp.store.organisation import Organisation

# One sentence for every failure: it tells neither whether the address is known nor whether the account is disabled.
REFUSED = Said("The e-mail address and the password do not belong together")


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a browser keeps of a sign-in; a later version of the account makes it worthless."""

    organisation_id: UUID
    account_id: UUID
    session_version: int

    @classmethod
    def of(cls, account: Account) -> "Ticket":
        """Make the ticket of an account as it is now."""
        return cls(account.organisation_id, account.id, account.session_version)


def plain_email(typed: str) -> str:
    """Return the one spelling under which an address is kept and looked up."""
    return typed.strip().lower()


def accounts_with(session: Session, email: str) -> list[Account]:
    """Return the enabled accounts with an address; one person may have one in several organisations."""
    return list(
        session.scalars(
            select(Account)
            .where(
                Account.organisation_id.in_(select(Organisation.organisation_id)),
                Account.email == plain_email(email),
                Account.disabled.is_(False),
            )
            .order_by(Account.organisation_id)
        )
    )


def authenticate(session: Session, key: bytes, email: str, password: str, now: datetime) -> Ticket:
    """Check an address and a password.

    Parameters
    ----------
    session : Session
        A session that may write.
    key : bytes
        ``Settings.attempts_key``.
    email, password : str
        As typed. Who has accounts in several organisations gets to the one with this password.
    now : datetime
        The present moment.

    Raises
    ------
    RateLimited
        After five failures within a quarter of an hour, whether the address is known or not.
    Forbidden
        When they do not belong together, or the account is disabled.
    """
    mark = SIGN_IN.mark(key, plain_email(email))
    count_try(session, SIGN_IN, mark, now)
    known = {account.id: (Ticket.of(account), account.password_hash) for account in accounts_with(session, email)}
    # Checking takes a while, during which nobody else should have to wait for a lock.
    session.commit()
    if not known:
        passwords.pretend_to_check(password)
    right = [(ticket, stored) for ticket, stored in known.values() if passwords.matches(stored, password)]
    if not right:
        raise Forbidden(REFUSED)
    ticket, stored = right[0]
    forget_tries(session, mark)
    if passwords.is_outdated(stored):
        account = _account(session, ticket.organisation_id, ticket.account_id)
        account.password_hash = passwords.hash_password(password, account.email)
    session.commit()
    return ticket


def viewer_of(session: Session, ticket: Ticket) -> Viewer | None:
    """Return the account behind a ticket with its present roles, or nothing when the ticket is worthless."""
    account = session.get(Account, (ticket.organisation_id, ticket.account_id))
    if account is None or account.disabled or account.session_version != ticket.session_version:
        return None
    grants = session.execute(
        select(AccountRole.role, AccountRole.unit_id)
        .where(AccountRole.organisation_id == account.organisation_id, AccountRole.account_id == account.id)
        .order_by(AccountRole.role, AccountRole.unit_id)
    )
    return Viewer(
        account_id=account.id,
        organisation_id=account.organisation_id,
        name=account.name,
        email=account.email,
        language=account.language,
        grants=tuple(Grant(role, unit_id) for role, unit_id in grants),
    )


def organisation_name(session: Session, organisation_id: UUID) -> str:
    """Return the name of an organisation."""
    return session.get_one(Organisation, organisation_id).name


def end_sessions(session: Session, viewer: Viewer) -> None:
    """Sign an account out everywhere: a copy of the cookie is worth nothing afterwards."""
    _account(session, viewer.organisation_id, viewer.account_id).session_version += 1
    session.commit()


def change_profile(session: Session, viewer: Viewer, name: str, language: str, now: datetime) -> None:
    """Change the name and the language of one's own account."""
    account = _account(session, viewer.organisation_id, viewer.account_id)
    account.name, account.language = name.strip(), language
    note(session, viewer.organisation_id, viewer.account_id, "change own account", viewer.email, now)
    session.commit()


def change_password(session: Session, key: bytes, viewer: Viewer, old: str, new: str, now: datetime) -> Ticket:
    """Change one's own password; every other session ends.

    Raises
    ------
    RateLimited
        When the old password was guessed too often.
    Forbidden
        When the old password is wrong.
    Invalid
        When the new one is not acceptable.
    """
    mark = SIGN_IN.mark(key, viewer.email)
    count_try(session, SIGN_IN, mark, now)
    stored = _account(session, viewer.organisation_id, viewer.account_id).password_hash
    session.commit()
    if not passwords.matches(stored, old):
        message = "The old password is not right"
        raise Forbidden(message)
    chosen = passwords.hash_password(new, viewer.email)
    forget_tries(session, mark)
    account = _account(session, viewer.organisation_id, viewer.account_id)
    account.password_hash = chosen
    account.session_version += 1
    note(session, viewer.organisation_id, viewer.account_id, "change password", viewer.email, now)
    session.commit()
    return Ticket.of(account)


def _account(session: Session, organisation_id: UUID, account_id: UUID) -> Account:
    return session.get_one(Account, (organisation_id, account_id))
