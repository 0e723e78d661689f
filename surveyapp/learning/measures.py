"""What a delegation shows about restraint and presence; for its two people only, and never a score."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from uuid import UUID

from surveyapp.learning.delegation import EXTRA, Cycle, Delegation

# What takes work out of the owner's hands. A question, an unblocked way or a further look does not.
TAKING = frozenset({"gave_answer", "corrected", "edited_directly", "took_over", "fixed_after_hours"})
# From this level on the owner ships without being looked at first.
INDEPENDENT_LEVEL = 4
IN_A_ROW = 2


@dataclass(frozen=True, slots=True)
class Independence:
    """How long it took until two deliveries in a row were good without help; the first of the two counts."""

    cycles: int
    days: float


@dataclass(frozen=True, slots=True)
class Presence:
    """How restrained and how present the delegator was, side by side: few rescues may mean that nobody was there."""

    cycles: int
    rescued: int
    extra_checks: int
    planned_checkpoints: int
    missed_checkpoints: int
    corrections: int
    asked_first: int
    interventions: int
    questions_asked: int
    answered: int
    waiting: int
    answer_hours: float | None

    @property
    def absent(self) -> bool:
        """Whether few rescues come with slow answers or missed checkpoints."""
        slow = self.answer_hours is not None and self.answer_hours > 24
        missed = self.planned_checkpoints > 0 and self.missed_checkpoints * 2 >= self.planned_checkpoints
        return self.rescued * 2 <= self.cycles and (slow or missed)


def rescued(cycle: Cycle, owner: UUID | None) -> bool:
    """Tell whether the work was taken out of the owner's hands, unasked and before a trigger was crossed."""
    taken = any(each.kind in TAKING and not each.requested and not each.after_trigger for each in cycle.interventions)
    return taken or (cycle.correction is not None and cycle.correction.by != owner)


def extra_checks(cycle: Cycle) -> int:
    """Count looks at the work beyond the agreed checkpoints that nobody asked for."""
    added = sum(each.kind == EXTRA for each in cycle.checkpoints)
    return added + sum(each.kind == "extra_check" and not each.requested for each in cycle.interventions)


def missed_checkpoints(cycle: Cycle, now: datetime) -> int:
    """Count checkpoints whose time passed, before the delivery, without anybody holding them."""
    until = cycle.delivered_at or now
    return sum(each.held_at is None and each.planned_at < until for each in cycle.checkpoints)


def presence(delegation: Delegation, now: datetime) -> Presence:
    """Put restraint and presence side by side."""
    cycles = delegation.cycles
    stepped_in = [each for cycle in cycles for each in cycle.interventions]
    corrections = [each for each in stepped_in if each.kind in {"corrected", "edited_directly"}]
    waits = [each.answered_at - each.at for each in delegation.questions if each.answered_at]
    return Presence(
        cycles=len(cycles),
        rescued=sum(rescued(cycle, delegation.owner) for cycle in cycles),
        extra_checks=sum(map(extra_checks, cycles)),
        planned_checkpoints=sum(each.kind != EXTRA for cycle in cycles for each in cycle.checkpoints),
        missed_checkpoints=sum(missed_checkpoints(cycle, now) for cycle in cycles),
        corrections=len(corrections),
        asked_first=sum(each.asked_first for each in corrections),
        interventions=len(stepped_in),
        questions_asked=sum(each.kind == "asked_question" for each in stepped_in),
        answered=len(waits),
        waiting=len(delegation.questions) - len(waits),
        answer_hours=median(wait.total_seconds() / 3600 for wait in waits) if waits else None,
    )


def independence(delegation: Delegation) -> Independence | None:
    """Return the time to independent delivery, or nothing while it has not come."""
    row = 0
    for cycle in delegation.cycles:
        row = row + 1 if _independent(cycle, delegation.owner) else 0
        if row == IN_A_ROW and delegation.accepted_at:
            first = delegation.cycles[cycle.number - IN_A_ROW]
            if first.delivered_at:
                days = (first.delivered_at - delegation.accepted_at).total_seconds() / 86400
                return Independence(first.number, days)
    return None


def _independent(cycle: Cycle, owner: UUID | None) -> bool:
    good = cycle.delivered_at is not None and cycle.within_bar
    return good and not rescued(cycle, owner) and cycle.level >= INDEPENDENT_LEVEL


def brier(cycles: Iterable[Cycle]) -> tuple[float, int] | None:
    """Return how far the owner's confidence was from what came, 0 being perfect, and over how many deliveries."""
    misses = [
        (each.confidence / 100 - each.within_bar) ** 2
        for each in cycles
        if each.confidence is not None and each.delivered_at
    ]
    return (sum(misses) / len(misses), len(misses)) if misses else None
