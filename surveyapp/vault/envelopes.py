"""Envelopes: every sheet is sealed to the release before it goes into a box, so whoever fills boxes can read none.

A process that puts a sheet in has to take the box out, and sees what is in it: envelopes of one size, closed with the
public key of the wave. The private key is made when the boxes are put up, stays with the worker, and is destroyed with
them. Envelopes add to the changing keys of ``seal``; they do not replace them, for a private key lives as long as its
wave and would open every older version of a box as well.
"""

import os
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

KEY_BYTES = 32
# What an envelope adds to its content: a public key of its own, and a tag.
OVERHEAD = 48
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def create_pair(folder: Path, wave_id: UUID) -> bytes:
    """Make the key pair of a wave, unless an opening that was cut short already did; return the public half."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / wave_id.hex
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        held = os.pread(descriptor, KEY_BYTES, 0)
        private = X25519PrivateKey.from_private_bytes(held) if len(held) == KEY_BYTES else X25519PrivateKey.generate()
        os.pwrite(descriptor, private.private_bytes_raw(), 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def read_private(folder: Path, wave_id: UUID) -> X25519PrivateKey:
    """Return the private key of a wave.

    Raises
    ------
    FileNotFoundError
        When the wave's boxes were destroyed, or this process is not the one that opens them.
    """
    return X25519PrivateKey.from_private_bytes((folder / wave_id.hex).read_bytes())


def destroy_private(folder: Path, wave_id: UUID) -> None:
    """Overwrite and remove the private key of a wave; safe to repeat."""
    path = folder / wave_id.hex
    if path.exists():
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.pwrite(descriptor, bytes(KEY_BYTES), 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        path.unlink()


def close_envelope(public: bytes, content: bytes, bound_to: bytes) -> bytes:
    """Put content into an envelope that only the holder of the private key opens; nothing stays nothing."""
    return _SUITE.encrypt(content, _reader(public), bound_to) if content else b""


# All boxes of a wave have the same key, and everybody answers in the same days.
_reader = lru_cache(maxsize=64)(X25519PublicKey.from_public_bytes)


def open_envelope(private: X25519PrivateKey, envelope: bytes, bound_to: bytes) -> bytes:
    """Take the content out.

    Raises
    ------
    cryptography.exceptions.InvalidTag
        When the envelope was made for another box or key, or was altered.
    """
    return _SUITE.decrypt(envelope, private, bound_to)
