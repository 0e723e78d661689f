"""Putting boxes up and putting sheets in: spend the ballot and add the sheet in one transaction, or neither."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from operator import itemgetter
from uuid import UUID

from sqlalchemy import Connection, RowMapping, insert, select

from surveyapp.errors import AlreadyClosed, UnknownBallot
from surveyapp.vault import envelopes, seal, slot
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

    def ballot(self, hash_of_code: bytes) -> dict[str, object]:
        """Say where one of its ballots stands, as the slot wants to know it."""
        return {
            "at_organisation_id": self.organisation_id,
            "at_wave_id": self.wave_id,
            "at_group_id": self.group_id,
            "at_hash": hash_of_code,
        }

    def bound_letter(self, column: str) -> bytes:
        """Say which box an envelope is for; it outlives the versions of the box, which are bound to the terms."""
        return self.bound(f"letter in {column}", 0, "")


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
            public = envelopes.create_pair(vault.private_keys, wave_id)
            keys = seal.create_keys(vault.keys, wave_id, [where.group_id for where in missing], public)
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
            public = seal.read_public(keys)
            letters = {
                name: envelopes.close_envelope(public, content, where.bound_letter(name))
                for name, content in (("sheets", sheet), ("comments", comment))
            }
            spent_version = _exchange(vault, where, hash_of_code, letters, keys)
            if spent_version is not None:
                seal.forget_key(keys, spent_version)
    except FileNotFoundError as gone:
        message = "This check is closed"
        raise AlreadyClosed(message) from gone


def _exchange(vault: Vault, where: Address, hash_of_code: bytes, letters: Mapping[str, bytes], keys: int) -> int | None:
    mine = where.ballot(hash_of_code)
    with changing(vault) as connection:
        row = slot.take_out(connection, mine)
        if row is None:
            _check_ballot(connection, where, mine)
            return None
        old, new = seal.read_key(keys, row["version"]), seal.add_key(keys, row["version"] + 1)
        content = {name: _reseal(row, where, name, letter, old, new) for name, letter in letters.items()}
        slot.put_back(connection, mine, row["version"], content)
        return int(row["version"])


def _check_ballot(connection: Connection, where: Address, mine: Mapping[str, object]) -> None:
    found = slot.find(connection, mine)
    if found is None or found[0] != where.group_id:
        message = "No ballot has this code"
        raise UnknownBallot(message)


def _reseal(row: RowMapping, where: Address, name: str, letter: bytes, old: bytes, new: bytes) -> bytes:
    content = seal.unseal(old, row[name], where.bound(name, row["version"], row["terms"]))
    mixed = insert_somewhere(content, letter)
    return seal.seal(new, mixed, where.bound(name, row["version"] + 1, row["terms"]))


def insert_somewhere(content: bytes, addition: bytes) -> bytes:
    """Insert a record of fixed length at a random place, so that no place tells when it came."""
    if not addition:
        return content
    place = secrets.randbelow(len(content) // len(addition) + 1) * len(addition)
    return content[:place] + addition + content[place:]


def is_spent(vault: Vault, organisation_id: UUID, wave_id: UUID, hash_of_code: bytes) -> tuple[UUID, bool] | None:
    """Return the group and state of a ballot, or None when the wave has no such ballot."""
    mine = {"at_organisation_id": organisation_id, "at_wave_id": wave_id, "at_hash": hash_of_code}
    with reading(vault) as connection:
        return slot.find(connection, mine)


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
