"""Chance for the demonstration: the same seed gives the same throws."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import log
from typing import TypeVar

T = TypeVar("T")
GRAIN = 10_000
SATURDAY = 5


class Dice:
    """Throws for a story that is told once.

    Parameters
    ----------
    draw : callable
        Draws a whole number from 0 up to below another one.
    """

    def __init__(self, draw: Callable[[int], int]) -> None:
        self.below = draw

    def chance(self, share: float) -> bool:
        """Tell whether something happens that happens so often."""
        return self.below(GRAIN) < share * GRAIN

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of several things."""
        return choices[self.below(len(choices))]

    def some(self, choices: Sequence[T], most: int) -> tuple[T, ...]:
        """Return none up to some of several things, each once."""
        return tuple(dict.fromkeys(self.pick(choices) for _ in range(self.below(most + 1))))

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high."""
        return low + self.below(high - low + 1)

    def wait(self, mean: float) -> float:
        """Return a waiting time; most are short and few are long."""
        return -mean * log((self.below(GRAIN) + 1) / (GRAIN + 1))

    def work_hour(self, day: datetime) -> datetime:
        """Return a moment between nine and five on a day, or on the Monday after a weekend."""
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
        return day.replace(hour=self.between(8, 15), minute=self.below(60), second=0, microsecond=0)
