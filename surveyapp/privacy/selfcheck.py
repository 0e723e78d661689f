"""The closed-form check that every release passes before it is published.

For one published number the worlds that fit it are a range of sums, so what an attacker can conclude about one answer
is interval arithmetic. The check starts from what is published, never from the answers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from surveyapp.privacy.outcome import Figure, Shown
from surveyapp.privacy.policy import COLLUDERS, GroupFigures, ScaleKey, Support, code, mean_of_items

DENIABLE = 2


@dataclass(frozen=True, slots=True)
class Weakness:
    """A figure from which a coalition that knows some answers could conclude too much about somebody else's."""

    figure: str
    known_answers: int
    known_total: int
    possible: tuple[int, ...]


@lru_cache(maxsize=100_000)
def sums_that_fit(text: str, support: Support, count_min: int) -> tuple[int, ...]:
    """Return every sum that would have been published as this text."""
    return tuple(
        total
        for total in range(support.answers, support.points * support.answers + 1)
        if isinstance(figure := code(total, support, count_min), Shown) and figure.text == text
    )


@lru_cache(maxsize=100_000)
def weaknesses(
    figure: str, text: str, support: Support, count_min: int, colluders: int = COLLUDERS
) -> tuple[Weakness, ...]:
    """List every coalition of up to ``colluders`` people before whom somebody's answer would not be deniable.

    An answer is deniable when at least two values fit everything that is known, a favourable one among them.
    """
    sums = sums_that_fit(text, support, count_min)
    found = []
    for known in range(min(colluders * support.each, support.answers - 1) + 1):
        others = support.answers - known
        for total in range(known, support.points * known + 1):
            fitting = [each - total for each in sums if others <= each - total <= support.points * others]
            if not fitting:
                continue
            lowest = max(1, min(fitting) - support.points * (others - 1))
            highest = min(support.points, max(fitting) - (others - 1))
            possible = tuple(range(lowest, highest + 1))
            if len(possible) < DENIABLE or highest < support.favourable_from:
                found.append(Weakness(figure, known, total, possible))
    return tuple(found)


def check_group(group: GroupFigures, scales: Sequence[ScaleKey], count_min: int) -> tuple[Weakness, ...]:
    """Check every number of a group: coded from answers and deniable, or made of published numbers, which adds nothing.

    A number that is neither would be a second one about the same answers, and counts as a weakness without values.
    """
    return tuple(weakness for name in group.figures for weakness in _weaknesses_of(group, name, scales, count_min))


def _weaknesses_of(group: GroupFigures, name: str, scales: Sequence[ScaleKey], count_min: int) -> Iterator[Weakness]:
    figure = group.figures[name]
    if not isinstance(figure, Shown):
        return
    if name in group.supports:
        yield from weaknesses(name, figure.text, group.supports[name], count_min)
    elif figure not in [_mean_of_its_items(group, scale) for scale in scales if name == f"scale:{scale.key}"]:
        yield Weakness(name, 0, 0, ())


def _mean_of_its_items(group: GroupFigures, scale: ScaleKey) -> Figure | None:
    items = [group.figures.get(f"item:{item}") for item in scale.items]
    known = [item for item in items if item is not None]
    return mean_of_items(known, scale.points) if len(known) == len(items) else None
