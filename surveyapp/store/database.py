"""Engines: what SQLite and PostgreSQL are told before anybody talks to them."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from surveyapp.store.base import Base

BUSY_SECONDS = 30


def make_engine(url: str) -> Engine:
    """Return an engine for a main or vault database, SQLite or PostgreSQL."""
    return prepare(create_engine(url, **engine_options(url)))


def engine_options(url: str) -> dict[str, Any]:
    """Return what ``create_engine`` needs for this address; an error quotes no value, for errors are logged."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}, "hide_parameters": True}
    return {"pool_pre_ping": True, "hide_parameters": True}


def prepare(engine: Engine) -> Engine:
    """Make SQLite durable, forgetful of deleted rows, and explicit about who writes."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
    return engine


def writing(engine: Engine) -> Engine:
    """Return the same engine with transactions that take the write lock first.

    A SQLite transaction that reads before it writes fails at once when somebody else wrote in between, whatever the
    timeout; taking the lock first makes it wait instead.
    """
    return engine.execution_options(writing=True)


def hold_changes(session: Session, *tables: type[Base]) -> None:
    """Keep everybody else from changing tables until the transaction ends; on SQLite whoever writes is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(table.__tablename__ for table in tables)
        session.connection().exec_driver_sql(f"LOCK TABLE {names} IN SHARE MODE")


def empty_log(engine: Engine) -> None:
    """Bring SQLite's write-ahead log into the database and empty it, for what was deleted still stands in it.

    When somebody is reading or writing it is left for the next time, so that nobody waits.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for pragma in ("busy_timeout=0", "wal_checkpoint(TRUNCATE)", f"busy_timeout={BUSY_SECONDS * 1000}"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")


def _configure(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return
    immediate = options.get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
