"""Ballot codes: made, typed, hashed. Only the hash is ever stored."""

import base64
import hashlib
import hmac

from surveyapp.errors import UnknownBallot

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
# People type O for 0 and I or L for 1; the alphabet leaves those letters out so that both readings mean the same.
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None, "\N{EN DASH}": None})
_TO_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)


def derive_code(key: bytes, seed: bytes) -> str:
    """Derive the 80-bit code of one invitation from the installation's key and the invitation's random seed."""
    digest = hmac.digest(key, b"surveyapp ballot code" + seed, "sha256")
    return base64.b32encode(digest[:10]).decode().translate(_TO_CROCKFORD)


def show_code(code: str) -> str:
    """Group a code in fours, as mails and cards print it."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def read_code(typed: str) -> str:
    """Turn what somebody typed into a code.

    Raises
    ------
    UnknownBallot
        When it cannot be a code; the message does not repeat what was typed.
    """
    code = typed.strip().upper().translate(_MISREAD)
    if len(code) != LENGTH or any(letter not in ALPHABET for letter in code):
        message = f"A code has {LENGTH} letters and digits, in four groups of four"
        raise UnknownBallot(message)
    return code


def hash_code(code: str) -> bytes:
    """Return the 32 bytes under which a ballot is stored."""
    return hashlib.sha256(b"surveyapp ballot" + code.encode()).digest()
