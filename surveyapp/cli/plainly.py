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
            if _lacks_tables(error):
                raise click.ClickException("The database has no tables of this version: run surveyapp init") from None
            raise


def _lacks_tables(error: Exception) -> bool:
    from sqlalchemy.exc import OperationalError, ProgrammingError

    words = str(getattr(error, "orig", "")).lower()
    return isinstance(error, OperationalError | ProgrammingError) and (
        "no such table" in words or "no such column" in words or "does not exist" in words
    )


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
