"""Delegations for those who have no part in them: counts over five or more, and nothing about any one of them."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.learning.delegation import DRAFTED, TRUST_GREW, Delegation
from surveyapp.learning.history import replay
from surveyapp.learning.measures import independence, rescued
from surveyapp.privacy.outcome import Withheld
from surveyapp.services.accounts.access import Viewer, visible_units
from surveyapp.services.delegation.keeping import steps_of
from surveyapp.services.log.team_page import Finding, trio_of
from surveyapp.services.roster.counting import Tree, tree_of
from surveyapp.store.delegation import StoredDelegation

# Of fewer, a count could be read as one person's.
AT_LEAST = 5


@dataclass(frozen=True, slots=True)
class Overview:
    """How delegations of some units go, each count beside what it is out of."""

    delegations: int
    cycles: int
    within_bar: int
    taken_over: int
    trust_grew: int
    learning_accelerated: int
    independent: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What the three questions of the whole product came to in a unit, as its team page tells it."""

    unit_id: UUID
    unit_name: str
    findings: tuple[Finding, ...]


def read_overview(session: Session, viewer: Viewer) -> Overview | Withheld:
    """Count the delegations of every unit that the account looks after, if there are enough of them.

    There is one number for all of these units together: with one for each, two of them could be subtracted. For the
    same reason enough have to be left beside the units inside of which team pages tell.
    """
    tree = tree_of(session, viewer.organisation_id)
    units = visible_units(viewer, tree)
    rows = session.scalars(
        select(StoredDelegation).where(
            StoredDelegation.organisation_id == viewer.organisation_id,
            StoredDelegation.unit_id.in_(units),
            StoredDelegation.state != DRAFTED,
        )
    ).all()
    steps = steps_of(session, rows)
    whole = [(row.unit_id, replay(row.delegator_id, steps[row.id])) for row in rows]
    begun = [(unit_id, each) for unit_id, each in whole if any(cycle.closed_at for cycle in each.cycles)]
    if len(begun) < AT_LEAST:
        return Withheld(f"fewer than {AT_LEAST} delegations with a closed cycle")
    taken = Counter(unit_id for unit_id, each in whole if each.accepted_at is not None)
    inside = tree.insides()
    told = units_to_tell(tree, {each: sum(taken[one] for one in inside[each]) for each in units})
    beside = [each for unit_id, each in begun if unit_id and told.isdisjoint(tree.above(unit_id))]
    if 0 < len(beside) < AT_LEAST:
        return Withheld("beside the teams that are told, fewer than five are left")
    return _count([each for _, each in begun])


def read_outcomes(session: Session, viewer: Viewer) -> tuple[Outcomes, ...]:
    """Return the outcomes of each unit that the account looks after and that lies below no other of them."""
    tree = tree_of(session, viewer.organisation_id)
    units = outermost(tree, visible_units(viewer, tree))
    return tuple(
        Outcomes(unit_id, tree.units[unit_id].name, trio_of(session, viewer.organisation_id, unit_id))
        for unit_id in sorted(units, key=tree.path)
    )


def outermost(tree: Tree, units: Collection[UUID]) -> frozenset[UUID]:
    """Return the units that lie below no other of them."""
    found = frozenset(units)
    return frozenset(each for each in found if found.isdisjoint(tree.above(each)[1:]))


def units_to_tell(tree: Tree, handed_over: Mapping[UUID, int]) -> frozenset[UUID]:
    """Return the units of which delegations are told: five or more, beside those of units below that are told.

    With fewer beside them, the figure of a team could be taken from that of its department to see the rest.
    """
    told: set[UUID] = set()
    below = tree.insides()
    for unit_id in sorted(handed_over, key=lambda each: -len(tree.above(each))):
        inside = told & below[unit_id]
        # Of units inside each other, the outer one holds the inner one.
        rest = handed_over[unit_id] - sum(handed_over[each] for each in outermost(tree, inside))
        if handed_over[unit_id] >= AT_LEAST and (rest == 0 or rest >= AT_LEAST):
            told.add(unit_id)
    return frozenset(told)


def _count(delegations: list[Delegation]) -> Overview:
    closed = [(each.owner, cycle) for each in delegations for cycle in each.cycles if cycle.closed_at]
    trust = sum(cycle.outcome == TRUST_GREW for _, cycle in closed)
    return Overview(
        delegations=len(delegations),
        cycles=len(closed),
        within_bar=sum(cycle.within_bar for _, cycle in closed),
        taken_over=sum(rescued(cycle, owner) for owner, cycle in closed),
        trust_grew=trust,
        learning_accelerated=len(closed) - trust,
        independent=sum(independence(each) is not None for each in delegations),
    )
