"""Scores are not shifted by gaps, and sums, sheets and published rows agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from surveyapp.stats.moments import ItemMoments
from surveyapp.stats.scores import (
    person_scores,
    released_scale,
    released_union,
    team_scores,
    team_scores_from_moments,
)

ANSWERS = arrays(np.int8, st.tuples(st.integers(1, 15), st.integers(1, 6)), elements=st.integers(0, 5))


def test_without_gaps_the_score_is_the_plain_mean() -> None:
    """Taking item means out and adding their mean back changes nothing on a complete sheet."""
    answers = np.random.default_rng(1).integers(1, 6, (20, 5))
    assert person_scores(answers).estimate == pytest.approx(answers.mean(axis=1), rel=1e-12)


def test_skipping_a_hard_item_gains_nothing() -> None:
    """Who skips the item on which everybody is a point lower scores as before, unlike with the plain mean."""
    answers = np.array([[4.0, 4.0, 3.0], [4.0, 4.0, np.nan], [4.0, 4.0, 3.0]])
    assert person_scores(answers).estimate == pytest.approx([11 / 3] * 3, rel=1e-12)


def test_rotating_items_draw_no_waves_when_item_means_come_from_all_waves() -> None:
    """A wave of hard items looks like a wave of easy ones, and a true change stays visible."""
    means = [4.5, 3.0]
    easy, hard, risen = [4.5, np.nan], [np.nan, 3.0], [np.nan, 3.4]
    scores = person_scores(np.array([easy, hard, risen]), item_means=means).estimate
    assert scores == pytest.approx([3.75, 3.75, 4.15])


def test_half_of_the_items_are_enough_and_fewer_are_not() -> None:
    """Three of five count, two of five do not, two of four do."""
    five = np.array([[3, 3, 3, np.nan, np.nan], [3, 3, np.nan, np.nan, np.nan]])
    four = np.array([[3, 3, np.nan, np.nan]])
    assert np.isfinite(person_scores(five).estimate).tolist() == [True, False]
    assert person_scores(four).n == 1


def test_a_sheet_without_answers_has_no_score_even_if_nothing_is_asked_of_it() -> None:
    """However small the share that is asked for, one answer is needed."""
    made = person_scores(np.array([[np.nan, np.nan], [3, 4]]), answered_share=0.01)
    assert np.isnan(made.estimate[0])
    assert made.n == 1


def test_no_sheets_have_no_scores() -> None:
    """An empty table is no error and leaves every mean open."""
    made = person_scores(np.empty((0, 3)))
    assert (made.n, made.estimate.size) == (0, 0)
    assert np.isnan(made.item_means).all()


@given(ANSWERS, st.integers(0, 2**32 - 1), st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_team_scores_from_sums_equal_those_from_sheets(
    answers: np.ndarray[tuple[int, ...], np.dtype[np.int8]], seed: int, share: float
) -> None:
    """Means and squares agree to 1e-12 for any gaps, teams and required share."""
    table = np.where(answers == 0, np.nan, answers.astype(np.float64))
    teams = np.random.default_rng(seed).integers(0, 3, len(table))
    sheets = team_scores(person_scores(table, answered_share=share).estimate, teams, count=3)
    summed = team_scores_from_moments([ItemMoments.of(table[teams == team]) for team in range(3)], answered_share=share)
    assert np.array_equal(sheets.n, summed.n)
    np.testing.assert_allclose(summed.estimate, sheets.estimate, rtol=1e-12)
    np.testing.assert_allclose(summed.squares, sheets.squares, rtol=1e-12, atol=1e-12 * 25 * 15)


def test_team_means_weigh_every_person_alike() -> None:
    """Somebody with few answers counts as much as somebody with many."""
    table = np.array([[5.0, 5.0, 5.0, 5.0], [1.0, 1.0, np.nan, np.nan]])
    made = team_scores_from_moments([ItemMoments.of(table)], item_means=[3, 3, 3, 3])
    assert made.estimate[0] == pytest.approx(3.0)
    assert made.squares[0] == pytest.approx(8.0)


def test_a_team_without_scores_is_open() -> None:
    """It counts nobody and has no mean, in both ways."""
    sheets = team_scores([np.nan, 3.0], [0, 1], count=2)
    summed = team_scores_from_moments([ItemMoments.nothing(2), ItemMoments.of([[3, 3]])])
    for made in (sheets, summed):
        assert made.n.tolist() == [0, 1]
        assert np.isnan(made.estimate[0])
        assert made.squares[0] == 0


def test_scale_of_exact_rows_adds_their_rounding() -> None:
    """Three items on a grid of .2 have a third of the rounding variance of one."""
    made = released_scale([3.5, 3.1, 4.1], [3.4, 3.0, 4.0], [3.6, 3.2, 4.2], [7, 8, 6], grid=0.2)
    assert float(made.rounding) == pytest.approx(0.04 / 12 / 3)
    assert (float(made.below), float(made.above), int(made.n)) == (0, 0, 6)
    assert made.coding().variance == pytest.approx(0.04 / 12 / 3)


def test_the_mean_before_publishing_lies_in_the_range() -> None:
    """Whatever the sums were, the scale score made of them lies between low and high of the released one."""
    means = np.random.default_rng(2).uniform(1, 5, (200, 3))
    lows, highs = np.floor(means / 0.2) * 0.2, np.floor(means / 0.2) * 0.2 + 0.2
    lows, highs = np.where(means > 4.4, 4.4, lows), np.where(means > 4.4, 5.0, highs)
    made = released_scale((lows + highs) / 2, lows, highs, np.full((200, 3), 7), grid=0.2)
    assert ((made.low <= means.mean(axis=1) + 1e-9) & (means.mean(axis=1) <= made.high + 1e-9)).all()
    reach = made.above + 0.1 + 1e-9
    assert (np.abs(means.mean(axis=1) - made.estimate) <= reach).all()


def test_end_coded_rows_widen_by_their_share() -> None:
    """An item that is "4.4 or more" on three items lets the scale lie .1 higher."""
    made = released_scale([3.5, 3.5, 4.7], [3.4, 3.4, 4.4], [3.6, 3.6, 5.0], [7, 7, 7], grid=0.2)
    assert (made.coding().below, made.coding().above) == pytest.approx((0.1, 0.1))
    assert made.coding().variance == pytest.approx(2 * (0.2 / 3) ** 2 / 12)


def test_a_withheld_item_leaves_its_scale_open_and_no_other() -> None:
    """Waves are scored apart from each other."""
    values = np.array([[3.5, np.nan], [3.5, 3.5]])
    made = released_scale(values, values - 0.1, values + 0.1, [[7, 0], [7, 7]], grid=0.2)
    assert np.isnan(made.estimate).tolist() == [True, False]


def test_a_union_counts_every_sheet_once() -> None:
    """The mean of a department weighs its groups by their sheets."""
    made = released_union([3.0, 4.0], [2.9, 3.9], [3.1, 4.1], [5, 15], grid=0.2)
    assert float(made.estimate) == pytest.approx(3.75)
    assert float(made.rounding) == pytest.approx((0.25**2 + 0.75**2) * 0.04 / 12)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"answered_share": 0.0}, "answered_share must be above 0 and at most 1, got 0"),
        ({"answered_share": 1.5}, "got 1.5"),
        ({"item_means": [3.0]}, "each of 2 items"),
        ({"item_means": [3.0, np.nan]}, "item_means must be finite"),
    ],
)
def test_person_scores_name_impossible_options(options: dict[str, object], named: str) -> None:
    """Shares outside their range and item means that do not fit are named, in both ways."""
    with pytest.raises(ValueError, match=named):
        person_scores([[3, 4]], **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=named):
        team_scores_from_moments([ItemMoments.of([[3, 4]])], **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scores", "teams", "named"),
    [([3.0], [0, 1], "same length"), ([3.0], [2], "from 0 to 1, got 2"), ([3.0], [-1], "got -1")],
)
def test_team_scores_name_impossible_teams(scores: list[float], teams: list[int], named: str) -> None:
    """Unequal lengths and unknown team numbers are named."""
    with pytest.raises(ValueError, match=named):
        team_scores(scores, teams, count=2)


def test_team_scores_need_a_team() -> None:
    """No team at all is a mistake of the caller."""
    with pytest.raises(ValueError, match="at least one team"):
        team_scores_from_moments([])


@pytest.mark.parametrize(
    ("figures", "grid", "named"),
    [
        (([3.0], [2.9, 3.0], [3.1], [5]), 0.2, "same shape"),
        ((3.0, 2.9, 3.1, 5), 0.2, "same shape"),
        (([3.0], [3.1], [3.2], [5]), 0.2, "got 3 in 3.1 to 3.2"),
        (([3.3], [3.1], [3.2], [5]), 0.2, "got 3.3 in 3.1 to 3.2"),
        (([3.0], [2.9], [3.1], [-1]), 0.2, "counts must be at least 0, got -1"),
        (([3.0], [2.9], [3.1], [5]), -0.2, "grid must be finite and at least 0, got -0.2"),
    ],
)
def test_released_figures_that_contradict_themselves_are_named(
    figures: tuple[list[float], ...], grid: float, named: str
) -> None:
    """Shapes, ranges, counts and grid are checked."""
    with pytest.raises(ValueError, match=named):
        released_scale(*figures, grid=grid)


def test_a_union_needs_a_sheet() -> None:
    """Groups without any sheet have no mean."""
    with pytest.raises(ValueError, match="add up to at least 1"):
        released_union([3.0], [2.9], [3.1], [0], grid=0.2)
