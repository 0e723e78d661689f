"""Alpha, item-rest correlations and the pooled spread agree with R, with theory and with themselves."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from surveyapp.stats.moments import Covariances, ItemMoments
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.reliability import (
    Alpha,
    ItemRest,
    PooledSpread,
    alpha,
    alpha_from_covariances,
    item_rest,
    pooled_spread,
    pooled_spread_from_squares,
)

Oracle = Callable[[str], Any]
Table = Callable[[str], dict[str, Any]]


def columns(table: dict[str, Any], start: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Put the columns whose name starts so side by side."""
    return np.column_stack([table[name] for name in table if name.startswith(start) and name != start])


def found(outcome: Alpha | CannotTell) -> Alpha:
    """Give an alpha that is known to exist."""
    assert isinstance(outcome, Alpha)
    return outcome


def test_alpha_with_gaps_agrees_with_r(oracle: Oracle, table: Table) -> None:
    """Complete sheets and pairs of items are the two ways of R, and the record says which it was."""
    expected = oracle("alpha_cohesion_missing")
    answers = columns(table("cohesion.csv"), "COH")
    complete, pairwise = (found(alpha(answers, pairwise=way, minimum=2)) for way in (False, True))
    assert complete.n == expected["n_complete"]
    assert complete.estimate == pytest.approx(expected["alpha_complete_cases"], rel=1e-9)
    assert pairwise.estimate == pytest.approx(expected["alpha_pairwise_psych"], rel=1e-9)
    assert "complete sheets" in complete.method
    assert "pairs of items" in pairwise.method


def test_alpha_from_piles_is_alpha_from_sheets() -> None:
    """Sums collected over many boxes give the same alpha and interval to the last digits."""
    answers = np.random.default_rng(1).integers(1, 6, (300, 5)).astype(float)
    answers[:20, 3] = np.nan
    piles = ItemMoments.nothing(5)
    for box in np.array_split(answers, 23):
        piles += ItemMoments.of(box)
    direct, streamed = found(alpha(answers)), found(alpha_from_covariances(piles.complete()))
    assert streamed.estimate == pytest.approx(direct.estimate, rel=1e-12)
    assert (streamed.low, streamed.high) == pytest.approx((direct.low, direct.high), rel=1e-12)


def test_alpha_of_parallel_items_is_spearman_brown() -> None:
    """Items that all correlate by r have alpha k r / (1 + (k - 1) r)."""
    made = found(alpha_from_covariances(Covariances(100, np.full((4, 4), 0.3) + np.eye(4) * 0.7)))
    assert made.estimate == pytest.approx(4 * 0.3 / (1 + 3 * 0.3), rel=1e-12)
    assert made.standardised == pytest.approx(made.estimate, rel=1e-12)


def test_feldt_interval_covers_the_true_alpha() -> None:
    """Under its own assumptions the interval holds the truth 95 times in 100."""
    rng = np.random.default_rng(2)
    truth = 4 * 0.4 / (1 + 3 * 0.4)
    runs = [found(alpha(rng.normal(0, 0.4**0.5, (40, 1)) + rng.normal(0, 0.6**0.5, (40, 4)))) for _ in range(800)]
    covered = np.mean([run.low <= truth <= run.high for run in runs])
    assert 0.93 <= covered <= 0.97


def test_items_against_each_other_have_a_negative_alpha() -> None:
    """A forgotten reverse key is visible: alpha falls below zero and the item is marked."""
    rng = np.random.default_rng(3)
    answers = rng.normal(0, 1, (200, 1)) * [1, 1, -1] + rng.normal(0, 0.5, (200, 3))
    made = item_rest(ItemMoments.of(answers).complete())
    assert found(alpha(answers)).estimate < 0
    assert isinstance(made, ItemRest)
    assert made.odd[2]
    assert made.estimate[2] < -0.7


def test_item_rest_is_numpys_correlation_with_the_sum_of_the_others() -> None:
    """The closed form from covariances is the plain correlation, and the interval holds it."""
    answers = np.random.default_rng(4).integers(1, 6, (50, 4)).astype(float)
    made = item_rest(ItemMoments.of(answers).complete())
    assert isinstance(made, ItemRest)
    plain = np.corrcoef(answers[:, 1], answers[:, [0, 2, 3]].sum(axis=1))[0, 1]
    assert made.estimate[1] == pytest.approx(plain, rel=1e-9)
    assert (made.low < made.estimate).all()
    assert (made.estimate < made.high).all()


def test_item_rest_of_four_sheets_tells_nothing_about_the_range() -> None:
    """Fisher's interval needs more than four sheets and is the whole range before."""
    made = item_rest(ItemMoments.of([[1, 2, 3], [2, 2, 1], [4, 4, 5], [5, 4, 2]]).complete(), minimum=4)
    assert isinstance(made, ItemRest)
    assert (made.low.tolist(), made.high.tolist()) == ([-1.0] * 3, [1.0] * 3)


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        (np.ones((29, 3)), CannotTell("too few answer sheets", 29, 30, "answers")),
        (np.ones((50, 2)), CannotTell("too few questions for a scale", 2, 3, "items")),
        (np.ones((50, 3)), CannotTell("all sheets add up to the same score", 50, None, "answers")),
        (
            np.tile([[1, 2, 3], [3, 2, 1]], (20, 1)),
            CannotTell("all sheets add up to the same score", 40, None, "answers"),
        ),
        (np.empty((0, 3)), CannotTell("too few answer sheets", 0, 30, "answers")),
    ],
)
def test_thin_data_give_a_typed_refusal(answers: Any, refusal: CannotTell) -> None:
    """Too few sheets, too few items and sheets that are all alike are told apart."""
    assert alpha(answers) == refusal
    assert item_rest(ItemMoments.of(answers).complete()) == refusal


def test_an_item_that_never_varies_has_no_item_rest() -> None:
    """Alpha can be told, but not how the constant item goes along with the others."""
    answers = np.random.default_rng(5).integers(1, 6, (40, 3)).astype(float)
    answers[:, 1] = 4
    assert np.isfinite(found(alpha(answers)).standardised)
    assert item_rest(ItemMoments.of(answers).complete()) == CannotTell(
        "one question has the same answer on all sheets", 40, None, "answers"
    )


@pytest.mark.parametrize(("options", "named"), [({"minimum": 1}, "at least 2, got 1"), ({"level": 0.0}, "got 0")])
def test_impossible_options_are_named(options: dict[str, Any], named: str) -> None:
    """A minimum under two and a level outside its range are named."""
    with pytest.raises(ValueError, match=named):
        alpha(np.ones((40, 3)), **options)
    with pytest.raises(ValueError, match=named):
        item_rest(ItemMoments.of(np.ones((40, 3))).complete(), **options)


def test_pooled_spread_is_the_residual_of_a_one_way_analysis(oracle: Oracle, table: Table) -> None:
    """Its square is R's mean square within teams."""
    data = table("lq2002.csv")
    made = pooled_spread(data["LEAD"], data["COMPID"])
    assert isinstance(made, PooledSpread)
    assert (made.n, made.teams, made.df) == (2042, 49, 1993)
    assert made.estimate**2 == pytest.approx(oracle("icc_lq2002_LEAD")["MSW"], rel=1e-9)


def test_pooled_spread_from_squares_is_that_from_scores() -> None:
    """Counts and sums of squares are enough, persons without a score are left out."""
    rng = np.random.default_rng(6)
    scores, teams = rng.normal(3, 1, 60), np.repeat(np.arange(12), 5)
    scores[:5] = np.nan
    groups = [scores[teams == team] for team in range(1, 12)]
    squares = [((group - group.mean()) ** 2).sum() for group in groups]
    direct = pooled_spread(scores, teams)
    summed = pooled_spread_from_squares([5] * 11, squares)
    assert isinstance(direct, PooledSpread)
    assert isinstance(summed, PooledSpread)
    assert summed.estimate == pytest.approx(direct.estimate, rel=1e-12)
    assert (summed.df, summed.teams) == (direct.df, direct.teams) == (44, 11)


def test_pooled_spread_interval_covers() -> None:
    """For normal scores the interval holds the true spread 95 times in 100."""
    rng = np.random.default_rng(7)
    squares = rng.chisquare(4, (2000, 10)) * 0.49
    runs = [pooled_spread_from_squares([5] * 10, row) for row in squares]
    covered = np.mean([run.low <= 0.7 <= run.high for run in runs if isinstance(run, PooledSpread)])
    assert 0.935 <= covered <= 0.965


def test_a_spread_needs_two_sheets_in_one_team() -> None:
    """Teams of one say nothing about how people differ."""
    assert pooled_spread([3.0, 4.0], ["a", "b"]) == CannotTell("no team has two answer sheets", 1, 2, "answers")
    assert pooled_spread([], []) == CannotTell("no team has two answer sheets", 0, 2, "answers")


@pytest.mark.parametrize(
    ("scores", "teams", "named"),
    [([1.0], [], "same length"), ([float("inf")], [1], "infinite")],
)
def test_pooled_spread_refuses_impossible_scores(scores: list[float], teams: list[int], named: str) -> None:
    """Unequal lengths and infinite scores are named."""
    with pytest.raises(ValueError, match=named):
        pooled_spread(scores, teams)


@pytest.mark.parametrize(
    ("counts", "squares", "named"),
    [([2], [1.0, 2.0], "same length"), ([-1], [1.0], "counts .* got -1"), ([2], [-0.5], "squares .* got -0.5")],
)
def test_pooled_spread_refuses_impossible_sums(counts: list[int], squares: list[float], named: str) -> None:
    """Unequal lengths and negative values are named."""
    with pytest.raises(ValueError, match=named):
        pooled_spread_from_squares(counts, squares)
