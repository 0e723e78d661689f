"""Opening the boxes of a closed wave, and destroying them. Only the release service comes here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import delete, select

from surveyapp.errors import ReleaseRefused
from surveyapp.privacy.comments import Note
from surveyapp.vault import seal
from surveyapp.vault.deposit import Address
from surveyapp.vault.doors import Vault, changing, reading, tidying
from surveyapp.vault.sheets import read_notes, split_sheets
from surveyapp.vault.tables import ballot, box


@dataclass(frozen=True, slots=True)
class OpenedBox:
    """The sheets of one group and the notes added to them, each in an order that tells nothing.

    It must not outlive the release that asked for it.
    """

    group_id: UUID
    sheets: tuple[bytes, ...]
    notes: tuple[Note, ...]


def open_boxes(vault: Vault, organisation_id: UUID, wave_id: UUID, length: int, terms: str) -> list[OpenedBox]:
    """Read every box of a closed wave.

    Parameters
    ----------
    length : int
        Bytes per answer sheet.
    terms : str
        The digest of the terms under which people answered.

    Raises
    ------
    ReleaseRefused
        When a box was altered, or put up under other terms than these.
    """
    with reading(vault) as connection:
        rows = connection.execute(
            select(box.c.group_id, box.c.version, box.c.terms, box.c.sheets, box.c.comments).where(
                box.c.organisation_id == organisation_id, box.c.wave_id == wave_id
            )
        ).all()
    opened = []
    for row in rows:
        if row.terms != terms:
            message = "The terms of this wave were changed after it opened; its boxes stay closed"
            raise ReleaseRefused(message)
        where = Address(organisation_id, wave_id, row.group_id)
        content = _unseal(vault, where, row.version, {"sheets": row.sheets, "comments": row.comments}, terms)
        sheets = tuple(sorted(split_sheets(content["sheets"], length)))
        opened.append(OpenedBox(row.group_id, sheets, tuple(read_notes(content["comments"]))))
    return opened


def _unseal(vault: Vault, where: Address, version: int, sealed: Mapping[str, bytes], terms: str) -> dict[str, bytes]:
    try:
        with seal.KeyFile(vault.keys, where.wave_id, where.group_id).locked() as keys:
            key = seal.read_key(keys, version)
            return {name: seal.unseal(key, each, where.bound(name, version, terms)) for name, each in sealed.items()}
    except InvalidTag as altered:
        message = "A box of this wave was altered outside the product; it cannot be released"
        raise ReleaseRefused(message) from altered


def erase(vault: Vault, organisation_id: UUID, wave_id: UUID, groups: Collection[UUID]) -> None:
    """Destroy the boxes, ballots and keys of a wave; safe to repeat."""
    seal.destroy_keys(vault.keys, wave_id, groups)
    with changing(vault) as connection:
        for table in (ballot, box):
            connection.execute(
                delete(table).where(table.c.organisation_id == organisation_id, table.c.wave_id == wave_id)
            )


def tidy(vault: Vault) -> None:
    """Rewrite the vault's files without what was deleted."""
    statements = (
        ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
        if vault.engine.dialect.name == "sqlite"
        else ("VACUUM FULL box, ballot",)
    )
    with tidying(vault) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
