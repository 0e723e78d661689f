"""Which units are published as one number: decided from rosters alone, before anybody answers."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

NAMED = 3


@dataclass(frozen=True, slots=True)
class UnitRoster:
    """A unit and how many people are counted directly in it (a team's lead counts one level up)."""

    id: UUID
    parent_id: UUID | None
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """Units that are published together; ``large_enough`` is False when even the whole audience is too small."""

    unit_id: UUID
    units: tuple[UUID, ...]
    name: str
    people: int
    large_enough: bool

    @property
    def pooled(self) -> bool:
        """Whether several units share the number."""
        return len(self.units) > 1

    @property
    def series(self) -> str:
        """Name the composition, so that a group with the same units continues its line in the next quarter."""
        return hashlib.sha256(b"".join(sorted(unit.bytes for unit in self.units))).hexdigest()[:32]


def plan_groups(units: Sequence[UnitRoster], roster_min: int) -> tuple[PlannedGroup, ...]:
    """Group an audience: a unit large enough stands alone, smaller ones are pooled with their nearest relatives.

    Parameters
    ----------
    units : sequence of UnitRoster
        The audience; parents outside the audience end the climb.
    roster_min : int
        How many people a group needs.

    Returns
    -------
    tuple of PlannedGroup
        Every unit with people is in exactly one group. What stays too small even at the top is one last group that
        is never given a number.

    Notes
    -----
    Pools are filled in the order of the names, so the outcome depends on the rosters and on nothing anybody answers.
    """
    known = {unit.id: unit for unit in units}
    children: dict[UUID | None, list[UnitRoster]] = defaultdict(list)
    for unit in sorted(units, key=lambda each: (each.name, each.id)):
        children[unit.parent_id if unit.parent_id in known else None].append(unit)
    groups: list[PlannedGroup] = []

    def settle(unit: UnitRoster) -> list[UnitRoster]:
        small = [waiting for child in children[unit.id] for waiting in settle(child)]
        if unit.people >= roster_min:
            groups.append(_group([unit], unit, large_enough=True))
        elif unit.people:
            small.append(unit)
        return _pool(small, unit, roster_min, groups)

    left = [waiting for top in children[None] for waiting in settle(top)]
    left = _pool(left, left[0], roster_min, groups) if left else left
    if left:
        groups.append(_group(left, left[0], large_enough=False))
    return tuple(groups)


def _pool(small: list[UnitRoster], anchor: UnitRoster, roster_min: int, groups: list[PlannedGroup]) -> list[UnitRoster]:
    """Fill pools with small units; what cannot fill one goes back up to the next level."""
    if sum(unit.people for unit in small) < roster_min:
        return small
    pools: list[list[UnitRoster]] = [[]]
    for unit in small:
        if sum(each.people for each in pools[-1]) >= roster_min:
            pools.append([])
        pools[-1].append(unit)
    if len(pools) > 1 and sum(unit.people for unit in pools[-1]) < roster_min:
        pools[-2].extend(pools.pop())
    groups.extend(_group(pool, anchor, large_enough=True) for pool in pools)
    return []


def _group(units: Sequence[UnitRoster], anchor: UnitRoster, *, large_enough: bool) -> PlannedGroup:
    people = sum(unit.people for unit in units)
    return PlannedGroup(
        unit_id=units[0].id if len(units) == 1 else anchor.id,
        units=tuple(unit.id for unit in units),
        name=_name([unit.name for unit in units]),
        people=people,
        large_enough=large_enough,
    )


def _name(names: Iterable[str]) -> str:
    """Name a group so that its people recognise it: all names when they are few."""
    listed = list(names)
    if len(listed) <= NAMED:
        return " + ".join(listed)
    return f"{' + '.join(listed[: NAMED - 1])} + {len(listed) - NAMED + 1} more"
