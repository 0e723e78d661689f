"""Counting tries, so that nobody can guess passwords or flood a mailbox."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from surveyapp.errors import RateLimited, Said
from surveyapp.store.accounts import SignInAttempt

# A try is counted before anybody knows to which organisation the address belongs, if to any.
ANY_ORGANISATION = UUID(int=0)
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries of one kind an address has within a time."""

    kind: str
    tries: int
    within: timedelta

    def mark(self, key: bytes, email: str) -> str:
        """Return what stands for the address in the table."""
        return hmac.digest(key, f"{self.kind} {email}".encode(), "sha256").hex()


SIGN_IN = Limit("sign-in", 5, timedelta(minutes=15))
RESET = Limit("reset", 3, timedelta(hours=1))


def count_try(session: Session, limit: Limit, mark: str, now: datetime) -> None:
    """Count a try before it is made and commit it, so that parallel tries see each other.

    Raises
    ------
    RateLimited
        When there were too many; such a try does not prolong the wait.
    """
    mine = SignInAttempt(organisation_id=ANY_ORGANISATION, id=uuid4(), email_hash=mark, at=now)
    session.add(mine)
    session.execute(
        delete(SignInAttempt).where(
            SignInAttempt.organisation_id == ANY_ORGANISATION, SignInAttempt.at < now - KEPT_FOR
        )
    )
    session.commit()
    earlier = select(func.count(SignInAttempt.id)).where(
        _of(mark), SignInAttempt.at > now - limit.within, SignInAttempt.id != mine.id
    )
    if session.scalars(earlier).one() >= limit.tries:
        session.delete(mine)
        session.commit()
        minutes = int(limit.within.total_seconds() // 60)
        message = Said("There were too many tries; please wait {minutes} minutes", minutes=minutes)
        raise RateLimited(message)


def forget_tries(session: Session, mark: str) -> None:
    """Forget the tries of an address whose owner is known now; the caller commits."""
    session.execute(delete(SignInAttempt).where(_of(mark)))


def _of(mark: str) -> ColumnElement[bool]:
    return and_(SignInAttempt.organisation_id == ANY_ORGANISATION, SignInAttempt.email_hash == mark)
