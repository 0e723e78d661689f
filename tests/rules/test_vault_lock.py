"""The third lock: a statement that reaches the vault past its doors is refused by the engine itself."""

from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from surveyapp.vault.deposit import unspent
from surveyapp.vault.doors import OutsideTheDoors, open_vault
from surveyapp.vault.tables import ballot
from tests.fixtures.databases import Databases
from tests.fixtures.world import World


@pytest.mark.postgres
@pytest.mark.parametrize("statement", [select(ballot), text("SELECT spent FROM ballot"), text("DELETE FROM box")])
def test_a_statement_past_the_doors_is_refused(databases: Databases, tmp_path: Path, statement: object) -> None:
    """Neither expressions nor SQL as text, neither reading nor changing."""
    vault = open_vault(databases.vault, tmp_path / "keys")
    with vault.engine.connect() as connection, pytest.raises(OutsideTheDoors):
        connection.execute(statement)  # type: ignore[call-overload]
    vault.engine.dispose()


def test_a_session_past_the_doors_is_refused(databases: Databases, tmp_path: Path) -> None:
    """The way through the object mapper is locked as well."""
    vault = open_vault(databases.vault, tmp_path / "keys")
    with Session(vault.engine) as session, pytest.raises(OutsideTheDoors):
        session.execute(select(ballot.c.spent))
    vault.engine.dispose()


def test_the_refusal_repeats_no_value(databases: Databases, tmp_path: Path) -> None:
    """A statement may carry an answer or a ballot, so the message tells only what it wanted to do."""
    vault = open_vault(databases.vault, tmp_path / "keys")
    autocommit = vault.engine.execution_options(isolation_level="AUTOCOMMIT")
    with autocommit.connect() as connection, pytest.raises(OutsideTheDoors, match="SELECT refused") as refused:
        connection.exec_driver_sql("SELECT 'SECRET' FROM ballot")
    assert "SECRET" not in str(refused.value)
    vault.engine.dispose()


def test_the_doors_are_shut_again_behind_whoever_went_through(harbour: World) -> None:
    """Going in by a door once does not leave it open."""
    wave = harbour.open(harbour.pulse("Harbour"))
    assert unspent(harbour.vault, harbour.organisation_id, wave.id)
    with harbour.vault.engine.connect() as connection, pytest.raises(OutsideTheDoors):
        connection.execute(select(ballot))
