"""The change of one team among those of teams to which nothing was done: every team a dot, without names.

Places across are in percent of the width and places down in pixels, as in ``trend``.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from surveyapp.charts.intervals import Tick
from surveyapp.languages import signed

TOP, FOOT = 30, 30
ACROSS = 40
TALLEST, ROOM = 12, 160


@dataclass(frozen=True, slots=True)
class Dot:
    """The place of a team."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class PlaceboChart:
    """Dots stacked over an axis of changes, each scaled by what teams of its size move by chance."""

    height: int
    base: int
    others: tuple[Dot, ...]
    own: Dot
    ticks: tuple[Tick, ...]
    neutral: float


def placebo_chart(own: float, others: Sequence[float]) -> PlaceboChart:
    """Lay out the changes.

    Parameters
    ----------
    own : float
        Scaled change of the team in question.
    others : sequence of float
        Scaled changes of the other teams, in no order that would name them.
    """
    limit = max(2, math.ceil(max(abs(value) for value in (own, *others))))

    def across(value: float) -> float:
        return round(4 + 92 * (value + limit) / (2 * limit), 2)

    heaps: dict[int, int] = {}
    places = []
    for value in sorted(others):
        heap = round((value + limit) / (2 * limit) * ACROSS)
        heaps[heap] = heaps.get(heap, 0) + 1
        places.append((heap, heaps[heap]))
    tallest = max([1, *heaps.values()])
    step = min(TALLEST, ROOM / tallest)
    base = TOP + 22 + round(step * tallest)
    return PlaceboChart(
        height=base + FOOT,
        base=base,
        others=tuple(
            Dot(across(heap / ACROSS * 2 * limit - limit), round(base - 6 - step * (place - 1), 1))
            for heap, place in places
        ),
        own=Dot(across(own), TOP),
        ticks=tuple(Tick(across(at), signed(at, None), spare=at % 2 == 1) for at in range(-limit, limit + 1)),
        neutral=across(0.0),
    )
