"""Deliveries one after the other, with the stretch in which a dip is to be expected; and the same in words.

Places across are in percent of the width and places down in pixels, as in ``trend``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 220
TOP = 26
BASE = 184
# More labels than this would run into each other on a phone.
LABELS = 12


@dataclass(frozen=True, slots=True)
class Given:
    """What a chart is told of one delivery, or of many at the same distance from a rise.

    ``value`` is None where there is none. ``expected`` is whether a dip is to be expected here, ``hollow`` whether the
    mark is drawn as a ring, and ``sign`` says what else happened, or nothing.
    """

    label: str
    words: str
    value: float | None
    low: float | None = None
    high: float | None = None
    expected: bool = False
    hollow: bool = False
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One delivery: its place, the ends of its interval if it has one, and its words."""

    x: float
    y: float
    y_low: float | None
    y_high: float | None
    words: str
    hollow: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """That something else happened at a place."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class CycleChart:
    """Deliveries as geometry; ``dips`` are stretches across, each with its beginning and its width."""

    height: int
    top: int
    base: int
    marks: tuple[Mark, ...]
    line: str
    dips: tuple[tuple[float, float], ...]
    signs: tuple[Sign, ...]
    limit: float | None
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def cycle_chart(
    given: Sequence[Given], ticks: Sequence[tuple[float, str]], *, limit: float | None = None
) -> CycleChart:
    """Lay out deliveries.

    Parameters
    ----------
    given : sequence of Given
        Oldest first.
    ticks : sequence of tuple of float and str
        Labelled values from the lowest to the highest; what lies beyond them is drawn at the end.
    limit : float, optional
        A value to draw a line at.
    """
    lowest, highest = ticks[0][0], ticks[-1][0]

    def down(value: float) -> float:
        inside = max(lowest, min(highest, value))
        return round(TOP + (BASE - TOP) * (highest - inside) / (highest - lowest), 1)

    step = 100 / max(len(given), 1)
    across = [round(step * (place + 0.5), 2) for place in range(len(given))]
    marks = [
        Mark(
            x,
            down(each.value),
            None if each.low is None else down(each.low),
            None if each.high is None else down(each.high),
            each.words,
            each.hollow,
        )
        for x, each in zip(across, given, strict=True)
        if each.value is not None
    ]
    every = max(1, -(-len(given) // LABELS))
    return CycleChart(
        height=HEIGHT,
        top=TOP,
        base=BASE,
        marks=tuple(marks),
        line="M" + "L".join(f"{mark.x} {mark.y}" for mark in marks) if len(marks) > 1 else "",
        dips=tuple(_stretches([each.expected for each in given], step)),
        signs=tuple(Sign(x, each.sign) for x, each in zip(across, given, strict=True) if each.sign),
        limit=None if limit is None else down(limit),
        x_ticks=tuple(Tick(across[place], given[place].label) for place in range(0, len(given), every)),
        y_ticks=tuple(Tick(down(value), label) for value, label in ticks),
    )


def _stretches(expected: Sequence[bool], step: float) -> list[tuple[float, float]]:
    """Join neighbouring places into stretches."""
    found: list[tuple[float, float]] = []
    for place, here in enumerate(expected):
        if here and place and expected[place - 1]:
            begin, width = found[-1]
            found[-1] = (begin, round(width + step, 2))
        elif here:
            found.append((round(place * step, 2), round(step, 2)))
    return found
