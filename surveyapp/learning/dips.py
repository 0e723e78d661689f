"""How deliveries go around a rise of autonomy: a dip is to be expected, and to be over after a few cycles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surveyapp.learning.delegation import Cycle, Delegation
from surveyapp.learning.outcomes import DIP, Count

# How a delegation stands after the last rise of its level.
NO_RISE, EXPECTED, RECOVERED, LASTING = ("no_rise", "expected", "recovered", "lasting")
# Where level and quality went together.
BOTH, TOO_MUCH, HELD_BACK, NEITHER = ("both", "too_much", "held_back", "neither")
FEWEST = 4
BEFORE, AFTER = 3, 2 * DIP
# So many of the last deliveries have to be good for the work to count as mastered.
MASTERED = 0.7


@dataclass(frozen=True, slots=True)
class Coupling:
    """Where autonomy and quality went from the first deliveries to the last ones.

    ``before`` and ``after`` are those within the bar, each out of ``n``.
    """

    quadrant: str
    n: int
    before: int
    after: int


def done(delegation: Delegation) -> list[Cycle]:
    """Return the cycles that were delivered."""
    return [each for each in delegation.cycles if each.delivered_at is not None]


def share_of_bar(cycle: Cycle) -> float | None:
    """Return how much of the acceptable error a delivery used up: above 1 it was out of the bar."""
    if cycle.value is None or cycle.bar.high == cycle.bar.low:
        return None
    middle, half = (cycle.bar.high + cycle.bar.low) / 2, (cycle.bar.high - cycle.bar.low) / 2
    # A range that begins at 0 is about being near 0, any other one about being near its middle.
    return abs(cycle.value) / cycle.bar.high if cycle.bar.low == 0 else abs(cycle.value - middle) / half


def rises(cycles: Sequence[Cycle]) -> list[int]:
    """Return the places of the cycles that began with more autonomy than the one before."""
    return [place for place in range(1, len(cycles)) if cycles[place].level > cycles[place - 1].level]


def after_the_last_rise(delegation: Delegation) -> str:
    """Tell how a delegation stands after the last rise of its level.

    While two cycles are not over, misses are expected and no reason for anything; a dip is over after two good
    deliveries in a row, and lasts when there were none within twice that time.
    """
    cycles = done(delegation)
    raised = rises(cycles)
    if not raised:
        return NO_RISE
    after = [each.within_bar for each in cycles[raised[-1] :]]
    missed = not all(after[:DIP])
    if not missed:
        return RECOVERED if len(after) >= DIP else EXPECTED
    if any(all(after[place : place + DIP]) for place in range(len(after) - DIP + 1)):
        return RECOVERED
    return LASTING if len(after) >= AFTER else EXPECTED


def around_rises(delegations: Iterable[Delegation]) -> dict[int, Count]:
    """Count deliveries within the bar by their distance from a rise; the first with more autonomy is 0."""
    found: dict[int, list[bool]] = {place: [] for place in range(-BEFORE, AFTER)}
    for each in delegations:
        cycles = done(each)
        for raised in rises(cycles):
            for place in range(-BEFORE, AFTER):
                if 0 <= raised + place < len(cycles):
                    found[place].append(cycles[raised + place].within_bar)
    return {place: Count(sum(hits), len(hits)) for place, hits in found.items()}


def coupling(delegation: Delegation) -> Coupling | None:
    """Tell whether autonomy and quality rose together, from the first half of the deliveries to the second.

    What is high already and stays there counts as risen.
    """
    cycles = done(delegation)
    if len(cycles) < FEWEST:
        return None
    half = len(cycles) // 2
    first, last = cycles[:half], cycles[-half:]
    level = _mean([each.level for each in last]) > _mean([each.level for each in first])
    before, after = (sum(each.within_bar for each in part) for part in (first, last))
    quality = after > before or after >= MASTERED * half
    quadrant = (BOTH if quality else TOO_MUCH) if level else (HELD_BACK if quality else NEITHER)
    return Coupling(quadrant, half, before, after)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
