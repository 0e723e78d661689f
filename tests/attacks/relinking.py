"""The attacks on storage: whoever holds copies of files and knows who answered when tries to say whose sheet is whose.

Every attacker here also has the installation's keys as they are at the moment of the theft, which is more than a
database dump gives.
"""

import math
import shutil
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import create_engine, text

from surveyapp.vault import envelopes, seal
from surveyapp.vault.deposit import Address

EVERY_BOX = "SELECT organisation_id, wave_id, group_id, version, terms, sheets FROM box"
SPENT_BALLOTS = "SELECT hash FROM ballot WHERE spent"
WAL_HEADER = 32
# Every instrument of these attacks has nine items.
LETTER = 9 + envelopes.OVERHEAD
FRAME_HEADER = struct.Struct(">II16x")


@dataclass(frozen=True, slots=True)
class StoredBox:
    """One version of a box, as found in a file."""

    where: Address
    version: int
    terms: str
    sheets: bytes


def success(guesses: Sequence[Sequence[bytes]], truth: Sequence[Sequence[bytes]]) -> tuple[float, float]:
    """Return the share of sheets linked to the right person, and the most that chance alone would explain.

    Parameters
    ----------
    guesses, truth : sequence of sequence of bytes
        For each wave, the sheet of each person in the order of answering: as guessed, and as it was.
    """
    pairs = [pair for wave in zip(guesses, truth, strict=True) for pair in zip(*wave, strict=True)]
    hits = sum(guess == sheet for guess, sheet in pairs)
    people = len(pairs) / len(truth)
    # The number of fixed points of a random order has mean 1 and variance 1, whatever the number of people.
    return hits / len(pairs), (1 + 3 / math.sqrt(len(truth))) / people


def open_with(keys: Path, box: StoredBox, opens: Path | None = None) -> bytes | None:
    """Try every key that the installation holds now on a stored box, or on a copy of them; return its sheets.

    The keys for envelopes are looked for beside those for boxes, where they are by default.
    """
    content = unseal_with(keys, box)
    private = (opens or keys.with_name(f"{keys.name}-open")) / box.where.wave_id.hex
    if content is None or not private.exists():
        return None
    reader = envelopes.read_private(private.parent, box.where.wave_id)
    letters = (content[start : start + LETTER] for start in range(0, len(content), LETTER))
    return b"".join(envelopes.open_envelope(reader, letter, box.where.bound_letter("sheets")) for letter in letters)


def unseal_with(keys: Path, box: StoredBox) -> bytes | None:
    """Try the keys of boxes alone, as the pages hold them: they lay the envelopes open, not what is in them."""
    path = keys / box.where.wave_id.hex / box.where.group_id.hex
    held = path.read_bytes()[:80] if path.exists() else b""
    for key in (held[start : start + 32] for start in range(8, len(held), 40)):
        try:
            return seal.unseal(key, box.sheets, box.where.bound("sheets", box.version, box.terms))
        except InvalidTag:
            continue
    return None


def boxes_in_sqlite(path: Path) -> list[StoredBox]:
    """Read the boxes of a vault file past its doors."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT organisation_id, wave_id, group_id, version, terms, sheets FROM box"
        ).fetchall()
    connection.close()
    return [StoredBox(Address(*(UUID(each) for each in row[:3])), row[3], row[4], row[5]) for row in rows]


def history_in_wal(path: Path, folder: Path) -> Iterator[list[StoredBox]]:
    """Play a write-ahead log back commit by commit and read the boxes as they were after each."""
    wal = path.with_name(f"{path.name}-wal").read_bytes()
    page_size = struct.unpack(">I", wal[8:12])[0]
    length = 24 + page_size
    for number, start in enumerate(range(WAL_HEADER, len(wal) - length + 1, length)):
        _page, committed = FRAME_HEADER.unpack(wal[start : start + 24])
        if not committed:
            continue
        copy = folder / f"{number}.db"
        shutil.copyfile(path, copy)
        copy.with_name(f"{copy.name}-wal").write_bytes(wal[: start + length])
        yield boxes_in_sqlite(copy)


def ballots_in_order(url: str) -> dict[str, list[bytes]]:
    """Return spent ballots in every physical order that a database shows in SQL."""
    engine = create_engine(url)
    orders = {"sqlite": ("rowid",), "postgresql": ("ctid", "xmin::text::bigint")}[engine.dialect.name]
    with engine.connect() as connection:
        found = {
            order: [
                bytes(row[0])
                for row in connection.execute(text(f"SELECT hash FROM ballot WHERE spent ORDER BY {order}"))
            ]
            for order in orders
        }
    engine.dispose()
    return found


def boxes_in(url: str) -> list[StoredBox]:
    """Read the boxes of a vault past its doors, in SQL."""
    engine = create_engine(url)
    query = text("SELECT organisation_id, wave_id, group_id, version, terms, sheets FROM box")
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    engine.dispose()
    return [
        StoredBox(
            Address(*(each if isinstance(each, UUID) else UUID(each) for each in row[:3])),
            row[3],
            row[4],
            bytes(row[5]),
        )
        for row in rows
    ]
