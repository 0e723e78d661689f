"""How answers lie in the vault of a running installation, looked at from outside as a thief of the files would.

Everything here goes by what the database says of itself, not by what this program believes its tables to be.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Integer, MetaData, Table, func, select
from sqlalchemy.orm import Session

from surveyapp.privacy.ballots import derive_code, hash_code
from surveyapp.settings import Settings
from surveyapp.store.database import make_engine
from surveyapp.store.invitations import Invitation
from surveyapp.store.pulses import Wave

TIMES = (date, datetime, time, timedelta)
ONE_BOX_PER_GROUP = {"organisation_id", "wave_id", "group_id"}
# What would tie a row of the vault to a person or a device, as part of the name of a column.
PERSONAL = {"member", "account", "person", "name", "email", "mail", "ip", "agent", "device", "cookie", "session"}
# Until a wave has been erased, its boxes may be there.
KEEPS_BOXES = ("open", "closed", "released")
# Standard errors; chance alone goes further once in 16,000 times.
BY_CHANCE = 4


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is as promised, and in words what was seen."""

    kept: bool
    text: str


def check_storage(session: Session, settings: Settings) -> list[Check]:
    """Look at tables, boxes, keys and order of the vault, and at what the main database still knows of closed waves."""
    engine = make_engine(settings.vault_open_url)
    try:
        with engine.connect() as connection:
            tables = _tables(connection)
            checks = [*_shape(tables), _invitations(session)]
            if {"box", "ballot"} <= tables.keys():
                checks += [_boxes(session, connection, tables["box"]), _keys(session, settings)]
                checks.append(_order(session, connection, tables["ballot"], settings.ballot_key))
            return checks
    finally:
        engine.dispose()


def _tables(connection: Connection) -> dict[str, Table]:
    metadata = MetaData()
    metadata.reflect(connection)
    return {name: table for name, table in metadata.tables.items() if name != "alembic_version"}


def _check(wrong: Collection[str], kept: str, broken: str) -> Check:
    return Check(kept=False, text=f"{broken}: {', '.join(sorted(wrong))}") if wrong else Check(kept=True, text=kept)


def _shape(tables: Mapping[str, Table]) -> Iterator[Check]:
    box = tables.get("box")
    key = {column.name for column in box.primary_key} if box is not None else set()
    yield _check(
        ONE_BOX_PER_GROUP ^ key,
        "answers lie in boxes, one row for each group and wave; no answer has a row of its own",
        "the table of boxes does not have one row for each group and wave",
    )
    columns = [column for table in tables.values() for column in table.columns]
    timed = [str(column) for column in columns if issubclass(column.type.python_type, TIMES)]
    yield _check(timed, "no column of the vault holds a time", "columns of the vault that hold a time")
    personal = [str(column) for column in columns if PERSONAL & set(column.name.split("_"))]
    yield _check(personal, "no column of the vault names a person or a device", "columns about people in the vault")
    numbered = [str(each) for each in columns if isinstance(each.type, Integer) and (each.primary_key or each.identity)]
    yield _check(numbered, "no row of the vault is numbered as it came", "columns that number rows of the vault")


def _waves_with_boxes(session: Session) -> set[UUID]:
    return set(session.scalars(select(Wave.id).where(Wave.state.in_(KEEPS_BOXES))))


def _boxes(session: Session, connection: Connection, box: Table) -> Check:
    kept = _waves_with_boxes(session)
    found = [_uuid(each) for each in connection.scalars(select(box.c.wave_id))]
    over = [each for each in found if each not in kept]
    if over:
        return Check(kept=False, text=f"{len(over)} boxes of waves that are over have not been destroyed")
    return Check(kept=True, text=f"{len(found)} boxes, all of waves that are open or in their days of grace")


def _keys(session: Session, settings: Settings) -> Check:
    kept = {each.hex for each in _waves_with_boxes(session)}
    folders = [settings.vault_keys, settings.vault_open_keys]
    over = [path for folder in folders if folder.exists() for path in folder.iterdir() if path.name not in kept]
    left = [path for path in over if path.is_file() or any(path.iterdir())]
    return _check([path.name for path in left], "no key of a wave that is over is left", "keys that should be gone")


def _order(session: Session, connection: Connection, ballot: Table, ballot_key: bytes) -> Check:
    """Compare the order in which ballots lie in the vault with orders of the invitations, which name people."""
    rows = session.execute(_INVITED).all()
    codes = [hash_code(derive_code(ballot_key, row.seed)) for row in rows]
    # As they are stored, and as an index would give them.
    orders = [list(range(len(rows))), _ranks([row.member_id for row in rows]), _ranks([row.id for row in rows])]
    place = {code: number for number, code in enumerate(codes)}
    # Whole rows, for an index could give single columns in an order of its own. The group of a ballot is no secret, so
    # each group is held against its own invitations.
    groups: dict[UUID, list[int]] = {}
    for row in connection.execute(select(ballot)):
        if bytes(row.hash) in place:
            groups.setdefault(row.group_id, []).append(place[bytes(row.hash)])
    told = [places for places in groups.values() if len(places) >= 3]
    if not told:
        return Check(kept=True, text="no wave is open, so no ballots can be matched to invitations")
    errors = max(_errors([[order[each] for each in places] for places in told]) for order in orders)
    ballots = sum(len(places) for places in told)
    text = f"the order of {ballots} ballots and that of their invitations differ as by chance"
    if errors < BY_CHANCE:
        return Check(kept=True, text=text)
    return Check(kept=False, text=f"ballots lie in the order of their invitations ({errors:.0f} standard errors)")


# Without an order, databases give rows as they lie.
_INVITED = select(Invitation.seed, Invitation.member_id, Invitation.id)


def _ranks(values: Sequence[UUID]) -> list[int]:
    place = {value: rank for rank, value in enumerate(sorted(values))}
    return [place[value] for value in values]


def _errors(groups: Sequence[Sequence[int]]) -> float:
    """Say by how many standard errors some sequences together differ from an order by chance."""
    found = sum(_correlation(ranks) * math.sqrt(len(ranks) - 1) for ranks in groups)
    return abs(found) / math.sqrt(len(groups))


def _correlation(ranks: Sequence[int]) -> float:
    """Return Spearman's rank correlation of a sequence without ties with its own order."""
    place = {rank: number for number, rank in enumerate(sorted(ranks))}
    n = len(ranks)
    squares = sum((place[rank] - number) ** 2 for number, rank in enumerate(ranks))
    return 1 - 6 * squares / (n * (n**2 - 1))


def _invitations(session: Session) -> Check:
    query = (
        select(func.count())
        .select_from(Invitation)
        .join(Wave, (Wave.organisation_id == Invitation.organisation_id) & (Wave.id == Invitation.wave_id))
        .where(Wave.state.in_(("released", "erased")))
    )
    left = session.scalar(query)
    if left:
        return Check(kept=False, text=f"{left} invitations of released waves still say who was invited")
    return Check(kept=True, text="who was invited to a released wave is not kept")


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))
