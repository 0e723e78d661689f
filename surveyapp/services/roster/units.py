"""The organisation's tree, as admins look after it: units listed, added, renamed, retired and reopened."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Invalid, NotFound, Said
from surveyapp.services.installation.auditing import note
from surveyapp.services.roster.counting import Tree, in_order, tree_of
from surveyapp.services.roster.tree import code_for, fold
from surveyapp.store.organisation import Unit
from surveyapp.store.people import Member, Membership
from surveyapp.store.pulses import Pulse

LONGEST = 200


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in the tree, with the people in it and in everything below it."""

    id: UUID
    name: str
    code: str
    path: str
    depth: int
    people: int
    people_below: int
    retired_on: date | None


@dataclass(frozen=True, slots=True)
class UnitCard:
    """A unit with what surrounds it; ``keeps_open`` says why it cannot be retired."""

    line: UnitLine
    above: tuple[UnitLine, ...]
    below: tuple[UnitLine, ...]
    leads: tuple[str, ...]
    keeps_open: str


def unit_lines(session: Session, organisation_id: UUID, day: date) -> list[UnitLine]:
    """Return every unit, parents first and siblings by name, with the people who are there on a day."""
    tree = tree_of(session, organisation_id)
    here = Counter(
        session.scalars(select(Membership.unit_id).where(Membership.organisation_id == organisation_id, *_there(day)))
    )
    below: Counter[UUID] = Counter()
    for unit_id, people in here.items():
        below.update(dict.fromkeys(tree.above(unit_id), people))
    return [
        UnitLine(
            id=unit_id,
            name=tree.units[unit_id].name,
            code=tree.units[unit_id].code,
            path=tree.path(unit_id),
            depth=depth,
            people=here[unit_id],
            people_below=below[unit_id],
            retired_on=tree.units[unit_id].retired_on,
        )
        for unit_id, depth in in_order(tree, tree.units)
    ]


def _there(day: date) -> tuple[ColumnElement[bool], ...]:
    return Membership.starts_on <= day, or_(Membership.ends_on.is_(None), Membership.ends_on > day)


def find_unit(session: Session, organisation_id: UUID, unit_id: UUID, day: date) -> UnitCard:
    """Return one unit.

    Raises
    ------
    NotFound
        When the organisation has no such unit.
    """
    unit = unit_of(session, organisation_id, unit_id)
    tree = tree_of(session, organisation_id)
    lines = {line.id: line for line in unit_lines(session, organisation_id, day)}
    leads = session.scalars(
        select(Member.name)
        .join(
            Membership,
            (Membership.organisation_id == Member.organisation_id) & (Membership.member_id == Member.id),
        )
        .where(
            Membership.organisation_id == organisation_id,
            Membership.unit_id == unit_id,
            Membership.is_lead,
            *_there(day),
        )
        .order_by(Member.name)
    )
    return UnitCard(
        line=lines[unit_id],
        above=tuple(lines[each] for each in reversed(tree.above(unit_id)[1:])),
        below=tuple(line for line in lines.values() if tree.units[line.id].parent_id == unit_id),
        leads=tuple(leads),
        keeps_open=_keeps_open(session, unit, day),
    )


def unit_of(session: Session, organisation_id: UUID, unit_id: UUID) -> Unit:
    """Return the row of a unit; raises NotFound when the organisation has none such."""
    unit = session.get(Unit, (organisation_id, unit_id))
    if unit is None:
        message = "There is no such unit"
        raise NotFound(message)
    return unit


def add_unit(
    session: Session,
    organisation_id: UUID,
    parent_id: UUID,
    name: str,
    code: str = "",
    *,
    now: datetime,
    account_id: UUID | None = None,
) -> UUID:
    """Add a unit below another; without a code it gets one made from its name.

    Raises
    ------
    Invalid, Conflict
        When the name or code cannot be taken, or the unit above is retired.
    """
    parent = unit_of(session, organisation_id, parent_id)
    if parent.retired_on is not None:
        message = Said("{unit} is retired; reopen it first", unit=parent.name)
        raise Conflict(message)
    _check_name(session, organisation_id, parent_id, name)
    codes = session.scalars(select(Unit.code).where(Unit.organisation_id == organisation_id)).all()
    unit = Unit(
        organisation_id=organisation_id,
        id=uuid4(),
        parent_id=parent_id,
        name=name.strip(),
        code=code.strip() or code_for(name, codes),
        retired_on=None,
    )
    session.add(unit)
    note(session, organisation_id, account_id, "add unit", f"{unit.name} ({unit.code}) below {parent.name}", now)
    _commit(session, unit.code)
    return unit.id


def rename_unit(
    session: Session,
    organisation_id: UUID,
    unit_id: UUID,
    name: str,
    code: str = "",
    *,
    now: datetime,
    account_id: UUID | None = None,
) -> None:
    """Give a unit another name or code; its people, groups and results stay with it.

    Raises
    ------
    Invalid
        When a unit beside it has the name, or another unit the code.
    """
    unit = unit_of(session, organisation_id, unit_id)
    _check_name(session, organisation_id, unit.parent_id, name, but=unit_id)
    before = f"{unit.name} ({unit.code})"
    unit.name, unit.code = name.strip(), code.strip() or unit.code
    note(session, organisation_id, account_id, "rename unit", f"{before} to {unit.name} ({unit.code})", now)
    _commit(session, unit.code)


def _check_name(
    session: Session, organisation_id: UUID, parent_id: UUID | None, name: str, but: UUID | None = None
) -> None:
    if not 0 < len(name.strip()) <= LONGEST:
        raise Invalid("name", name, f"a name of 1 to {LONGEST} letters")
    beside = session.scalars(
        select(Unit).where(
            Unit.organisation_id == organisation_id,
            Unit.parent_id == parent_id if parent_id else Unit.parent_id.is_(None),
        )
    )
    if any(fold(each.name) == fold(name) and each.id != but for each in beside):
        raise Invalid("name", name, "a name that no unit beside it has")


def _commit(session: Session, code: str) -> None:
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Invalid("code", code, "a code that no other unit has") from error


def retire_unit(
    session: Session,
    organisation_id: UUID,
    unit_id: UUID,
    day: date,
    *,
    now: datetime,
    account_id: UUID | None = None,
) -> None:
    """Take a unit out of use; what was published about it stays.

    Raises
    ------
    Conflict
        While people belong to it, units in use lie below it, or a running pulse is about it.
    """
    unit = unit_of(session, organisation_id, unit_id)
    if reason := _keeps_open(session, unit, day):
        raise Conflict(reason)
    unit.retired_on = day
    note(session, organisation_id, account_id, "retire unit", f"{unit.name} ({unit.code})", now)
    session.commit()


def reopen_unit(
    session: Session, organisation_id: UUID, unit_id: UUID, *, now: datetime, account_id: UUID | None = None
) -> None:
    """Take a retired unit back into use, with the units above it."""
    tree = tree_of(session, organisation_id)
    unit = unit_of(session, organisation_id, unit_id)
    for each in tree.above(unit_id):
        unit_of(session, organisation_id, each).retired_on = None
    note(session, organisation_id, account_id, "reopen unit", f"{unit.name} ({unit.code})", now)
    session.commit()


def _keeps_open(session: Session, unit: Unit, day: date) -> str:
    """Say why a unit cannot be retired, or nothing."""
    mine = Unit.organisation_id == unit.organisation_id
    if unit.parent_id is None:
        return Said("The unit at the top stays: everything hangs on it")
    if session.scalars(select(Unit.id).where(mine, Unit.parent_id == unit.id, Unit.retired_on.is_(None))).first():
        return Said("There are units in use below it; retire those first")
    to_come = or_(Membership.ends_on.is_(None), Membership.ends_on > day)
    people = select(Membership.id).where(
        Membership.organisation_id == unit.organisation_id, Membership.unit_id == unit.id, to_come
    )
    if session.scalars(people).first():
        return Said("People belong to it; move them first, by importing a roster file")
    running = select(Pulse.name).where(
        Pulse.organisation_id == unit.organisation_id, Pulse.unit_id == unit.id, Pulse.state == "running"
    )
    if name := session.scalars(running).first():
        return Said("The pulse {pulse} is about it; stop that first", pulse=name)
    return ""


def unit_choices(tree: Tree) -> list[tuple[UUID, str]]:
    """Return the units in use for a list to choose from, each set in below the one that it belongs to."""
    indent = "\N{NO-BREAK SPACE}" * 3
    in_use = {unit_id for unit_id, unit in tree.units.items() if unit.retired_on is None}
    return [(unit_id, indent * depth + tree.units[unit_id].name) for unit_id, depth in in_order(tree, in_use)]
