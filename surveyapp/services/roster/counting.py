"""Who is counted where on a given day."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from surveyapp.errors import NotFound
from surveyapp.privacy.groups import UnitRoster
from surveyapp.store.organisation import Organisation, Unit
from surveyapp.store.people import Membership


class TreeUnit(NamedTuple):
    """A unit as it stands in the tree; nearly every page reads hundreds of them."""

    id: UUID
    parent_id: UUID | None
    code: str
    name: str
    retired_on: date | None


@dataclass(frozen=True, slots=True)
class Tree:
    """The units of an organisation and how they hang together."""

    units: Mapping[UUID, TreeUnit]

    def above(self, unit_id: UUID) -> list[UUID]:
        """Return a unit and everything above it, nearest first."""
        chain: list[UUID] = []
        step: UUID | None = unit_id
        while step is not None and step in self.units and step not in chain:
            chain.append(step)
            step = self.units[step].parent_id
        return chain

    def below(self, unit_id: UUID) -> set[UUID]:
        """Return a unit and everything below it."""
        return {each for each in self.units if unit_id in self.above(each)}

    def insides(self) -> dict[UUID, set[UUID]]:
        """Return every unit and everything below it, for all units at once."""
        found: dict[UUID, set[UUID]] = {each: set() for each in self.units}
        for each in self.units:
            for upper in self.above(each):
                found[upper].add(each)
        return found

    def path(self, unit_id: UUID) -> str:
        """Return the names from the top to a unit, as people write where it belongs."""
        return " / ".join(self.units[each].name for each in reversed(self.above(unit_id)))

    def parents(self) -> set[UUID]:
        """Return the units that have others directly below them."""
        return {unit.parent_id for unit in self.units.values() if unit.parent_id is not None}


def in_order(tree: Tree, visible: Collection[UUID]) -> list[tuple[UUID, int]]:
    """Return visible units parents first, siblings by name, with their depth."""
    children: dict[UUID | None, list[UUID]] = {}
    for unit in sorted(tree.units.values(), key=lambda each: (each.name.casefold(), each.id)):
        if unit.id in visible:
            children.setdefault(unit.parent_id if unit.parent_id in visible else None, []).append(unit.id)
    ordered: list[tuple[UUID, int]] = []

    def walk(parent: UUID | None, depth: int) -> None:
        for unit_id in children.get(parent, []):
            ordered.append((unit_id, depth))
            walk(unit_id, depth + 1)

    walk(None, 0)
    return ordered


def tree_of(session: Session, organisation_id: UUID) -> Tree:
    """Load the tree of an organisation."""
    rows = session.execute(
        select(Unit.id, Unit.parent_id, Unit.code, Unit.name, Unit.retired_on).where(
            Unit.organisation_id == organisation_id
        )
    )
    return Tree({row.id: TreeUnit(*row) for row in rows})


def counted_in(session: Session, organisation_id: UUID, day: date, tree: Tree) -> dict[UUID, UUID]:
    """Return the unit in which each member is counted on a day; a team's lead counts one level up.

    A member with several memberships is counted once, in the one that began last.
    """
    rows = session.execute(
        select(Membership.member_id, Membership.unit_id, Membership.is_lead)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.starts_on <= day,
            or_(Membership.ends_on.is_(None), Membership.ends_on > day),
        )
        .order_by(Membership.starts_on, Membership.id)
    )
    return {member: _one_level_up(tree, unit) if is_lead else unit for member, unit, is_lead in rows}


def _one_level_up(tree: Tree, unit_id: UUID) -> UUID:
    return tree.units[unit_id].parent_id or unit_id


def unit_rosters(tree: Tree, counted: Mapping[UUID, UUID], audience: UUID) -> list[UnitRoster]:
    """Return every unit of an audience with the number of people counted directly in it."""
    people = Counter(counted.values())
    units = [tree.units[each] for each in tree.below(audience)]
    return [UnitRoster(unit.id, unit.parent_id, unit.name, people[unit.id]) for unit in units]


@dataclass(frozen=True, slots=True)
class TeamName:
    """A unit, by name."""

    organisation_id: UUID
    id: UUID
    name: str


def find_team(session: Session, unit_id: UUID) -> TeamName:
    """Return a unit by its id alone, as a link without an account gives it.

    Raises
    ------
    NotFound
        When there is none.
    """
    unit = session.scalars(select(Unit).where(Unit.id == unit_id)).first()
    if unit is None:
        message = "There is no such team"
        raise NotFound(message)
    return TeamName(unit.organisation_id, unit.id, unit.name)


def organisation_zone(session: Session, organisation_id: UUID) -> str:
    """Return the time zone in which an organisation's days begin."""
    return session.get_one(Organisation, (organisation_id,)).time_zone
