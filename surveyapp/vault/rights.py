"""Who may do what in a vault on PostgreSQL: the owner opens boxes, the role of the pages only uses the slot."""

from collections.abc import Iterator

from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.engine import make_url

from surveyapp.settings import Settings
from surveyapp.vault.tables import metadata

SLOT = ("find_ballot", "take_out_box", "put_back_box")
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")


def has_two_roles(settings: Settings) -> bool:
    """Whether pages and worker come to the vault as two roles of a PostgreSQL server."""
    pages, worker = make_url(settings.vault_url), make_url(settings.vault_open_url)
    return worker.get_backend_name() == "postgresql" and pages.username != worker.username


def grants(settings: Settings) -> tuple[str, ...]:
    """Return the statements that let the role of the pages use the slot, and nothing else in the database."""
    quote = create_engine(settings.vault_open_url).dialect.identifier_preparer.quote
    database = quote(make_url(settings.vault_open_url).database or "")
    role = quote(make_url(settings.vault_url).username or "")
    tables = ", ".join((*metadata.tables, "alembic_version"))
    return (
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {role}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"REVOKE ALL ON {tables} FROM PUBLIC, {role}",
        *(f"GRANT EXECUTE ON FUNCTION {name} TO {role}" for name in SLOT),
    )


def grant(settings: Settings) -> None:
    """Make the grants, as the owner of the database."""
    engine = create_engine(settings.vault_open_url)
    with engine.begin() as connection:
        for statement in grants(settings):
            connection.exec_driver_sql(statement)
    engine.dispose()


def excessive_rights(settings: Settings) -> list[str]:
    """Name what the role of the pages may do to tables of the vault; it should be nothing."""
    engine = create_engine(settings.vault_url)
    found = list(_excessive(engine))
    engine.dispose()
    return found


def _excessive(engine: Engine) -> Iterator[str]:
    with engine.connect() as connection:
        for table in metadata.tables:
            for right in RIGHTS:
                if connection.scalar(select(func.has_table_privilege(table, right))):
                    yield f"{right} on {table}"
