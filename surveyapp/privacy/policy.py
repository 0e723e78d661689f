"""What a release may say about one reporting group.

Each answer enters exactly one published number. The number is coded at both ends by a fixed public formula, so that
nobody, not even together with ``colluders`` people who tell their own answers, can prove what somebody else answered:
everyone keeps at least two possible values for every item, and always a favourable one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from surveyapp.privacy.outcome import Figure, Shown, Withheld

GRID_CELLS = 20
COLLUDERS = 1
# Within-team spreads up to this one read alike: smaller ones would tell that everybody answered like the team's mean.
SPREAD_FLOOR = 0.4


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The least number of people behind a figure; an organisation may only make them stricter."""

    count_min: int
    item_min: int
    roster_min: int


@dataclass(frozen=True, slots=True)
class ScaleKey:
    """What the policy needs to know of a scale: items, highest value, and from where an answer is favourable."""

    key: str
    items: tuple[str, ...]
    points: int
    favourable_from: int


@dataclass(frozen=True, slots=True)
class Support:
    """What stands behind a published sum: ``answers`` answers by ``people`` people, at most ``each`` per person.

    A published figure is a function of this and of the sum alone, which is what makes the guarantee checkable.
    """

    answers: int
    people: int
    each: int
    points: int
    favourable_from: int

    @property
    def low_end(self) -> int:
        """The highest sum that is shown as low."""
        return self.answers + (self.points - 1) * COLLUDERS * self.each + self.favourable_from - 1

    @property
    def high_end(self) -> int:
        """The lowest sum that is shown as this much or more."""
        return self.points * self.answers - (self.points - 1) * COLLUDERS * self.each - 1


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The figures of one group, and the support of each that was coded from answers directly."""

    figures: dict[str, Figure]
    supports: dict[str, Support]


def draw_and_count(
    sheets: Sequence[Mapping[str, int]],
    scales: Sequence[ScaleKey],
    thresholds: Thresholds,
    leave_out: Callable[[int], int],
) -> GroupFigures:
    """Say everything that may be said about one group and wave.

    Parameters
    ----------
    sheets : sequence of mapping
        One mapping per answer sheet from item key to scored answer, 1 to ``points``; skipped items are absent.
    scales : sequence of ScaleKey
    thresholds : Thresholds
    leave_out : callable
        Given the number of sheets, chooses the index of the one that is in no number (``secrets.randbelow``).

    Returns
    -------
    GroupFigures
        ``item:KEY`` and ``scale:KEY`` to Shown or Withheld. Which are shown depends on counts alone, never on answers.
    """
    answered = [sheet for sheet in sheets if sheet]
    if len(answered) - 1 < thresholds.count_min:
        reason = Withheld(f"fewer than {thresholds.count_min} answers could be counted")
        return GroupFigures({f"scale:{scale.key}": reason for scale in scales}, {})
    out = leave_out(len(answered))
    counted = [sheet for index, sheet in enumerate(answered) if index != out]
    result = GroupFigures({}, {})
    for scale in scales:
        if len(counted) >= thresholds.item_min:
            names = [f"item:{item}" for item in scale.items]
            for name, item in zip(names, scale.items, strict=True):
                _publish(result, name, counted, scale, (item,), thresholds.count_min)
            items = [result.figures[name] for name in names]
            result.figures[f"scale:{scale.key}"] = mean_of_items(items, scale.points)
        else:
            _publish(result, f"scale:{scale.key}", counted, scale, scale.items, thresholds.count_min)
    return result


def _publish(
    result: GroupFigures,
    name: str,
    counted: Sequence[Mapping[str, int]],
    scale: ScaleKey,
    items: tuple[str, ...],
    count_min: int,
) -> None:
    answers = [[sheet[item] for item in items if item in sheet] for sheet in counted]
    support = Support(
        answers=sum(len(each) for each in answers),
        people=sum(1 for each in answers if each),
        each=len(items),
        points=scale.points,
        favourable_from=scale.favourable_from,
    )
    result.supports[name] = support
    result.figures[name] = code(sum(sum(each) for each in answers), support, count_min)


@lru_cache(maxsize=100_000)
def code(total: int, support: Support, count_min: int) -> Figure:
    """Code one sum: exact to the grid in the middle, end-coded where extremes would prove something."""
    if support.people < count_min:
        return Withheld(f"fewer than {count_min} people answered this")
    if support.low_end + 1 >= support.high_end:
        return Withheld("too many of these questions were skipped")
    if total <= support.low_end:
        return _shown("low", Fraction(1), Fraction(support.low_end, support.answers), support.people)
    if total >= support.high_end:
        least = Fraction(support.high_end, support.answers)
        return _shown(f"≥ {float(least * 10 // 1) / 10:.1f}", least, Fraction(support.points), support.people)
    return _on_grid(total, support)


def _on_grid(total: int, support: Support) -> Shown:
    """Floor the mean to its grid cell and name the cell by its middle, which is unbiased and says no more."""
    width = Fraction(support.points - 1, GRID_CELLS)
    cell = (total - support.answers) * GRID_CELLS // (support.answers * (support.points - 1))
    low = 1 + cell * width
    middle = float(low + width / 2)
    return _shown(f"{middle:.2f}".removesuffix("0"), low, low + width, support.people)


def _shown(text: str, low: Fraction, high: Fraction, people: int) -> Shown:
    return Shown(text=text, value=float((low + high) / 2), low=float(low), high=float(high), n=people)


def mean_of_items(items: Sequence[Figure], points: int) -> Figure:
    """Average published item numbers into their scale; nothing but what is already public goes in."""
    shown = [item for item in items if isinstance(item, Shown)]
    if 2 * len(shown) < len(items) or not shown:
        return Withheld("too few of its questions have a number")
    value = sum(item.value for item in shown) / len(shown)
    if all(item.text == "low" for item in shown):
        text = "low"
    else:
        coded = any(item.high - item.low > (points - 1) / GRID_CELLS * 1.5 for item in shown)
        text = f"≈ {value:.1f}" if coded else f"{value:.1f}"
    return Shown(
        text=text,
        value=value,
        low=sum(item.low for item in shown) / len(shown),
        high=sum(item.high for item in shown) / len(shown),
        n=min(item.n for item in shown),
    )


def roll_up(figures: Sequence[Figure]) -> Figure:
    """Average the published numbers of several groups, weighted by the people counted in each.

    People in groups without a number are in no number, so nothing can be subtracted.
    """
    shown = [figure for figure in figures if isinstance(figure, Shown)]
    if not shown:
        return Withheld("none of its groups has a number")
    people = sum(figure.n for figure in shown)
    value = sum(figure.value * figure.n for figure in shown) / people
    return Shown(
        text=f"{value:.1f}",
        value=value,
        low=sum(figure.low * figure.n for figure in shown) / people,
        high=sum(figure.high * figure.n for figure in shown) / people,
        n=people,
    )


def code_spread(spread: float, people: int, items: int) -> Figure:
    """Say how much answers of one team differ, for the organisation as a whole: to one decimal, and no small ones.

    With two items a higher answer of one person to one item can always be made good by a lower one to the other, so
    that a spread of sums says nothing about single answers; with one item it could.
    """
    if items < 2:
        return Withheld("a scale of one statement has no spread that may be told")
    value = round(spread, 1)
    if value <= SPREAD_FLOOR:
        return Shown(f"≤ {SPREAD_FLOOR}", SPREAD_FLOOR, 0.0, SPREAD_FLOOR + 0.05, people)
    return Shown(f"{value:.1f}", value, value - 0.05, value + 0.05, people)


def participation(sheets: int, roster: int, count_min: int) -> Figure:
    """State how many of a group answered, once the wave is closed; below the minimum without a number."""
    if sheets - 1 < count_min:
        return Withheld("not enough answers")
    share = sheets / roster if roster else 1.0
    return Shown(text=f"{sheets} of {roster}", value=share, low=share, high=share, n=sheets)
