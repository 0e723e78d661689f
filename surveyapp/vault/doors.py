"""The way into the vault: one object that holds the engine, and a lock on every other way."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url

from surveyapp.store.database import make_engine, writing

_inside: ContextVar[bool] = ContextVar("inside_the_vault", default=False)


class OutsideTheDoors(RuntimeError):
    """A statement reached the vault by another way than deposit, opening and erasing."""


@dataclass(frozen=True, slots=True)
class Vault:
    """A handle on the vault; it gives access to nothing by itself."""

    engine: Engine
    keys: Path
    lock: Path | None


def open_vault(url: str, keys: Path) -> Vault:
    """Connect to the vault and post the guard at its doors."""
    engine = make_engine(url)
    event.listen(engine, "before_cursor_execute", _refuse_outside)
    database = make_url(url).database
    # SQLite's own waiting is unfair under load; one file lock between processes makes writers queue.
    lock = Path(f"{database}.lock") if engine.dialect.name == "sqlite" and database else None
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Vault(engine, keys, lock)


def _refuse_outside(_connection: Connection, _cursor: Any, statement: str, *_rest: object) -> None:
    if not _inside.get():
        # The statement itself may carry values, so only its first word is told.
        message = f"{statement.split(maxsplit=1)[0]} refused: the vault is reached through its doors only"
        raise OutsideTheDoors(message)


@contextmanager
def reading(vault: Vault) -> Iterator[Connection]:
    """Go in to look; a door's inside, used by this room only."""
    with _through(), vault.engine.begin() as connection:
        yield connection


@contextmanager
def changing(vault: Vault) -> Iterator[Connection]:
    """Go in to change something, in one durable transaction, one process at a time on SQLite."""
    with _through(), _queue(vault.lock), writing(vault.engine).begin() as connection:
        yield connection


@contextmanager
def tidying(vault: Vault) -> Iterator[Connection]:
    """Go in for statements that cannot run in a transaction, such as VACUUM."""
    with (
        _through(),
        _queue(vault.lock),
        vault.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
    ):
        yield connection


@contextmanager
def _through() -> Iterator[None]:
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)


@contextmanager
def _queue(lock: Path | None) -> Iterator[None]:
    if lock is None:
        yield
        return
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
