"""What all commands share: refusals in plain words, and an installation in reach."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from surveyapp.settings import Settings
    from surveyapp.vault.doors import Vault

organisation_option = click.option(
    "--organisation", default="", metavar="NAME", help="Which organisation; not needed when there is only one."
)


def example(*lines: str) -> str:
    """Return the end of a help text that shows how a command is used; it is not wrapped."""
    return "\n".join(("\b", "Example:" if len(lines) == 1 else "Examples:", *(f"  {line}" for line in lines)))


class PlainGroup(click.Group):
    """A group of commands whose refusals are sentences, not tracebacks; the exit code is then 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        from surveyapp.errors import SurveyError

        try:
            return super().invoke(ctx)
        except SurveyError as refusal:
            raise click.ClickException(refusal.message) from None
        except Exception as error:
            if told := _of_file(error) or _of_database(error):
                raise click.ClickException(told) from None
            raise


def _of_file(error: Exception) -> str:
    """Say which file or folder cannot be used, if that is what went wrong."""
    return f"{error.filename} cannot be used: {error.strerror}" if isinstance(error, OSError) and error.filename else ""


def _of_database(error: Exception) -> str:
    """Say what to do about a database that is not there or not ready, if that is what went wrong."""
    import sqlite3

    from sqlalchemy.exc import OperationalError, ProgrammingError

    words = str(getattr(error, "orig", error)).partition("\n")[0]
    lacks_tables = "no such table" in words or "no such column" in words
    if isinstance(error, ProgrammingError):
        lacks_tables = lacks_tables or "does not exist" in words
    elif not isinstance(error, OperationalError | sqlite3.OperationalError):
        return ""
    if lacks_tables:
        return "The database has no tables of this version: run surveyapp init"
    # SQLite says this of a file in a folder that is not there; a server's databases are made by whoever runs it.
    advice = "run surveyapp init" if "unable to open" in words else "surveyapp doctor looks at both"
    return f"A database cannot be used ({words}): {advice}"


def need_databases(chosen: "Settings") -> None:
    """Refuse to begin what goes on by itself while nobody has made the databases, or brought them up to date.

    Raises
    ------
    SurveyError
        Saying what to do.
    """
    from surveyapp.errors import SurveyError
    from surveyapp.services.installation.checking import unready

    for told in unready(chosen):
        raise SurveyError(told)


def settings() -> "Settings":
    """Read the settings from the environment."""
    from surveyapp.settings import Settings

    return Settings.from_env(os.environ)


@dataclass(frozen=True, slots=True)
class Reached:
    """The main database of an installation, and one organisation in it."""

    settings: "Settings"
    engine: "Engine"
    session: "Session"

    def organisation(self, name: str) -> UUID:
        """Return the id of the organisation that was named, or of the only one."""
        from surveyapp.services.roster.organisations import find_organisation

        return find_organisation(self.session, name).organisation_id

    def vault(self) -> "Vault":
        """Return the handle on the vault."""
        from surveyapp.vault.doors import open_whole

        return open_whole(self.settings)


@contextmanager
def reached() -> Iterator[Reached]:
    """Open a session that may write."""
    from sqlalchemy.orm import Session

    from surveyapp.store.database import make_engine, writing

    chosen = settings()
    engine = make_engine(chosen.database_url)
    with Session(writing(engine)) as session:
        yield Reached(chosen, engine, session)
    engine.dispose()


def start_logging(level: str) -> None:
    """Write what the program says to the terminal or the journal."""
    import logging

    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Alembic and the mail library have nothing to say that an operator needs at every start.
    logging.getLogger("alembic").setLevel(logging.WARNING)
