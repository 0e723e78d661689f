"""Delegations for those who have no part in them: counts over five or more, and nothing about any one of them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.learning.delegation import DRAFTED, TRUST_GREW, Delegation
from surveyapp.learning.history import replay
from surveyapp.learning.measures import independence, rescued
from surveyapp.privacy.outcome import Withheld
from surveyapp.services.accounts.access import Viewer, visible_units
from surveyapp.services.delegation.keeping import steps_of
from surveyapp.services.roster.counting import tree_of
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


def read_overview(session: Session, viewer: Viewer) -> Overview | Withheld:
    """Count the delegations of every unit that the account looks after, if there are enough of them.

    There is one number for all of these units together: with one for each, two of them could be subtracted.
    """
    units = visible_units(viewer, tree_of(session, viewer.organisation_id))
    rows = session.scalars(
        select(StoredDelegation).where(
            StoredDelegation.organisation_id == viewer.organisation_id,
            StoredDelegation.unit_id.in_(units),
            StoredDelegation.state != DRAFTED,
        )
    ).all()
    steps = steps_of(session, rows)
    whole = [replay(row.delegator_id, steps[row.id]) for row in rows]
    begun = [each for each in whole if any(cycle.closed_at for cycle in each.cycles)]
    if len(begun) < AT_LEAST:
        return Withheld(f"fewer than {AT_LEAST} delegations with a closed cycle")
    return _count(begun)


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
