"""Passwords: what is asked of one, how it is kept, and checking it without telling whether anybody has it."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from surveyapp.errors import Invalid, Said

SHORTEST, LONGEST, DIFFERENT = 12, 200, 5
# What an account has until its owner has chosen a password; no input matches it.
NOT_CHOSEN = ""

# The parameters that OWASP recommends for Argon2id; they keep a burst of sign-ins from starving the answering pages.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str, email: str) -> str:
    """Return the Argon2id hash of an acceptable password.

    Raises
    ------
    Invalid
        When it is too short, too long, too uniform, or the e-mail address; the message does not repeat it.
    """
    plain = _normal(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise Invalid("password", Said("{count} characters", count=len(plain)), f"{SHORTEST} to {LONGEST} characters")
    if len(set(plain)) < DIFFERENT:
        raise Invalid(
            "password",
            Said("{count} different characters", count=len(set(plain))),
            f"{DIFFERENT} or more different characters",
        )
    if plain.casefold() in {email.casefold(), email.casefold().partition("@")[0]}:
        raise Invalid("password", Said("the e-mail address"), "a password that nobody can look up")
    return _hasher.hash(plain)


def matches(stored: str, password: str) -> bool:
    """Tell whether a password has this hash; for an account without a password that takes as long."""
    if stored == NOT_CHOSEN:
        pretend_to_check(password)
        return False
    try:
        return _hasher.verify(stored, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def pretend_to_check(password: str) -> None:
    """Spend the time of a check where there is nothing to check, so that the clock does not name the accounts."""
    matches(_nobodys(), password)


def is_outdated(stored: str) -> bool:
    """Tell whether the hash was made with weaker parameters than those of today."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


def _normal(password: str) -> str:
    # Keyboards compose accented letters in different ways; the person typed the same password on all of them.
    return unicodedata.normalize("NFKC", password)
