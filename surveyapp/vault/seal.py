"""Keys of boxes: new with every deposit, the old one destroyed, all of them gone when the box is.

A database never forgets at once: write-ahead logs, dead rows and backups keep what a row said before. Two versions of
one box, next to the ballots spent in the same transaction, would tell whose sheet came between them. So a box is
stored sealed under a random key that lives in a small file beside the database and is overwritten in place.
"""

import fcntl
import os
import secrets
import struct
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_SLOT = struct.Struct(">q32s")
_EMPTY = _SLOT.pack(-1, bytes(32))
_PUBLIC_AT, _PUBLIC_BYTES = 2 * _SLOT.size, 32


class KeyFile:
    """The keys of one box: two slots, so that a crash between file and database leaves the version that counts.

    After the slots stands the public key to which the wave's envelopes are closed.
    """

    def __init__(self, folder: Path, wave_id: UUID, group_id: UUID) -> None:
        self.path = folder / wave_id.hex / group_id.hex

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Open the file and keep every other process out of this box.

        Raises
        ------
        FileNotFoundError
            When the box has been destroyed.
        """
        descriptor = os.open(self.path, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


def create_keys(folder: Path, wave_id: UUID, groups: Collection[UUID], public: bytes) -> dict[UUID, bytes]:
    """Make the key files of new boxes, and keep those that an opening which was cut short already made."""
    keys = {}
    home = folder / wave_id.hex
    home.mkdir(exist_ok=True)
    # Where worker and pages are two accounts, the folder is open to their group, and so is what is put into it.
    shared = folder.stat().st_mode & 0o2070
    home.chmod(0o700 | shared)
    for group_id in groups:
        descriptor = os.open(KeyFile(folder, wave_id, group_id).path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.fchmod(descriptor, 0o600 | shared & 0o060)
            if os.fstat(descriptor).st_size == 0:
                os.pwrite(descriptor, _SLOT.pack(0, secrets.token_bytes(32)) + _EMPTY + public, 0)
            keys[group_id] = read_key(descriptor, 0)
        finally:
            os.close(descriptor)
    # Once for all of them: the boxes that need these keys are committed afterwards.
    os.sync()
    return keys


def destroy_keys(folder: Path, wave_id: UUID, groups: Collection[UUID]) -> None:
    """Overwrite and remove the key files of boxes; every copy ever made of these boxes is unreadable from now on."""
    files = [file for group_id in groups if (file := KeyFile(folder, wave_id, group_id)).path.exists()]
    for file in files:
        with file.locked() as descriptor:
            os.pwrite(descriptor, bytes(2 * _SLOT.size), 0)
    os.sync()
    for file in files:
        file.path.unlink()
    home = folder / wave_id.hex
    if home.exists() and not any(home.iterdir()):
        home.rmdir()


def read_key(descriptor: int, version: int) -> bytes:
    """Return the key of a version of the box.

    Raises
    ------
    LookupError
        When the file does not hold it, as after restoring only one of the two halves from a backup.
    """
    for slot in range(2):
        held, key = _SLOT.unpack(os.pread(descriptor, _SLOT.size, slot * _SLOT.size).ljust(_SLOT.size, b"\0"))
        if held == version and any(key):
            return bytes(key)
    message = "the key of this box is gone"
    raise LookupError(message)


def read_public(descriptor: int) -> bytes:
    """Return the public key to which the wave's envelopes are closed."""
    return os.pread(descriptor, _PUBLIC_BYTES, _PUBLIC_AT)


def add_key(descriptor: int, version: int) -> bytes:
    """Write the key of the next version durably, beside the one that still counts until the database commits."""
    key = secrets.token_bytes(32)
    os.pwrite(descriptor, _SLOT.pack(version, key), version % 2 * _SLOT.size)
    os.fdatasync(descriptor)
    return key


def forget_key(descriptor: int, version: int) -> None:
    """Overwrite the key of a version that no longer counts."""
    os.pwrite(descriptor, _EMPTY, version % 2 * _SLOT.size)


def seal(key: bytes, content: bytes, bound_to: bytes) -> bytes:
    """Encrypt and authenticate the content of one box column; the key is used for this version only."""
    return AESGCM(key).encrypt(_nonce(bound_to), content, bound_to)


def unseal(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Decrypt what ``seal`` made.

    Raises
    ------
    cryptography.exceptions.InvalidTag
        When content, position or terms were altered.
    """
    return AESGCM(key).decrypt(_nonce(bound_to), sealed, bound_to)


def _nonce(bound_to: bytes) -> bytes:
    # A key seals two columns at most; their names begin with different letters.
    return bound_to[:1].ljust(12, b"\0")
