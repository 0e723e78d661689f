"""Putting boxes up and putting sheets in: spend the ballot and add the sheet in one transaction, or neither."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from operator import itemgetter
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from surveyapp.errors import AlreadyClosed, UnknownBallot
from surveyapp.vault import seal
from surveyapp.vault.doors import Vault, changing, reading
from surveyapp.vault.tables import ballot, box


@dataclass(frozen=True, slots=True)
class Address:
    """Where a box stands: organisation, wave and reporting group."""

    organisation_id: UUID
    wave_id: UUID
    group_id: UUID

    def bound(self, column: str, version: int, terms: str) -> bytes:
        """Say what a sealed column belongs to, so that it cannot be moved, rolled back or read under other terms."""
        return b"|".join(
            (
                column.encode(),
                self.organisation_id.bytes,
                self.wave_id.bytes,
                self.group_id.bytes,
                str(version).encode(),
                terms.encode(),
            )
        )


def put_up(
    vault: Vault, organisation_id: UUID, wave_id: UUID, ballots: Mapping[UUID, Collection[bytes]], terms: str
) -> None:
    """Put up the empty boxes of a wave with their ballots (hashes by group); safe to repeat after a crash."""
    with changing(vault) as connection:
        standing = set(
            connection.scalars(
                select(box.c.group_id).where(box.c.organisation_id == organisation_id, box.c.wave_id == wave_id)
            )
        )
        missing = [Address(organisation_id, wave_id, group_id) for group_id in ballots.keys() - standing]
        if missing:
            keys = seal.create_keys(vault.keys, wave_id, [where.group_id for where in missing])
            connection.execute(insert(box), [_empty_box(where, keys[where.group_id], terms) for where in missing])
            _issue(connection, {where: ballots[where.group_id] for where in missing})


def _empty_box(where: Address, key: bytes, terms: str) -> dict[str, object]:
    sealed = {name: seal.seal(key, b"", where.bound(name, 0, terms)) for name in ("sheets", "comments")}
    return {**asdict(where), "version": 0, "terms": terms, **sealed}


def _issue(connection: Connection, ballots: Mapping[Address, Collection[bytes]]) -> None:
    rows = [{**asdict(where), "hash": each, "spent": False} for where, hashes in ballots.items() for each in hashes]
    if rows:
        # Sorted by hash, so that the order of the roster does not become the order of the rows.
        connection.execute(insert(ballot), sorted(rows, key=itemgetter("hash")))


def put_in(vault: Vault, where: Address, hash_of_code: bytes, sheet: bytes, comment: bytes) -> None:
    """Spend a ballot and put its sheet into the box, exactly once.

    A ballot that is already spent changes nothing and raises nothing: whoever sends twice sees the same as at first.

    Raises
    ------
    UnknownBallot
        When no ballot of this box has the hash.
    AlreadyClosed
        When the box is gone.
    """
    try:
        with seal.KeyFile(vault.keys, where.wave_id, where.group_id).locked() as keys:
            spent_version = _exchange(vault, where, hash_of_code, sheet, comment, keys)
            if spent_version is not None:
                seal.forget_key(keys, spent_version)
    except FileNotFoundError as gone:
        message = "This check is closed"
        raise AlreadyClosed(message) from gone


_BOX = tuple(box.c[name] == bindparam(f"at_{name}") for name in ("organisation_id", "wave_id", "group_id"))
_MINE = tuple(ballot.c[name] == bindparam(f"at_{name}") for name in ("organisation_id", "wave_id", "group_id", "hash"))
# Written once, for building a statement takes longer than running it.
_SPEND = update(ballot).where(*_MINE, ballot.c.spent.is_(False)).values(spent=True)
_IS_SPENT = select(ballot.c.spent).where(*_MINE)
_TAKE_OUT = select(box.c.version, box.c.terms, box.c.sheets, box.c.comments).where(*_BOX).with_for_update()
_PUT_BACK = (
    update(box)
    .where(*_BOX)
    .values(version=bindparam("version"), sheets=bindparam("sheets"), comments=bindparam("comments"))
)


def _exchange(vault: Vault, where: Address, hash_of_code: bytes, sheet: bytes, comment: bytes, keys: int) -> int | None:
    place = {"at_organisation_id": where.organisation_id, "at_wave_id": where.wave_id, "at_group_id": where.group_id}
    with changing(vault) as connection:
        if not _spend(connection, place | {"at_hash": hash_of_code}):
            return None
        row = connection.execute(_TAKE_OUT, place).mappings().one()
        old, new = seal.read_key(keys, row["version"]), seal.add_key(keys, row["version"] + 1)
        content = {
            name: _reseal(row, where, name, addition, old, new)
            for name, addition in (("sheets", sheet), ("comments", comment))
        }
        connection.execute(_PUT_BACK, place | content | {"version": row["version"] + 1})
        return int(row["version"])


def _spend(connection: Connection, mine: Mapping[str, object]) -> bool:
    if connection.execute(_SPEND, mine).rowcount:
        return True
    if connection.scalar(_IS_SPENT, mine) is None:
        message = "No ballot has this code"
        raise UnknownBallot(message)
    return False


def _reseal(row: RowMapping, where: Address, name: str, addition: bytes, old: bytes, new: bytes) -> bytes:
    content = seal.unseal(old, row[name], where.bound(name, row["version"], row["terms"]))
    mixed = insert_somewhere(content, addition)
    return seal.seal(new, mixed, where.bound(name, row["version"] + 1, row["terms"]))


def insert_somewhere(content: bytes, addition: bytes) -> bytes:
    """Insert a record of fixed length at a random place, so that no place tells when it came."""
    if not addition:
        return content
    place = secrets.randbelow(len(content) // len(addition) + 1) * len(addition)
    return content[:place] + addition + content[place:]


def is_spent(vault: Vault, organisation_id: UUID, wave_id: UUID, hash_of_code: bytes) -> tuple[UUID, bool] | None:
    """Return the group and state of a ballot, or None when the wave has no such ballot."""
    with reading(vault) as connection:
        row = connection.execute(
            select(ballot.c.group_id, ballot.c.spent).where(
                ballot.c.organisation_id == organisation_id, ballot.c.wave_id == wave_id, ballot.c.hash == hash_of_code
            )
        ).one_or_none()
    return None if row is None else (row.group_id, row.spent)


def unspent(vault: Vault, organisation_id: UUID, wave_id: UUID) -> frozenset[bytes]:
    """Return the hashes of a wave's ballots that may still be used, for reminders."""
    with reading(vault) as connection:
        return frozenset(
            connection.scalars(
                select(ballot.c.hash).where(
                    ballot.c.organisation_id == organisation_id, ballot.c.wave_id == wave_id, ballot.c.spent.is_(False)
                )
            )
        )
