"""The trend of one scale over the waves: where its marks, bands and gaps stand, and the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640
HEIGHT = 260
LEFT = 34
RIGHT = 12
TOP = 12
BOTTOM = 30
LABELS = 6


@dataclass(frozen=True, slots=True)
class Given:
    """What a chart is told of one wave: label, series, and a shown number with its band or the reason for a gap."""

    label: str
    series: str
    text: str
    value: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Mark:
    """One shown number: its place, the ends of its band, and its words."""

    x: float
    y: float
    y_low: float
    y_high: float
    words: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A wave without a number."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class TrendChart:
    """A trend as geometry in a box of ``width`` by ``height``; lines never join across gaps or re-organisations."""

    width: int
    height: int
    left: int
    right: int
    base: int
    marks: tuple[Mark, ...]
    gaps: tuple[Gap, ...]
    lines: tuple[str, ...]
    bands: tuple[str, ...]
    breaks: tuple[float, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def trend_chart(waves: Sequence[Given], points: int) -> TrendChart:
    """Lay out a trend.

    Parameters
    ----------
    waves : sequence of Given
        Oldest first.
    points : int
        The highest value of the scale; the axis always runs from 1 to it, so that small changes look small.
    """
    step = (WIDTH - LEFT - RIGHT) / max(len(waves), 1)
    across = [LEFT + step * (index + 0.5) for index in range(len(waves))]
    marks: dict[int, Mark] = {}
    for index, wave in enumerate(waves):
        if wave.value is not None:
            marks[index] = Mark(
                round(across[index], 1),
                _y(wave.value, points),
                _y(wave.low, points),
                _y(wave.high, points),
                f"{wave.label}: {wave.text}",
            )
    runs = _runs(waves)
    return TrendChart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        base=HEIGHT - BOTTOM,
        marks=tuple(marks.values()),
        gaps=tuple(
            Gap(round(across[index], 1), f"{wave.label}: {wave.text}")
            for index, wave in enumerate(waves)
            if wave.value is None
        ),
        lines=tuple(_path([marks[index] for index in run]) for run in runs if len(run) > 1),
        bands=tuple(_area([marks[index] for index in run]) for run in runs if len(run) > 1),
        breaks=tuple(
            round(across[index] - step / 2, 1)
            for index in range(1, len(waves))
            if waves[index].series != waves[index - 1].series
        ),
        x_ticks=_x_ticks(waves, across),
        y_ticks=tuple(Tick(_y(value, points), str(value)) for value in _values(points)),
    )


def _y(value: float, points: int) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (points - value) / (points - 1), 1)


def _values(points: int) -> list[int]:
    step = max(1, (points - 1) // 4)
    return list(range(1, points + 1, step))


def _runs(waves: Sequence[Given]) -> list[list[int]]:
    """Group neighbouring shown waves of one series."""
    runs: list[list[int]] = []
    for index, wave in enumerate(waves):
        if wave.value is None:
            continue
        follows = runs and runs[-1][-1] == index - 1 and waves[index - 1].series == wave.series
        if follows:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _path(marks: Sequence[Mark]) -> str:
    return "M" + "L".join(f"{mark.x} {mark.y}" for mark in marks)


def _area(marks: Sequence[Mark]) -> str:
    upper = [f"{mark.x} {mark.y_high}" for mark in marks]
    lower = [f"{mark.x} {mark.y_low}" for mark in reversed(marks)]
    return "M" + "L".join(upper + lower) + "Z"


def _x_ticks(waves: Sequence[Given], across: Sequence[float]) -> tuple[Tick, ...]:
    every = max(1, -(-len(waves) // LABELS))
    # Counted from the end, so that the latest wave always has its label.
    return tuple(Tick(round(across[index], 1), waves[index].label) for index in range(len(waves) - 1, -1, -every))[::-1]
