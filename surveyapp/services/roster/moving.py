"""Moving a unit with everything below it under another one: what that changes, and doing it.

Nothing that was published moves. Who may see it does, at once; the groups that are counted together are made anew when
the next quarter begins, and another composition is another line.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Invalid, Said
from surveyapp.privacy.groups import PlannedGroup, plan_groups
from surveyapp.services.accounts.access import ROLES
from surveyapp.services.installation.auditing import note
from surveyapp.services.roster.counting import Tree, counted_in, tree_of, unit_rosters
from surveyapp.services.roster.tree import fold
from surveyapp.services.roster.units import unit_of
from surveyapp.store.accounts import Account, AccountRole
from surveyapp.store.organisation import Unit
from surveyapp.store.pulses import Pulse


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a role above a unit."""

    name: str
    role: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class PulseChange:
    """What a move does to a running pulse: lines that end and begin with the first wave from a day on."""

    name: str
    was_in: bool
    is_in: bool
    ends: tuple[str, ...]
    begins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What moving a unit would change; ``groups_from`` is the first day of the next quarter."""

    unit_id: UUID
    parent_id: UUID
    name: str
    from_path: str
    to_path: str
    gains: tuple[Holder, ...]
    loses: tuple[Holder, ...]
    pulses: tuple[PulseChange, ...]
    groups_from: date


def plan_move(session: Session, organisation_id: UUID, unit_id: UUID, parent_id: UUID, day: date) -> MovePlan:
    """Say what moving a unit under another one would change.

    Raises
    ------
    NotFound
        When one of them is not there.
    Conflict, Invalid
        When it cannot be moved there.
    """
    tree = tree_of(session, organisation_id)
    _check(session, tree, organisation_id, unit_id, parent_id)
    after = _moved(tree, unit_id, parent_id)
    before_roles, after_roles = (_holders(session, organisation_id, each.above(unit_id)) for each in (tree, after))
    return MovePlan(
        unit_id=unit_id,
        parent_id=parent_id,
        name=tree.units[unit_id].name,
        from_path=tree.path(unit_id),
        to_path=after.path(unit_id),
        gains=_only_in(after_roles, before_roles),
        loses=_only_in(before_roles, after_roles),
        pulses=_pulse_changes(session, organisation_id, tree, after, unit_id, day),
        groups_from=_next_quarter(day),
    )


def move_unit(
    session: Session,
    organisation_id: UUID,
    unit_id: UUID,
    parent_id: UUID,
    *,
    now: datetime,
    account_id: UUID | None = None,
) -> None:
    """Move a unit with everything below it under another one; raises as `plan_move` does."""
    tree = tree_of(session, organisation_id)
    _check(session, tree, organisation_id, unit_id, parent_id)
    unit, after = unit_of(session, organisation_id, unit_id), _moved(tree, unit_id, parent_id)
    unit.parent_id = parent_id
    told = f"{tree.path(unit_id)} ({unit.code}) to {after.path(unit_id)}"
    note(session, organisation_id, account_id, "move unit", told, now)
    session.commit()


def _check(session: Session, tree: Tree, organisation_id: UUID, unit_id: UUID, parent_id: UUID) -> None:
    unit, parent = (unit_of(session, organisation_id, each) for each in (unit_id, parent_id))
    if unit.parent_id is None:
        message = "The unit at the top stays: everything hangs on it"
        raise Conflict(message)
    if unit.retired_on is not None or parent.retired_on is not None:
        retired = unit if unit.retired_on is not None else parent
        message = Said("{unit} is retired; reopen it first", unit=retired.name)
        raise Conflict(message)
    if unit_id in tree.above(parent_id):
        raise Invalid("parent", parent.name, "a unit that does not lie below the one that is moved")
    if parent_id == unit.parent_id:
        raise Invalid("parent", parent.name, "another unit than the one that it is below already")
    beside = [each for each in tree.units.values() if each.parent_id == parent_id]
    if any(fold(each.name) == fold(unit.name) for each in beside):
        raise Invalid("parent", parent.name, "a unit that has none of this name below it")


def _moved(tree: Tree, unit_id: UUID, parent_id: UUID) -> Tree:
    """Return the tree as it would be."""
    return Tree({**tree.units, unit_id: tree.units[unit_id]._replace(parent_id=parent_id)})


def _holders(session: Session, organisation_id: UUID, units: Collection[UUID]) -> dict[tuple[UUID, str], Holder]:
    rows = session.execute(
        select(Account.id, Account.name, AccountRole.role, Unit.name)
        .join(
            AccountRole,
            (AccountRole.organisation_id == Account.organisation_id) & (AccountRole.account_id == Account.id),
        )
        .join(Unit, (Unit.organisation_id == AccountRole.organisation_id) & (Unit.id == AccountRole.unit_id))
        .where(
            Account.organisation_id == organisation_id,
            Account.disabled.is_(False),
            AccountRole.role.in_(ROLES),
            AccountRole.unit_id.in_(units),
        )
        .order_by(Account.name, AccountRole.role, Unit.name)
    )
    return {(account, role): Holder(name, role, unit) for account, name, role, unit in rows}


def _only_in(some: dict[tuple[UUID, str], Holder], others: dict[tuple[UUID, str], Holder]) -> tuple[Holder, ...]:
    return tuple(holder for key, holder in some.items() if key not in others)


def _pulse_changes(
    session: Session, organisation_id: UUID, tree: Tree, after: Tree, unit_id: UUID, day: date
) -> tuple[PulseChange, ...]:
    running = session.execute(
        select(Pulse.name, Pulse.unit_id, Pulse.roster_min)
        .where(Pulse.organisation_id == organisation_id, Pulse.state == "running")
        .order_by(Pulse.name)
    )
    changes = []
    for name, audience, roster_min in running:
        lines = []
        for each in (tree, after):
            rosters = unit_rosters(each, counted_in(session, organisation_id, day, each), audience)
            lines.append({group.series: group for group in plan_groups(rosters, roster_min)})
        was_in, is_in = (audience in each.above(unit_id) for each in (tree, after))
        changes.append(PulseChange(name, was_in, is_in, _gone(*lines), _gone(*reversed(lines))))
    return tuple(change for change in changes if change.was_in or change.is_in)


def _gone(some: dict[str, PlannedGroup], others: dict[str, PlannedGroup]) -> tuple[str, ...]:
    """Name the lines of some groups that others do not go on with."""
    return tuple(sorted(group.name for series, group in some.items() if series not in others))


def _next_quarter(day: date) -> date:
    month = day.month + 3 - (day.month - 1) % 3
    return date(day.year + month // 13, (month - 1) % 12 + 1, 1)
