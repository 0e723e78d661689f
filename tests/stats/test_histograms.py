"""Counts of answers say the same as the sheets themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from surveyapp.stats.histograms import AnswerHistograms
from surveyapp.stats.moments import ItemMoments
from surveyapp.stats.reliability import alpha, alpha_from_covariances
from surveyapp.stats.scores import person_scores, team_scores, team_scores_from_moments

ANSWERS = arrays(np.int8, st.tuples(st.integers(0, 12), st.integers(1, 4)), elements=st.integers(0, 5))


def gappy(answers: NDArray[np.int8]) -> NDArray[np.float64]:
    """Read 0 as a skipped item."""
    return np.where(answers == 0, np.nan, answers.astype(np.float64))


@given(ANSWERS, st.integers(0, 12))
def test_counts_of_piles_hold_the_sums_of_the_whole(answers: NDArray[np.int8], cut: int) -> None:
    """However the sheets are cut, the counts give the very sums that the sheets give."""
    table = gappy(answers)
    counted = (AnswerHistograms.of(table[:cut]) + AnswerHistograms.of(table[cut:])).moments()
    summed = ItemMoments.of(table)
    assert np.array_equal(counted.pairs, summed.pairs)
    assert np.array_equal(counted.crossed, summed.crossed)
    assert np.array_equal(counted.products, summed.products)


def test_team_scores_from_counts_equal_those_from_sheets() -> None:
    """Means and squares agree to 1e-12, with gaps."""
    rng = np.random.default_rng(1)
    table = np.where(rng.random((90, 5)) < 0.15, np.nan, rng.integers(1, 6, (90, 5)).astype(float))
    teams = rng.integers(0, 6, 90)
    direct = team_scores(person_scores(table).estimate, teams, count=6)
    counted = team_scores_from_moments([AnswerHistograms.of(table[teams == team]).moments() for team in range(6)])
    assert counted.n.tolist() == direct.n.tolist()
    np.testing.assert_allclose(counted.estimate, direct.estimate, rtol=1e-12)
    np.testing.assert_allclose(counted.squares, direct.squares, rtol=1e-12)


def test_alpha_from_counts_is_alpha_from_sheets() -> None:
    """Over boxes that are counted one by one."""
    rng = np.random.default_rng(2)
    table = np.clip(rng.integers(1, 6, (60, 1)) + rng.integers(-1, 2, (60, 4)), 1, 5).astype(float)
    counted = AnswerHistograms.nothing(4)
    for box in np.array_split(table, 7):
        counted += AnswerHistograms.of(box)
    assert alpha_from_covariances(counted.moments().complete()) == alpha(table)


def test_counts_of_items_are_those_of_the_answers() -> None:
    """On a scale of three, gaps are in no count."""
    made = AnswerHistograms.of(np.array([[1, 3], [3, np.nan], [1, 2]]), points=3)
    assert made.of_items.tolist() == [[2, 0, 1], [0, 1, 1]]


def test_no_sheets_count_nothing() -> None:
    """An empty pile is neutral and has no scores."""
    empty = AnswerHistograms.nothing(2)
    some = AnswerHistograms.of([[4, 2]])
    assert np.array_equal((empty + some).counts, some.counts)
    assert np.isnan(team_scores_from_moments([empty.moments()]).estimate).all()


@pytest.mark.parametrize(
    ("answers", "points", "named"),
    [
        ([[6]], 5, "from 1 to 5, got 6"),
        ([[0]], 5, "from 1 to 5, got 0"),
        ([[2.5]], 5, r"from 1 to 5, got 2\.5"),
        ([[1]], 1, "points must be a whole number from 2, got 1"),
        ([1, 2], 5, "answers must be"),
    ],
)
def test_impossible_answers_are_named(answers: list[list[float]], points: int, named: str) -> None:
    """An answer that nobody could choose, too few points and what is no table are named."""
    with pytest.raises(ValueError, match=named):
        AnswerHistograms.of(answers, points=points)


@pytest.mark.parametrize(("items", "points"), [(3, 5), (2, 7)])
def test_piles_of_different_questions_do_not_add(items: int, points: int) -> None:
    """The message names items and points of both."""
    with pytest.raises(ValueError, match=rf"got \(2, 5\) and \({items}, {points}\)"):
        AnswerHistograms.nothing(2) + AnswerHistograms.nothing(items, points=points)
