"""What databases leave lying about: places in files, dead rows, write-ahead logs; read byte by byte, past all SQL."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

LOG_PAGE = 8192
LONG_HEADER, SHORT_HEADER, IS_LONG = 40, 24, 0x0002
TERMS = 64


@dataclass(frozen=True, slots=True)
class Remains:
    """A version of the sheets of a box as found in some file, still sealed."""

    version: int
    terms: str
    sheets: bytes


def files_of(url: str) -> dict[str, bytes]:
    """Read every file in which a database keeps its rows, their index and what was done to them.

    Somebody who does this needs the rights of the server's own account, which is more than any password gives.
    """
    if make_url(url).get_backend_name() == "sqlite":
        path = Path(str(make_url(url).database))
        return {each.suffix or "rows": each.read_bytes() for each in path.parent.glob(f"{path.name}*")}
    engine = create_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        home = Path(str(connection.scalar(text("SHOW data_directory"))))
        rows = connection.execute(
            text("SELECT relname, pg_relation_filepath(oid) FROM pg_class WHERE relname ~ '^(box|ballot|pk_)'")
        ).all()
        first = str(connection.scalar(text("SELECT pg_walfile_name(pg_current_wal_lsn())")))
    engine.dispose()
    found = {str(name): (home / str(path)).read_bytes() for name, path in rows if path}
    # What the log says of this database is at its end; a segment that was only recycled has a later name.
    segments = [each for each in sorted((home / "pg_wal").glob("0*")) if each.name <= first]
    return found | {"log": b"".join(without_page_headers(each.read_bytes()) for each in segments)}


def without_page_headers(segment: bytes) -> bytes:
    """Join the records of a segment of PostgreSQL's write-ahead log that page borders tear apart."""
    pages = (segment[start : start + LOG_PAGE] for start in range(0, len(segment), LOG_PAGE))
    return b"".join(page[LONG_HEADER if _flags(page) & IS_LONG else SHORT_HEADER :] for page in pages)


def _flags(page: bytes) -> int:
    return int(struct.unpack_from("<H", page, 2)[0])


def versions_in(data: bytes, terms: str) -> Iterator[Remains]:
    """Carve versions of boxes out of a heap file or log of PostgreSQL, dead or alive, whole or as a change.

    A row holds its version, its terms as a short text, and its sheets. What is left out of a change because it stayed
    the same stands before the version.
    """
    mark = bytes([(TERMS + 1) << 1 | 1]) + terms.encode()
    place = data.find(mark)
    while place >= 0:
        version = struct.unpack_from("<i", data, place - 4)[0]
        sheets = _value(data, place + len(mark))
        if sheets is not None and 0 <= version < 10_000:
            yield Remains(version, terms, sheets)
        place = data.find(mark, place + 1)


def _value(data: bytes, start: int) -> bytes | None:
    """Read a value of variable length: a short one after one byte, a longer one after four at the next border."""
    if start >= len(data):
        return None
    if data[start] == 1:
        # It was moved to a table of its own.
        return None
    if data[start] & 1:
        return data[start + 1 : start + (data[start] >> 1)]
    # The row before the terms has 52 bytes, and they 65, so three bytes fill up to the border.
    size = struct.unpack_from("<I", data, start + 3)[0] >> 2
    return data[start + 7 : start + 3 + size] if 4 < size < 100_000 else None


def positions(data: bytes, needles: Sequence[bytes]) -> dict[str, list[bytes]]:
    """Order what is looked for by where it stands first, and by where it stands last, if all of it is there."""
    found = {"first": [data.find(each) for each in needles], "last": [data.rfind(each) for each in needles]}
    return {
        name: [needle for _, needle in sorted(zip(places, needles, strict=True))]
        for name, places in found.items()
        if min(places) >= 0
    }
