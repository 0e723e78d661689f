"""Reading columns of many thousand rows, for the worker, which computes with them and makes no objects of them."""

from typing import Any

from sqlalchemy import ColumnElement, Select, String, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

# So few rows at a time are gone before the collector of garbage comes to look at them again and again.
ROWS = 500


def bare(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Select what the driver gives: an id or a moment, of which making an object takes longer than all the rest.

    Ids can be compared with each other. A moment is a string in UTC on SQLite and has its zone on PostgreSQL.
    """
    return type_coerce(column, String)


def columns_of(session: Session, statement: Select[Any]) -> list[list[Any]]:
    """Return what a statement selects, column by column."""
    columns: list[list[Any]] = [[] for _ in statement.selected_columns]
    for rows in session.connection().execute(statement).partitions(ROWS):
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
    return columns
