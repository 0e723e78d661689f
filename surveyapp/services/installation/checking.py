"""Looking at an installation: what is fine, what is doubtful, what is broken."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from surveyapp.services.deliveries import count_queue
from surveyapp.services.insight.interventions import broken_entries
from surveyapp.services.installation.databases import migration_config
from surveyapp.services.pulses import due
from surveyapp.services.results.chain import broken_links
from surveyapp.settings import Settings
from surveyapp.store.database import make_engine
from surveyapp.vault import rights

FINE, DOUBTFUL, BROKEN = "fine", "doubtful", "broken"
# Before this version, two connections that write and reset the log at once may damage the file.
SQLITE_SOUND_FROM = (3, 51, 3)
LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; the text says what to do about it."""

    state: str
    text: str


def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Look at settings, databases, keys, worker and releases."""
    return [
        *_settings(settings),
        *_sqlite(settings),
        *_keys(settings),
        *_roles(settings),
        *_databases(settings, now),
    ]


def unready(settings: Settings) -> list[str]:
    """Return why the databases cannot be used, such as that nobody has made them, or nothing."""
    return [each.text for each in map(_tables, *_both(settings)) if each.state == BROKEN]


def _settings(settings: Settings) -> Iterator[Finding]:
    local = "//localhost" in settings.base_url or "//127." in settings.base_url
    if not settings.https and not local:
        yield Finding(DOUBTFUL, f"BASE_URL is {settings.base_url}: without https, sign-ins can be read on the way")
    if not settings.mail_url:
        yield Finding(DOUBTFUL, "MAIL_URL is not set: invitations wait and are not sent")
    if settings.database_url in {settings.vault_url, settings.vault_open_url}:
        yield Finding(BROKEN, "VAULT_URL is DATABASE_URL: answers belong into a database of their own")
    if not any(settings.instruments.glob("*.toml")):
        yield Finding(BROKEN, f"INSTRUMENTS is {settings.instruments}, where no instrument is")


def _sqlite(settings: Settings) -> Iterator[Finding]:
    if not any(url.startswith("sqlite") for url in (settings.database_url, settings.vault_url)):
        return
    if sqlite3.sqlite_version_info < SQLITE_SOUND_FROM:
        yield Finding(
            DOUBTFUL,
            f"SQLite is {sqlite3.sqlite_version}: before 3.51.3 it can, very rarely, damage a file that several "
            "processes write; surveyapp lets writers queue, which avoids it, but do not write to the files otherwise",
        )
    else:
        yield Finding(FINE, f"SQLite is {sqlite3.sqlite_version}")


def _keys(settings: Settings) -> Iterator[Finding]:
    # The pages may be another account of the same group when they add sheets in a role of their own.
    shared = 0o070 if rights.has_two_roles(settings) else 0
    for name, folder, allowed in (
        ("VAULT_KEYS", settings.vault_keys, 0o700 | shared),
        ("VAULT_OPEN_KEYS", settings.vault_open_keys, 0o700),
    ):
        if not folder.exists():
            yield Finding(DOUBTFUL, f"{name} has not been made yet: run `surveyapp init`")
        elif folder.stat().st_mode & 0o777 & ~allowed:
            yield Finding(BROKEN, f"{name} can be read by others: run `chmod {allowed:o} {folder}`")
        else:
            yield Finding(FINE, f"{name} can be read by nobody who should not")


def _roles(settings: Settings) -> Iterator[Finding]:
    if make_url(settings.vault_open_url).get_backend_name() == "sqlite":
        yield Finding(FINE, "the vault is a file: pages and worker share it, and only the worker's keys open sheets")
    elif not rights.has_two_roles(settings):
        yield Finding(
            DOUBTFUL,
            "VAULT_OPEN_URL has the role of VAULT_URL: the pages may do in the vault what the worker may; give the "
            "pages a role of their own, as docs/operator.md shows",
        )
    else:
        yield from _role_of_pages(settings)


def _role_of_pages(settings: Settings) -> Iterator[Finding]:
    try:
        excessive = rights.excessive_rights(settings)
    except SQLAlchemyError as error:
        yield Finding(BROKEN, f"VAULT_URL cannot be reached ({type(error).__name__})")
        return
    if excessive:
        yield Finding(BROKEN, f"the role of the pages may {', '.join(excessive)}: run `surveyapp vault grants`")
    else:
        yield Finding(FINE, "the role of the pages can add sheets to boxes and read no table of the vault")


def _databases(settings: Settings, now: datetime) -> Iterator[Finding]:
    ready = True
    for name, url, head in zip(*_both(settings), strict=True):
        found = _database(name, url, head)
        ready = ready and found.state == FINE
        yield found
    if ready:
        engine = make_engine(settings.database_url)
        with Session(engine) as session:
            yield from _contents(session, now)
        engine.dispose()


def _both(settings: Settings) -> tuple[tuple[str, str], tuple[str, str], tuple[str | None, str | None]]:
    """Return the names of both databases, their addresses, and the version that their tables should have."""
    head = ScriptDirectory.from_config(migration_config(settings)).get_current_head()
    return ("main database", "vault"), (settings.database_url, settings.vault_open_url), (head, head)


def _database(name: str, url: str, head: str | None) -> Finding:
    backend = make_url(url).get_backend_name()
    file = make_url(url).database
    found = _tables(name, url, head)
    if found.state == FINE and backend == "sqlite" and file and (damage := _damage(file)) != "ok":
        return Finding(BROKEN, f"the {name} is damaged ({damage}): restore a backup")
    return found


def _tables(name: str, url: str, head: str | None) -> Finding:
    backend = make_url(url).get_backend_name()
    file = make_url(url).database
    if backend == "sqlite" and file and not Path(file).exists():
        return Finding(BROKEN, f"the {name} does not exist yet: run `surveyapp init`")
    engine = make_engine(url)
    try:
        revision = _revision(engine)
    except SQLAlchemyError as error:
        return Finding(BROKEN, f"the {name} cannot be reached ({type(error).__name__})")
    finally:
        engine.dispose()
    if revision != head:
        return Finding(BROKEN, f"the {name} has tables of another version: run `surveyapp init`")
    return Finding(FINE, f"the {name} ({backend}) is whole and has the tables of this version")


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _damage(file: str) -> str:
    connection = sqlite3.connect(file)
    try:
        return str(connection.execute("PRAGMA quick_check").fetchone()[0])
    finally:
        connection.close()


def _contents(session: Session, now: datetime) -> Iterator[Finding]:
    late = [*due.waves_to_open(session, now - LATE), *due.waves_to_close(session, now - LATE)]
    if late:
        yield Finding(BROKEN, f"{len(late)} waves should have opened or closed by now: is the worker running?")
    for organisation_id, _ in due.organisations(session, now):
        broken = broken_links(session, organisation_id)
        if broken:
            yield Finding(BROKEN, f"releases or withdrawals {broken} were altered after they were written")
        if altered := broken_entries(session, organisation_id):
            yield Finding(BROKEN, f"interventions {altered} were altered after they were registered")
        queue = count_queue(session, organisation_id, now)
        if queue.waiting or queue.failed:
            yield Finding(
                DOUBTFUL if queue.failed else FINE, f"invitations: {queue.waiting} wait, {queue.failed} failed"
            )
