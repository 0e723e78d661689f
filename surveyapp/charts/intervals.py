"""Estimates with their intervals, one under the other, against a line of no difference."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH = 640
ROW = 44
LEFT = 16
RIGHT = 16
FOOT = 28


@dataclass(frozen=True, slots=True)
class Range:
    """An estimate with its interval; an open end is None."""

    label: str
    estimate: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A range as geometry."""

    label: str
    y: float
    x: float
    x_low: float
    x_high: float


@dataclass(frozen=True, slots=True)
class IntervalChart:
    """Ranges in a box of ``width`` by ``height``, with labelled places along the bottom."""

    width: int
    height: int
    base: int
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    neutral: float


def ratio_chart(ranges: Sequence[Range]) -> IntervalChart:
    """Lay out factors on a logarithmic axis, with 1 as the line of no difference."""
    ticks = [0.25, 0.5, 1.0, 2.0, 4.0]
    reach = max([math.log(4), *(abs(math.log(end)) for each in ranges for end in _ends(each) if end > 0)])
    limit = min(reach, math.log(16))
    return _lay_out(ranges, [(math.log(tick), f"\N{MULTIPLICATION SIGN} {tick:g}") for tick in ticks], limit, math.log)


def points_chart(ranges: Sequence[Range], marks: Sequence[float] = ()) -> IntervalChart:
    """Lay out changes in points, with 0 as the line of no difference."""
    reach = max([0.5, *(abs(end) for each in ranges for end in _ends(each)), *(abs(mark) for mark in marks)])
    step = 0.25 if reach <= 1 else 0.5
    count = math.ceil(reach / step)
    ticks = [(step * place, f"{step * place:+g}" if place else "0") for place in range(-count, count + 1)]
    return _lay_out(ranges, ticks, step * count, float)


def _ends(each: Range) -> list[float]:
    return [end for end in (each.low, each.estimate, each.high) if end is not None]


def _lay_out(
    ranges: Sequence[Range], ticks: Sequence[tuple[float, str]], limit: float, to_axis: Callable[[float], float]
) -> IntervalChart:
    def across(value: float) -> float:
        inside = max(-limit, min(limit, value))
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (inside + limit) / (2 * limit), 1)

    def place(value: float | None, otherwise: float) -> float:
        return across(otherwise if value is None else to_axis(value))

    bars = [
        Bar(
            each.label,
            ROW * (index + 0.5),
            across(to_axis(each.estimate)),
            place(each.low, -limit),
            place(each.high, limit),
        )
        for index, each in enumerate(ranges)
    ]
    base = ROW * len(ranges)
    shown = tuple((across(at), label) for at, label in ticks if abs(at) <= limit + 1e-9)
    return IntervalChart(WIDTH, base + FOOT, base, tuple(bars), shown, across(0.0))
