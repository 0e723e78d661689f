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
from sqlalchemy import create_engine, inspect, text

from surveyapp.vault import envelopes, seal
from surveyapp.vault.deposit import Address
from tests.attacks.remains import files_of, positions

EVERY_BOX = "SELECT organisation_id, wave_id, group_id, version, terms, sheets FROM box"
SPENT_BALLOTS = "SELECT hash FROM ballot WHERE spent"
ORDERS = {"sqlite": ("rowid",), "postgresql": ("ctid", "xmin::text::bigint")}
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


@dataclass(frozen=True, slots=True)
class Linked:
    """How often an attack was right, over several waves."""

    hits: int
    sheets: int
    waves: int

    @property
    def rate(self) -> float:
        """The share of sheets linked to the right person."""
        return self.hits / self.sheets

    @property
    def chance(self) -> float:
        """The share that guessing links."""
        return self.waves / self.sheets

    @property
    def error(self) -> float:
        """The standard error of the rate of guessing."""
        # The number of fixed points of a random order has mean 1 and variance 1, whatever the number of people.
        return math.sqrt(self.waves) / self.sheets

    @property
    def is_chance(self) -> bool:
        """Whether guessing explains it."""
        return self.rate <= self.chance + 3 * self.error


def success(guesses: Sequence[Sequence[bytes]], truth: Sequence[Sequence[bytes]]) -> Linked:
    """Count the sheets that were linked to the right person.

    Parameters
    ----------
    guesses, truth : sequence of sequence of bytes
        For each wave, the sheet of each person in the order of answering: as guessed, and as it was.
    """
    pairs = [pair for wave in zip(guesses, truth, strict=True) for pair in zip(*wave, strict=True)]
    return Linked(sum(guess == sheet for guess, sheet in pairs), len(pairs), len(truth))


def sheet_orders(url: str, keys: Path, length: int = 9) -> dict[str, list[bytes]]:
    """Return the sheets of the only box in every order in which a thief finds them.

    That is as they lie in the box; sorted by whatever a sheet carries besides answers; and row by row in any table
    that somebody may have added.
    """
    [box] = boxes_in(url)
    content = open_with(keys, box, length=length) or b""
    sheets = [content[start : start + length] for start in range(0, len(content), length)]
    found = {"in the box": sheets}
    if length > 9:
        found["by what is added"] = sorted(sheets, key=lambda sheet: sheet[9:])
    return {name: [sheet[:9] for sheet in order] for name, order in found.items()} | _rows_of_strangers(url)


def _rows_of_strangers(url: str) -> dict[str, list[bytes]]:
    engine = create_engine(url)
    strangers = set(inspect(engine).get_table_names()) - {"box", "ballot", "alembic_version"}
    with engine.connect() as connection:
        found = {
            f"{table} by {order}": [
                bytes(row[0]) for row in connection.execute(text(f"SELECT content FROM {table} ORDER BY {order}"))
            ]
            for table in strangers
            for order in ORDERS[engine.dialect.name]
        }
    engine.dispose()
    return found


def ballot_orders(url: str, ballots: Sequence[bytes]) -> dict[str, list[bytes]]:
    """Return ballots, given as they were used, in every order that anybody may know or find."""
    found = {"time of answering": list(ballots)} | ballots_in_order(url)
    for name, data in files_of(url).items():
        found |= {f"{which} place in {name}": order for which, order in positions(data, sorted(ballots)).items()}
    return found


def open_with(keys: Path, box: StoredBox, opens: Path | None = None, length: int = 9) -> bytes | None:
    """Try every key that the installation holds now on a stored box, or on a copy of them; return its sheets.

    The keys for envelopes are looked for beside those for boxes, where they are by default.
    """
    content = unseal_with(keys, box)
    private = (opens or keys.with_name(f"{keys.name}-open")) / box.where.wave_id.hex
    if content is None or not private.exists():
        return None
    reader = envelopes.read_private(private.parent, box.where.wave_id)
    size = length + envelopes.OVERHEAD
    letters = (content[start : start + size] for start in range(0, len(content), size))
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
    with engine.connect() as connection:
        found = {
            order: [
                bytes(row[0])
                for row in connection.execute(text(f"SELECT hash FROM ballot WHERE spent ORDER BY {order}"))
            ]
            for order in ORDERS[engine.dialect.name]
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
