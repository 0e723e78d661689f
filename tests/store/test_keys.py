"""Every key begins with the organisation, so that one organisation's rows can live on one shard."""

import pytest
from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from surveyapp.store.tables import metadata as main
from surveyapp.vault.tables import metadata as vault

OWNER = "organisation_id"
TABLES = [*main.sorted_tables, *vault.sorted_tables]

Key = PrimaryKeyConstraint | UniqueConstraint | ForeignKeyConstraint | Index


def keys_of(table: Table) -> list[Key]:
    """Return what a table is found, referred to or ordered by."""
    return [key for key in (*table.constraints, *table.indexes) if isinstance(key, Key)]


def breaches(table: Table) -> list[str]:
    """Name the keys of a table that do not begin with the organisation, here or where they point to."""
    found = []
    for key in keys_of(table):
        first = next(iter(key.columns), None)
        points_to = key.elements[0].target_fullname if isinstance(key, ForeignKeyConstraint) else OWNER
        if first is None or first.name != OWNER or points_to.rpartition(".")[2] != OWNER:
            found.append(f"{table.name}: {key.name}")
    return found


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_key_begins_with_the_organisation(table: Table) -> None:
    """Primary keys, unique constraints, foreign keys and indexes all do."""
    assert breaches(table) == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_belongs_to_an_organisation(table: Table) -> None:
    """The owner is part of the primary key and can never be missing."""
    assert OWNER in table.primary_key.columns
    assert not table.columns[OWNER].nullable


def planted(key: Key) -> Table:
    """Make a table of an organisation with one more key."""
    metadata = MetaData()
    for name, keys in (("target", ()), ("planted", (key,))):
        Table(name, metadata, Column(OWNER, Integer, primary_key=True), Column("id", Integer, primary_key=True), *keys)
    return metadata.tables["planted"]


@pytest.mark.parametrize(
    "breach",
    [
        UniqueConstraint("id", OWNER, name="planted"),
        Index("planted", "id"),
        ForeignKeyConstraint(["id"], ["target.id"], name="planted"),
        ForeignKeyConstraint([OWNER], ["target.id"], name="planted"),
    ],
    ids=["unique", "index", "foreign", "foreign to another column"],
)
def test_a_planted_breach_is_found(breach: Key) -> None:
    """The walk sees each kind of key that begins with something else."""
    assert breaches(planted(breach)) == ["planted: planted"]
