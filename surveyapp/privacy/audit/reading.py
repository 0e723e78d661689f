"""Published texts read back: which answers could have led to what a reader sees.

The formulas are public, so an attacker inverts them. A text that no formula of ours explains is read as anybody would
read it, as a rounded number.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

from surveyapp.privacy.audit.puzzles import Answer, Limits, Statement
from surveyapp.privacy.comments import say
from surveyapp.privacy.outcome import Shown
from surveyapp.privacy.policy import Support, code
from surveyapp.privacy.selfcheck import sums_that_fit

_NUMBER = re.compile(r"\d+(?:\.(\d+))?")


def read_sum(text: str, support: Support, count_min: int) -> tuple[Limits, ...]:
    """Return the ranges of sums that are published as this text; none when the policy never says it."""
    return joined(sums_that_fit(text, support, count_min))


@lru_cache(maxsize=100_000)
def read_mean(text: str, answers: int, points: int) -> tuple[Limits, ...]:
    """Return the ranges of sums whose mean, rounded to the decimals of the text, reads like it."""
    decimals = _decimals(text)
    if decimals is None:
        return ()
    return joined(total for total in range(answers, points * answers + 1) if f"{total / answers:.{decimals}f}" == text)


@lru_cache(maxsize=100_000)
def read_spread(text: str, sums: tuple[Limits, ...], answers: int, points: int) -> tuple[tuple[Limits, Limits], ...]:
    """Return, for each possible sum, the sums of squares that make the standard deviation read like the text."""
    decimals = _decimals(text)
    if decimals is None or answers < 2:
        return ()
    found = []
    for total in (each for low, high in sums for each in range(low, high + 1)):
        squares = range(-(-(total**2) // answers), points**2 * answers + 1)
        fitting = (
            each for each in squares if f"{((each - total**2 / answers) / (answers - 1)) ** 0.5:.{decimals}f}" == text
        )
        found += [((total, total), limits) for limits in joined(fitting)]
    return tuple(found)


def read_theme(text: str, counted: int) -> tuple[Limits, ...]:
    """Return the sums that lead to these words, with 1 for everybody who did not tap the theme and 2 for who did."""
    return joined(counted + tapped for tapped in range(counted + 1) if say(tapped, counted) == text)


def is_told_by(figure: Shown, support: Support, count_min: int) -> bool:
    """Tell whether the policy says exactly this, with the same numbers beside the text, of answers like these."""
    return any(code(total, support, count_min) == figure for total in sums_that_fit(figure.text, support, count_min))


def says_sum(answers: Iterable[Answer], sums: tuple[Limits, ...], *, leaves_one_out: bool = False) -> Statement:
    """Return the statement that the sum of some answers lies in one of the ranges."""
    return Statement(frozenset(answers), tuple((limits,) for limits in sums), leaves_one_out=leaves_one_out)


def says_spread(answers: Iterable[Answer], cases: tuple[tuple[Limits, Limits], ...]) -> Statement:
    """Return the statement that sum and sum of squares of some answers lie in one of the pairs of ranges."""
    return Statement(frozenset(answers), cases, powers=(1, 2))


def _decimals(text: str) -> int | None:
    match = _NUMBER.fullmatch(text)
    return len(match[1] or "") if match else None


def joined(numbers: Iterable[int]) -> tuple[Limits, ...]:
    """Join neighbouring whole numbers, given in order."""
    runs = groupby(enumerate(numbers), key=lambda each: each[1] - each[0])
    return tuple((run[0][1], run[-1][1]) for run in (list(run) for _, run in runs))
