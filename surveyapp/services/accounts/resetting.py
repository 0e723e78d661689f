"""Choosing a password by mail: a code that works once and for a limited time, kept only as its hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from surveyapp.errors import NotFound, RateLimited, Said
from surveyapp.privacy.ballots import ALPHABET, LENGTH, read_code
from surveyapp.services.accounts import passwords
from surveyapp.services.accounts.attempts import RESET, SIGN_IN, count_try, forget_tries
from surveyapp.services.accounts.signing_in import accounts_with, organisation_name, plain_email
from surveyapp.services.installation.auditing import note
from surveyapp.store.accounts import Account, PasswordReset

RESET_LASTS = timedelta(hours=1)
# Whoever gets an account may be away for a weekend.
WELCOME_LASTS = timedelta(days=3)
WORTHLESS = Said("This code is not valid: a code works once, for a limited time, and only the newest one does")


@dataclass(frozen=True, slots=True)
class Reset:
    """What the mail to the owner of an account needs; the code exists nowhere else."""

    email: str
    name: str
    language: str
    organisation_name: str
    code: str
    lasts: timedelta
    is_new: bool


def request_reset(session: Session, key: bytes, email: str, now: datetime) -> list[Reset]:
    """Make a code for every account with an address: usually one, none when nobody has it or it asked too often.

    The caller says the same in every case.
    """
    try:
        count_try(session, RESET, RESET.mark(key, plain_email(email)), now)
    except RateLimited:
        return []
    resets = [issue_code(session, account, now) for account in accounts_with(session, email)]
    session.commit()
    return resets


def issue_code(session: Session, account: Account, now: datetime) -> Reset:
    """Make a code for an account, in place of earlier ones; the caller commits."""
    is_new = account.password_hash == passwords.NOT_CHOSEN
    lasts = WELCOME_LASTS if is_new else RESET_LASTS
    session.execute(
        delete(PasswordReset).where(
            PasswordReset.organisation_id == account.organisation_id,
            or_(PasswordReset.account_id == account.id, PasswordReset.expires_at < now),
        )
    )
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    session.add(
        PasswordReset(
            organisation_id=account.organisation_id,
            id=uuid4(),
            account_id=account.id,
            code_hash=_hash(code),
            expires_at=now + lasts,
            used_at=None,
        )
    )
    name = organisation_name(session, account.organisation_id)
    return Reset(account.email, account.name, account.language, name, code, lasts, is_new)


def choose_password(session: Session, key: bytes, typed: str, password: str, now: datetime) -> None:
    """Spend a code on a new password; every session of the account ends.

    Raises
    ------
    UnknownBallot
        When it cannot be a code.
    NotFound
        When the code is unknown, spent or too old, or the account is disabled.
    Invalid
        When the password is not acceptable; the code stays valid.
    """
    reset = session.scalar(
        select(PasswordReset)
        .where(PasswordReset.code_hash == _hash(read_code(typed)))
        # Two requests with the same code must not both find it unspent.
        .with_for_update()
    )
    account = session.get_one(Account, (reset.organisation_id, reset.account_id)) if reset else None
    if reset is None or account is None or account.disabled or reset.used_at is not None or reset.expires_at <= now:
        session.rollback()
        raise NotFound(WORTHLESS)
    account.password_hash = passwords.hash_password(password, account.email)
    account.session_version += 1
    reset.used_at = now
    forget_tries(session, SIGN_IN.mark(key, account.email))
    note(session, account.organisation_id, account.id, "choose password by mail", account.email, now)
    session.commit()


def _hash(code: str) -> str:
    return hashlib.sha256(b"surveyapp reset" + code.encode()).hexdigest()
