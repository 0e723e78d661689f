"""Sealing who told of an event: names for the team under a key of the installation, others for one steward each.

A steward's private key is sealed under a passphrase that is stored nowhere, so neither a copy of the database nor the
whole server opens what was told in confidence. A lost passphrase cannot be replaced; what was sealed to it stays shut.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from surveyapp.errors import Invalid, Said
from surveyapp.privacy.ballots import ALPHABET, LENGTH, read_code

NONCE = 12
# The length of a name, beside a roster, would tell whose it is.
NAME_BYTES = 256
SHORTEST_PASSPHRASE = 12
LONGEST_PASSPHRASE = 500
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class SealedPair:
    """A key pair whose private half opens with a passphrase."""

    public: bytes
    salt: bytes
    sealed_private: bytes


def new_pair(passphrase: str) -> SealedPair:
    """Make a key pair for a steward.

    Raises
    ------
    Invalid
        When the passphrase is too short to keep anything shut.
    """
    if not SHORTEST_PASSPHRASE <= len(passphrase) <= LONGEST_PASSPHRASE:
        # What was typed is most of the real one, and stays out of the message.
        raise Invalid(
            "passphrase", Said("{count} characters", count=len(passphrase)), f"{SHORTEST_PASSPHRASE} or more characters"
        )
    private, salt = X25519PrivateKey.generate(), secrets.token_bytes(16)
    public = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return SealedPair(public, salt, _shut(_stretch(passphrase, salt), private.private_bytes_raw(), public))


def open_pair(pair: SealedPair, passphrase: str) -> X25519PrivateKey:
    """Return the private key; raises Invalid when the passphrase is not the one."""
    try:
        raw = _open(_stretch(passphrase[:LONGEST_PASSPHRASE], pair.salt), pair.sealed_private, pair.public)
    except InvalidTag:
        raise Invalid("passphrase", Said("what was typed"), "the passphrase of your key") from None
    return X25519PrivateKey.from_private_bytes(raw)


def seal_for(public: bytes, words: str, event_id: UUID) -> bytes:
    """Seal words about an event to the holder of a key; what is sealed is as long for one name as for another."""
    return _SUITE.encrypt(_padded(words), X25519PublicKey.from_public_bytes(public), event_id.bytes)


def open_for(private: X25519PrivateKey, sealed: bytes, event_id: UUID) -> str:
    """Open what was sealed to this key; raises `cryptography.exceptions.InvalidTag` for anything else."""
    return _plain(_SUITE.decrypt(sealed, private, event_id.bytes))


def names_key(secret_key: str) -> bytes:
    """Return the key under which names given to a team are sealed, separate from the one that signs sessions."""
    return hmac.digest(secret_key.encode(), b"names told to teams", "sha256")


def seal_name(key: bytes, name: str, event_id: UUID) -> bytes:
    """Seal the name that somebody gave to the team."""
    return _shut(key, _padded(name), event_id.bytes)


def open_name(key: bytes, sealed: bytes, event_id: UUID) -> str:
    """Open a name given to the team; raises `cryptography.exceptions.InvalidTag` when it is another event's."""
    return _plain(_open(key, sealed, event_id.bytes))


def new_receipt() -> str:
    """Make a code of 80 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def receipt_hash(typed: str) -> bytes:
    """Return the 32 bytes under which a receipt is stored; raises UnknownBallot when it cannot be a code."""
    return hashlib.sha256(b"surveyapp receipt" + read_code(typed).encode()).digest()


def _padded(words: str) -> bytes:
    content = words.encode()
    return content.ljust(-(-len(content) // NAME_BYTES) * NAME_BYTES, b"\0")


def _plain(padded: bytes) -> str:
    return padded.rstrip(b"\0").decode()


def _stretch(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        passphrase.encode(), salt, time_cost=3, memory_cost=65_536, parallelism=1, hash_len=32, type=Type.ID
    )


def _shut(key: bytes, content: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, bound_to)


def _open(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)
