"""Estimates with their intervals, one under the other, against a line of no difference.

Places across are in percent of the width and places down in pixels, as in ``trend``.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from surveyapp.languages import signed

ROW = 64
FOOT = 30
FACTORS = (0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


@dataclass(frozen=True, slots=True)
class Range:
    """An estimate with its interval; an open end is None."""

    label: str
    estimate: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A range as geometry; an end that lies outside the drawing is open."""

    label: str
    y: int
    x: float
    x_low: float
    x_high: float
    open_low: bool
    open_high: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on the axis; a spare label is left out where there is little room."""

    at: float
    label: str
    spare: bool


@dataclass(frozen=True, slots=True)
class IntervalChart:
    """Ranges in rows, with labelled places along the bottom."""

    height: int
    base: int
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    neutral: float


def factor_reach(ranges: Sequence[Range]) -> float:
    """Return how far to both sides an axis of factors must go to hold all ranges, as a factor from 4 to 16."""
    reach = max([math.log(4), *(abs(math.log(end)) for each in ranges for end in _ends(each) if end > 0)])
    return min(2.0 ** math.ceil(reach / math.log(2) - 1e-9), FACTORS[-1])


def ratio_chart(ranges: Sequence[Range], reach: float | None = None) -> IntervalChart:
    """Lay out factors on a logarithmic axis, with 1 as the line of no difference.

    Charts beside each other are given the same ``reach``, so that lengths can be compared.
    """
    limit = math.log(reach or factor_reach(ranges))
    ticks = [(math.log(factor), f"\N{MULTIPLICATION SIGN} {_factor(factor)}") for factor in FACTORS]
    return _lay_out(ranges, ticks, limit, lambda value: math.log(value) if value > 0 else -math.inf)


def _factor(factor: float) -> str:
    return f"{factor:g}" if factor >= 1 else f"1/{1 / factor:g}"


def points_chart(ranges: Sequence[Range], marks: Sequence[float] = ()) -> IntervalChart:
    """Lay out changes in points, with 0 as the line of no difference."""
    reach = max([0.5, *(abs(end) for each in ranges for end in _ends(each)), *(abs(mark) for mark in marks)])
    step = 0.25 if reach <= 1 else 0.5 if reach <= 2 else 1.0
    count = min(math.ceil(reach / step), 4)
    ticks = [(step * place, signed(step * place, None)) for place in range(-count, count + 1)]
    return _lay_out(ranges, ticks, step * count, float)


def _ends(each: Range) -> list[float]:
    return [end for end in (each.low, each.estimate, each.high) if end is not None]


def _lay_out(
    ranges: Sequence[Range], ticks: Sequence[tuple[float, str]], limit: float, to_axis: Callable[[float], float]
) -> IntervalChart:
    def across(value: float) -> float:
        inside = max(-limit, min(limit, value))
        return round(4 + 92 * (inside + limit) / (2 * limit), 2)

    bars = []
    for index, each in enumerate(ranges):
        low = -math.inf if each.low is None else to_axis(each.low)
        high = math.inf if each.high is None else to_axis(each.high)
        bars.append(
            Bar(
                label=each.label,
                y=ROW * index + 44,
                x=across(to_axis(each.estimate)),
                x_low=across(low),
                x_high=across(high),
                open_low=low < -limit,
                open_high=high > limit,
            )
        )
    base = ROW * len(ranges)
    shown = [(at, label) for at, label in ticks if abs(at) <= limit + 1e-9]
    middle = len(shown) // 2
    return IntervalChart(
        height=base + FOOT,
        base=base,
        bars=tuple(bars),
        ticks=tuple(
            Tick(across(at), label, spare=len(shown) > 5 and (place - middle) % 2 == 1)
            for place, (at, label) in enumerate(shown)
        ),
        neutral=across(0.0),
    )
