"""How a file of another system is to be read: which heading is which column, and how its times are written.

What somebody said the last time is remembered for each kind of file, for the whole organisation.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.clock import time_zones
from surveyapp.errors import Invalid, Said
from surveyapp.services.log.cells import ORDERS, Reading
from surveyapp.services.log.exchange import COLUMNS
from surveyapp.services.tables import guess_columns
from surveyapp.store.uploads import ImportMapping

SOURCE_LENGTH = 40


def to_text(reading: Reading) -> str:
    """Write a reading as it is stored."""
    return json.dumps(asdict(reading), sort_keys=True)


def reading_of(text: str) -> Reading:
    """Read what `to_text` wrote."""
    return Reading(**json.loads(text))


def guess(headings: Collection[str], kind: str, before: Reading | None) -> dict[str, str]:
    """Return the heading of each column: the one chosen before if the file has it, else the one that means it."""
    remembered = {key: name for key, name in (before.columns if before else {}).items() if name in headings}
    # A heading that was chosen for one column is not guessed for another.
    by_name = guess_columns([each for each in headings if each not in remembered.values()], COLUMNS[kind])
    return by_name | remembered


def check(reading: Reading, kind: str, headings: Collection[str]) -> None:
    """Refuse a reading that cannot be.

    Raises
    ------
    Invalid
        Naming what is wrong: a column, the system, the time zone or the order of days.
    """
    if not 0 < len(reading.source) <= SOURCE_LENGTH:
        raise Invalid("source", reading.source[:60], f"the name of the system, in up to {SOURCE_LENGTH} characters")
    if reading.time_zone not in time_zones():
        raise Invalid("time_zone", reading.time_zone, "a time zone such as Europe/Berlin")
    if reading.order not in ORDERS:
        raise Invalid("order", reading.order, Said("one of {choices}", choices=", ".join(ORDERS)))
    _check_columns(reading.columns, kind, headings)


def _check_columns(columns: Mapping[str, str], kind: str, headings: Collection[str]) -> None:
    known = {column.key: column for column in COLUMNS[kind]}
    for key, name in columns.items():
        if key not in known:
            raise Invalid("columns", key, Said("one of {choices}", choices=", ".join(known)))
        if name not in headings:
            raise Invalid(key, name, Said("a heading of the file: {headings}", headings=", ".join(headings)[:500]))
        if (other := next(each for each, heading in columns.items() if heading == name)) != key:
            raise Invalid(key, name, Said("a heading that is not {other} already", other=other))
    if missing := [key for key, column in known.items() if column.required and key not in columns]:
        raise Invalid(
            "columns", ", ".join(columns.values()), Said("also a heading for {missing}", missing=", ".join(missing))
        )


def remembered(session: Session, organisation_id: UUID, kind: str) -> Reading | None:
    """Return how files of a kind were read the last time, or None."""
    row = session.get(ImportMapping, (organisation_id, kind))
    return reading_of(row.reading) if row else None


def remember(session: Session, organisation_id: UUID, kind: str, reading: Reading, now: datetime) -> None:
    """Keep how a file was read for the next one of its kind; the caller commits."""
    row = ImportMapping(organisation_id=organisation_id, kind=kind, reading=to_text(reading), changed_at=now)
    session.merge(row)
