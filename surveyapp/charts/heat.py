"""The colours of a heat map: fixed steps of the scale, the same for every team, wave and organisation.

A cell is coloured by the text that was released, never by how it compares with others, and every step has a bar of its
own length beside its colour, for readers who see no colours and for printers that have none.
"""

from dataclasses import dataclass
from functools import lru_cache

from surveyapp.privacy.outcome import Shown

# Where the steps begin on a scale of 1 to 5; other scales are stretched to it.
BEGINNINGS = (1.0, 2.5, 3.0, 3.5, 4.0)
FROM, TO = 1.0, 5.0
MARKS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the legend: its number from 1 up, and the first value that belongs to it."""

    number: int
    begins: float

    @property
    def text(self) -> str:
        """The first value as a reader writes it."""
        return f"{self.begins:.1f}"


def steps(points: int) -> tuple[Step, ...]:
    """Return the steps of a scale that runs from 1 to ``points``.

    Examples
    --------
    >>> [step.text for step in steps(5)]
    ['1.0', '2.5', '3.0', '3.5', '4.0']
    >>> [step.text for step in steps(7)]
    ['1.0', '3.2', '4.0', '4.8', '5.5']
    """
    stretch = (points - 1) / (TO - FROM)
    return tuple(Step(number, 1 + (begin - FROM) * stretch) for number, begin in enumerate(BEGINNINGS, start=1))


def step_of(figure: Shown, points: int) -> int:
    """Return the number of the step to which a released text belongs; what is low has no number and is in the first.

    Examples
    --------
    >>> step_of(Shown("3.5", 3.46, 3.4, 3.6, 8), 5), step_of(Shown("low", 1.6, 1.0, 2.2, 8), 5)
    (4, 1)
    """
    return _step(figure.text.lstrip("\N{ALMOST EQUAL TO}\N{GREATER-THAN OR EQUAL TO} "), points)


# A map has hundreds of cells and few texts.
@lru_cache(maxsize=4096)
def _step(written: str, points: int) -> int:
    try:
        value = float(written)
    except ValueError:
        return 1
    return sum(value >= round(step.begins, 6) for step in steps(points))


def mark_reasons(reasons: list[str]) -> dict[str, str]:
    """Give each reason a letter, in the order in which they first appear.

    Examples
    --------
    >>> mark_reasons(["too few", "not asked", "too few"])
    {'too few': 'a', 'not asked': 'b'}
    """
    different = dict.fromkeys(reasons)
    return {reason: MARKS[min(number, len(MARKS) - 1)] for number, reason in enumerate(different)}
