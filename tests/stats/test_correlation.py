"""Descriptive correlations: against R, by definition, refusals."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from surveyapp.stats.correlation import Correlation, between_teams, pearson, spearman, within_teams
from surveyapp.stats.outcome import CannotTell

Table = dict[str, Any]


def told(outcome: Correlation | CannotTell) -> Correlation:
    """Give the correlation, which these data always allow."""
    assert isinstance(outcome, Correlation)
    return outcome


def test_the_interval_of_ranks_is_wider_than_fishers() -> None:
    """Ranks carry less."""
    x = np.random.default_rng(1).normal(size=40)
    y = x + np.random.default_rng(2).normal(size=40)
    ranks_x, ranks_y = (np.argsort(np.argsort(column)) for column in (x, y))
    plain, ranked = told(pearson(ranks_x, ranks_y)), told(spearman(x, y))
    assert plain.estimate == pytest.approx(ranked.estimate)
    assert ranked.high - ranked.low > plain.high - plain.low


def test_a_perfect_correlation_has_no_p_of_zero() -> None:
    """A p-value of exactly 0 is never right."""
    found = told(pearson(np.arange(10.0), 2 * np.arange(10.0)))
    assert found.estimate == pytest.approx(1.0)
    assert 0 < found.p < 1e-12
    assert found.high <= 1


@pytest.mark.parametrize(
    "outcome",
    [
        pearson([1, 2, 3], [1, 3, 2]),
        pearson([], []),
        pearson([1, 1, 1, 1], [1, 2, 3, 4]),
        spearman([1, 2, 3, 4, 5], [2, 2, 2, 2, 2]),
        within_teams([1, 2, 1, 2], [1, 2, 3, 3], list("aabb")),
        within_teams([1, 1, 2, 2, 3, 3], [1, 2, 3, 4, 5, 6], list("aabbcc")),
        between_teams([1, 2, 3, 4], [1, 2, 3, 5], list("abab")),
    ],
)
def test_thin_or_constant_data_cannot_tell(outcome: Correlation | CannotTell) -> None:
    """Too few pairs, or a column that does not vary."""
    assert isinstance(outcome, CannotTell)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pearson([1, 2], [1, 2, 3]), "first 2, second 3"),
        (lambda: spearman([1, 2, np.nan], [1, 2, 3]), "first must be finite, got nan"),
        (lambda: within_teams([], [], []), "first must hold at least one pair, got none"),
        (lambda: between_teams([1.0], [1.0], ["a"], confidence=2), "confidence must lie between 0 and 1, got 2"),
    ],
)
def test_nonsense_is_refused(call: Callable[[], object], message: str) -> None:
    """The message names the argument, its value and the limit."""
    with pytest.raises(ValueError, match=message):
        call()
