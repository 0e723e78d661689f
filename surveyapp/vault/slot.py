"""The slot: the three things that a process which takes answers does in the database of the vault.

On PostgreSQL each is a function with rights of its own (the first migration has them), and the role of the pages may
do nothing else: it reads no table, cannot list boxes or ballots, and gets a box only for a ballot that it spends in the
same transaction. SQLite knows no roles; there the same three things are plain statements.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from surveyapp.vault.tables import ballot, box

Values = Mapping[str, Any]

# Written once, for building a statement takes longer than running it.
_BOX = tuple(box.c[name] == bindparam(f"at_{name}") for name in ("organisation_id", "wave_id", "group_id"))
_BALLOT = tuple(ballot.c[name] == bindparam(f"at_{name}") for name in ("organisation_id", "wave_id", "hash"))
_FIND = select(ballot.c.group_id, ballot.c.spent).where(*_BALLOT)
_SPEND = (
    update(ballot)
    .where(*_BALLOT, ballot.c.group_id == bindparam("at_group_id"), ballot.c.spent.is_(False))
    .values(spent=True)
)
_TAKE_OUT = select(box.c.version, box.c.terms, box.c.sheets, box.c.comments).where(*_BOX)
_PUT_BACK = (
    update(box)
    .where(*_BOX)
    .values(version=box.c.version + 1, sheets=bindparam("sheets"), comments=bindparam("comments"))
)


_HERE = "%(at_organisation_id)s, %(at_wave_id)s, %(at_group_id)s, %(at_hash)s"
_FIND_BY_RIGHT = "SELECT group_id, spent FROM find_ballot(%(at_organisation_id)s, %(at_wave_id)s, %(at_hash)s)"
_TAKE_OUT_BY_RIGHT = f"SELECT version, terms, sheets, comments FROM take_out_box({_HERE})"  # noqa: S608  # Our own words.
_PUT_BACK_BY_RIGHT = f"SELECT put_back_box({_HERE}, %(at_version)s, %(sheets)s, %(comments)s)"


def find(connection: Connection, ballot_at: Values) -> tuple[Any, bool] | None:
    """Return the group and state of a ballot, or None when there is no such ballot."""
    if _has_roles(connection):
        row = connection.exec_driver_sql(_FIND_BY_RIGHT, ballot_at).one_or_none()
    else:
        row = connection.execute(_FIND, ballot_at).one_or_none()
    return None if row is None else (row.group_id, row.spent)


def take_out(connection: Connection, ballot_at: Values) -> RowMapping | None:
    """Spend a ballot and take its box out, locked until the end of the transaction; None when nothing was to spend."""
    if _has_roles(connection):
        return connection.exec_driver_sql(_TAKE_OUT_BY_RIGHT, ballot_at).mappings().one_or_none()
    if not connection.execute(_SPEND, ballot_at).rowcount:
        return None
    return connection.execute(_TAKE_OUT, ballot_at).mappings().one()


def put_back(connection: Connection, ballot_at: Values, version: int, content: Mapping[str, bytes]) -> None:
    """Put back a box that was taken out at this version, in the same transaction."""
    if _has_roles(connection):
        connection.exec_driver_sql(_PUT_BACK_BY_RIGHT, {**ballot_at, **content, "at_version": version})
    else:
        connection.execute(_PUT_BACK, {**ballot_at, **content})


def _has_roles(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
