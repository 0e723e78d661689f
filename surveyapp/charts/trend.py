"""The trend of one scale over the waves: where its marks, lines, bands and gaps stand, and the same in words.

Places across are in percent of the width and places down in pixels, so that a drawing of any width keeps its text at
the size of text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

HEIGHT = 220
TOP = 10
BASE = 184
LABELS = 6
# From this many waves on, marks stand so close that rings and whiskers would hide each other.
DENSE = 60
# Signs nearer than this, in percent of the width, would lie on each other on a phone.
NEAR = 5

# A place on a line and the ends of its band: across, down, and down to the lower and upper end.
Corner = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Given:
    """What a chart is told of one wave.

    ``label`` stands below the axis and ``when`` in the words of a mark. ``value`` is None for a gap, whose ``text``
    says why. ``plain`` is whether the text is the number itself, not only what it lies above or below. ``line`` is the
    line through several waves at this one, with the ends of its band, where one was drawn.
    """

    label: str
    when: str
    series: str
    text: str
    value: float | None
    low: float
    high: float
    plain: bool
    line: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened before the wave at ``place``, counted from 0, at a share of the way from the one before.

    ``sign`` is one letter or digit under which a list beside the chart says what it was.
    """

    place: int
    share: float
    sign: str
    words: str


@dataclass(frozen=True, slots=True)
class Flag:
    """The upright line of an event."""

    x: float
    sign: str
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One shown number: its place, the ends of its band, and its words."""

    x: float
    y: float
    y_low: float
    y_high: float
    words: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A wave without a number."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis; a spare label is left out where there is little room."""

    at: float
    label: str
    spare: bool = False


@dataclass(frozen=True, slots=True)
class TrendChart:
    """A trend as geometry; lines never join across re-organisations.

    Where a line was drawn through several waves, it and its band are what is seen first, the numbers are ``faint``, and
    it goes on past waves without a number. Else neighbouring numbers are joined, and nothing is across a gap.
    """

    height: int
    base: int
    marks: tuple[Mark, ...]
    gaps: tuple[Gap, ...]
    lines: tuple[str, ...]
    bands: tuple[str, ...]
    breaks: tuple[float, ...]
    flags: tuple[Flag, ...]
    faint: bool
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]

    @property
    def dense(self) -> bool:
        """Whether marks have to be small."""
        return len(self.marks) + len(self.gaps) > DENSE


def trend_chart(waves: Sequence[Given], points: int, events: Sequence[Event] = ()) -> TrendChart:
    """Lay out a trend.

    Parameters
    ----------
    waves : sequence of Given
        Oldest first.
    points : int
        The highest value of the scale; the axis always runs from 1 to it, so that small changes look small.
    events : sequence of Event
        What happened meanwhile.
    """
    step = 100 / max(len(waves), 1)
    across = [round(step * (index + 0.5), 2) for index in range(len(waves))]
    marks = {
        index: Mark(
            across[index],
            _y(wave.value, points),
            _y(wave.low, points),
            _y(wave.high, points),
            f"{wave.when}: {wave.text}",
            wave.plain,
        )
        for index, wave in enumerate(waves)
        if wave.value is not None
    }
    drawn = _drawn(waves, across, points)
    runs = drawn or [[_corner(marks[index]) for index in run] for run in _runs(waves)]
    return TrendChart(
        height=HEIGHT,
        base=BASE,
        marks=tuple(marks.values()),
        gaps=tuple(
            Gap(across[index], f"{wave.when}: {wave.text}") for index, wave in enumerate(waves) if wave.value is None
        ),
        lines=tuple(_path(run) for run in runs if len(run) > 1),
        bands=tuple(_area(run) for run in runs if len(run) > 1),
        breaks=tuple(
            round(across[index] - step / 2, 2)
            for index in range(1, len(waves))
            if waves[index].series != waves[index - 1].series
        ),
        flags=_flags([(round(across[each.place] - step * (1 - each.share), 2), each) for each in events]),
        faint=bool(drawn),
        x_ticks=_x_ticks(waves, across),
        y_ticks=tuple(Tick(_y(value, points), str(value)) for value in _values(points)),
    )


def _flags(events: Sequence[tuple[float, Event]]) -> tuple[Flag, ...]:
    """Give every event its line; the signs of those too near each other to be read stand together over the first."""
    flags: list[Flag] = []
    first = 0
    for place, (x, event) in enumerate(sorted(events, key=lambda each: each[0])):
        if place and x - flags[first].x < NEAR:
            known = flags[first]
            flags[first] = replace(known, sign=f"{known.sign} {event.sign}", words=f"{known.words}; {event.words}")
            flags.append(Flag(x, "", event.words))
        else:
            first = place
            flags.append(Flag(x, event.sign, event.words))
    return tuple(flags)


def _y(value: float, points: int) -> float:
    return round(TOP + (BASE - TOP) * (points - value) / (points - 1), 1)


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


def _drawn(waves: Sequence[Given], across: Sequence[float], points: int) -> list[list[Corner]]:
    """Return the corners of the line through several waves, one run for each series."""
    runs: list[list[Corner]] = []
    series = None
    for wave, x in zip(waves, across, strict=True):
        if wave.line is None:
            continue
        if wave.series != series:
            runs.append([])
            series = wave.series
        middle, low, high = wave.line
        runs[-1].append((x, _y(middle, points), _y(low, points), _y(high, points)))
    return runs


def _corner(mark: Mark) -> Corner:
    return mark.x, mark.y, mark.y_low, mark.y_high


def _path(run: Sequence[Corner]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y, _, _ in run)


def _area(run: Sequence[Corner]) -> str:
    upper = [f"{x} {high}" for x, _, _, high in run]
    lower = [f"{x} {low}" for x, _, low, _ in reversed(run)]
    return "M" + "L".join(upper + lower) + "Z"


def _x_ticks(waves: Sequence[Given], across: Sequence[float]) -> tuple[Tick, ...]:
    every = max(1, -(-len(waves) // LABELS))
    # Counted from the end, so that the latest wave always has its label.
    places = range(len(waves) - 1, -1, -every)
    return tuple(Tick(across[place], waves[place].label, spare=nth % 2 == 1) for nth, place in enumerate(places))[::-1]
