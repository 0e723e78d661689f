"""Bringing both databases to the present version of their tables."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from surveyapp.settings import SHIPPED, Settings
from surveyapp.vault import rights


def migration_config(settings: Settings) -> Config:
    """Return the configuration with which Alembic migrates this installation."""
    config = Config()
    config.set_main_option("script_location", str(SHIPPED / "migrations"))
    # Alembic reads percent signs as references, and a password in an address may hold one.
    config.set_main_option("main_url", settings.database_url.replace("%", "%%"))
    config.set_main_option("vault_url", settings.vault_open_url.replace("%", "%%"))
    return config


def upgrade(settings: Settings, revision: str = "head") -> None:
    """Migrate the main database and the vault, and grant the pages their part; does nothing when all is up to date."""
    for url in (settings.database_url, settings.vault_open_url):
        database = make_url(url).database
        if url.startswith("sqlite") and database:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(migration_config(settings), revision)
    if revision == "head" and rights.has_two_roles(settings):
        rights.grant(settings)


def downgrade(settings: Settings, revision: str) -> None:
    """Take both databases back to an earlier revision."""
    command.downgrade(migration_config(settings), revision)
