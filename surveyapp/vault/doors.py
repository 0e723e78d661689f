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

from surveyapp.settings import Settings
from surveyapp.store.database import make_engine, writing

_inside: ContextVar[bool] = ContextVar("inside_the_vault", default=False)


class OutsideTheDoors(RuntimeError):
    """A statement reached the vault by another way than deposit, opening and erasing."""


class NoRightToOpen(RuntimeError):
    """Boxes were to be opened by a process that has no key for them."""


@dataclass(frozen=True, slots=True)
class Vault:
    """A handle on the vault; it gives access to nothing by itself."""

    engine: Engine
    keys: Path
    lock: Path | None
    # Where the keys are that open envelopes; the pages hold a handle without them.
    opens: Path | None = None

    @property
    def private_keys(self) -> Path:
        """The folder with the keys that open envelopes.

        Raises
        ------
        NoRightToOpen
            When the handle is one of those that may only put sheets in.
        """
        if self.opens is None:
            message = "this process may put sheets into boxes, not put boxes up, open or destroy them"
            raise NoRightToOpen(message)
        return self.opens


def open_slot(settings: Settings) -> Vault:
    """Connect as the pages do: with the right to put sheets in, and no key that opens them."""
    return open_vault(settings.vault_url, settings.vault_keys)


def open_whole(settings: Settings) -> Vault:
    """Connect as the worker does: with every right, and the keys that open what the pages put in."""
    return open_vault(settings.vault_open_url, settings.vault_keys, settings.vault_open_keys)


def open_vault(url: str, keys: Path, opens: Path | None = None) -> Vault:
    """Connect to the vault and post the guard at its doors."""
    engine = make_engine(url)
    event.listen(engine, "before_cursor_execute", _refuse_outside)
    database = make_url(url).database
    # SQLite's own waiting is unfair under load; one file lock between processes makes writers queue.
    lock = Path(f"{database}.lock") if engine.dialect.name == "sqlite" and database else None
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Vault(engine, keys, lock, opens)


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
