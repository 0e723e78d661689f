"""Opening the boxes of a closed wave, and destroying them. Only the release service comes here."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, RowMapping, delete, func, select

from surveyapp.errors import ReleaseRefused
from surveyapp.privacy.comments import Note
from surveyapp.vault import envelopes, seal
from surveyapp.vault.deposit import Address
from surveyapp.vault.doors import Vault, changing, reading, tidying
from surveyapp.vault.sheets import NOTE_BYTES, read_notes, split_sheets
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
        When a box was altered, holds more or fewer sheets than ballots were spent, or was put up under other terms.
    """
    mine = (box.c.organisation_id == organisation_id, box.c.wave_id == wave_id)
    with reading(vault) as connection:
        rows = connection.execute(select(box).where(*mine)).mappings().all()
        spent = _spent(connection, organisation_id, wave_id)
    opened = []
    for row in rows:
        if row["terms"] != terms:
            message = "The terms of this wave were changed after it opened; its boxes stay closed"
            raise ReleaseRefused(message)
        sheets = _read(vault, row, "sheets", length)
        if len(sheets) != spent.get(row["group_id"], 0):
            message = "A box of this wave holds another number of sheets than ballots were spent; it cannot be released"
            raise ReleaseRefused(message)
        notes = _read(vault, row, "comments", NOTE_BYTES)
        opened.append(OpenedBox(row["group_id"], tuple(sorted(sheets)), tuple(read_notes(b"".join(notes)))))
    return opened


def _spent(connection: Connection, organisation_id: UUID, wave_id: UUID) -> dict[UUID, int]:
    mine = (ballot.c.organisation_id == organisation_id, ballot.c.wave_id == wave_id, ballot.c.spent)
    counted = select(ballot.c.group_id, func.count()).where(*mine).group_by(ballot.c.group_id)
    return dict(connection.execute(counted).all())


def _read(vault: Vault, row: RowMapping, column: str, length: int) -> list[bytes]:
    """Unseal a column of a box and open the envelopes in it, in the order in which they lie."""
    where = Address(row["organisation_id"], row["wave_id"], row["group_id"])
    bound = where.bound(column, row["version"], row["terms"])
    private = envelopes.read_private(vault.private_keys, where.wave_id)
    try:
        with seal.KeyFile(vault.keys, where.wave_id, where.group_id).locked() as keys:
            content = seal.unseal(seal.read_key(keys, row["version"]), row[column], bound)
        return [
            envelopes.open_envelope(private, letter, where.bound_letter(column))
            for letter in split_sheets(content, length + envelopes.OVERHEAD)
        ]
    except InvalidTag as altered:
        message = "A box of this wave was altered outside the product; it cannot be released"
        raise ReleaseRefused(message) from altered


def erase(vault: Vault, organisation_id: UUID, wave_id: UUID, groups: Collection[UUID]) -> None:
    """Destroy the boxes, ballots and keys of a wave; safe to repeat."""
    seal.destroy_keys(vault.keys, wave_id, groups)
    envelopes.destroy_private(vault.private_keys, wave_id)
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
