"""Runs every revision on the main database and on the vault; each keeps its own place in the one history."""

from alembic import context
from sqlalchemy import MetaData, engine_from_config

from surveyapp.store.tables import metadata as main
from surveyapp.vault.tables import metadata as vault

TARGETS: dict[str, MetaData] = {"main": main, "vault": vault}


def run() -> None:
    """Migrate the databases named in the configuration, one transaction each."""
    for name, metadata in TARGETS.items():
        url = context.config.get_main_option(f"{name}_url")
        engine = engine_from_config({"sqlalchemy.url": url})
        with engine.begin() as connection:
            context.configure(
                connection=connection,
                target_metadata=metadata,
                upgrade_token=f"{name}_upgrades",
                downgrade_token=f"{name}_downgrades",
            )
            context.run_migrations(engine_name=name)
        engine.dispose()


run()
