"""Shrunken scores agree with R's, hold the truth, and know how many sit in a team."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm, pearsonr

from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.shrinkage import ShrunkScores, TeamReliability, chance_below, shrink, team_reliability
from surveyapp.stats.variance import BetweenVariance, between_variance, one_way

Oracle = Callable[[str], Any]
Table = Callable[[str], dict[str, Any]]

MEANS = [3.0, 3.9, 3.4, 3.6, 4.4, 2.8, 3.5, 3.3, 3.7, 4.0]


def found(outcome: ShrunkScores | CannotTell) -> ShrunkScores:
    """Give scores that are known to exist."""
    assert isinstance(outcome, ShrunkScores)
    return outcome


def fitted(outcome: BetweenVariance | CannotTell) -> BetweenVariance:
    """Give a variance that is known to exist."""
    assert isinstance(outcome, BetweenVariance)
    return outcome


def test_the_estimate_is_the_posterior_of_a_normal_model() -> None:
    """Drawing truth and means from the model, the truth scatters around the estimate with the told variance."""
    rng = np.random.default_rng(1)
    between = replace(fitted(between_variance(MEANS, [0.05] * 10)), estimate=0.1, mean=3.5, mean_error=0.0, error=0.0)
    truth = rng.normal(3.5, (0.1 + 0.5 * 0.49 / 8) ** 0.5, 40_000)
    sampling = 0.49 / 5 * (0.5 * (1 - 5 / 8) + 0.5)
    means = truth + rng.normal(0, sampling**0.5, truth.size)
    made = found(shrink(means, np.full(truth.size, 5), np.full(truth.size, 8), sd=0.7, between=between))
    miss = made.estimate - truth
    assert abs(pearsonr(miss, means).statistic) < 0.02
    assert miss.var() == pytest.approx(float(made.conditional_variance[0]), rel=0.03)
    assert np.mean((made.low < truth) & (truth < made.high)) == pytest.approx(0.95, abs=0.01)


def test_a_full_team_that_never_changes_its_mind_is_kept() -> None:
    """When everybody answers and persons are all stable, nothing is drawn toward the mean."""
    made = found(shrink(MEANS, [8] * 10, [8] * 10, sd=0.65, stable_share=1.0))
    assert made.weight == pytest.approx(np.ones(10))
    assert made.estimate == pytest.approx(np.array(MEANS))


def test_small_samples_are_drawn_further() -> None:
    """The fewer answered, the more the estimate leans on the others."""
    made = found(shrink(MEANS, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [12] * 10, sd=0.65))
    assert (np.diff(made.weight) > 0).all()
    assert (np.diff(made.error) < 0).all()


def test_rounding_weakens_the_own_mean() -> None:
    """What publishing rounded away makes the team's own mean weigh less."""
    exact, rounded = (found(shrink(MEANS, [6] * 10, [8] * 10, sd=0.65, rounding=extra)) for extra in (0.0, 0.04))
    assert (rounded.weight < exact.weight).all()


def test_unsure_mean_and_variance_widen_the_interval() -> None:
    """The told error is larger than if mean and variance of the teams were known."""
    made = found(shrink(MEANS, [6] * 10, [8] * 10, sd=0.65))
    assert (made.error**2 > made.conditional_variance).all()


def test_chance_below_is_the_area_of_the_normal_curve() -> None:
    """Half lies below the estimate itself; the rest follows the normal distribution."""
    made = found(shrink(MEANS, [6] * 10, [8] * 10, sd=0.65))
    assert chance_below(made, float(made.estimate[3]))[3] == pytest.approx(0.5)
    expected = norm.cdf(3.2, made.estimate, made.error)
    assert chance_below(made, 3.2) == pytest.approx(expected)


def test_reliability_follows_spearman_brown() -> None:
    """Doubling the answers of a team changes its reliability by the prophecy formula."""
    between = replace(fitted(between_variance(MEANS, [0.05] * 10)), estimate=0.1, low=0.05, high=0.2)
    made = team_reliability(between, [4, 8], sd=0.7)
    single, double = made.estimate
    assert double == pytest.approx(2 * single / (1 + single), rel=1e-12)
    assert (made.low < made.estimate).all()
    assert (made.estimate < made.high).all()


def test_reliability_takes_the_variance_within_from_the_fit() -> None:
    """After a one-way fit no standard deviation has to be given."""
    fit = fitted(one_way([1, 2, 3, 3, 4, 5, 6, 7, 8], ["a"] * 3 + ["b"] * 3 + ["c"] * 3))
    made = team_reliability(fit, [3])
    assert isinstance(made, TeamReliability)
    assert made.estimate[0] == pytest.approx(6 / (6 + 1 / 3), rel=1e-9)


def test_few_teams_give_a_typed_refusal() -> None:
    """Nine teams are too few to borrow from, ten are enough."""
    assert shrink(MEANS[:9], [6] * 9, [8] * 9, sd=0.65) == CannotTell("too few teams to borrow from", 9, 10, "teams")
    assert shrink([], [], [], sd=0.65) == CannotTell("too few teams to borrow from", 0, 10, "teams")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"counts": [6] * 9}, "counts 9"),
        ({"counts": [9] * 10}, "got n 9 of 8"),
        ({"sd": 0.0}, "sd must be above 0, got 0"),
        ({"rounding": -0.1}, "rounding must be at least 0, got -0.1"),
        ({"stable_share": 2.0}, "stable_share must lie between 0 and 1, got 2"),
        ({"minimum": 2}, "minimum must be a whole number from 3"),
        ({"level": 0.0}, "level must lie between 0 and 1, got 0"),
        ({"means": [float("inf")] * 10}, "means must be finite, got inf"),
    ],
)
def test_impossible_input_is_named(changed: dict[str, Any], named: str) -> None:
    """The message says which value is wrong."""
    arguments: dict[str, Any] = {"means": MEANS, "counts": [6] * 10, "rosters": [8] * 10, "sd": 0.65}
    with pytest.raises(ValueError, match=named):
        shrink(**(arguments | changed))


def test_reliability_and_chance_name_impossible_input() -> None:
    """A count of none, a missing spread and an endless limit are named."""
    between = fitted(between_variance(MEANS, [0.05] * 10))
    with pytest.raises(ValueError, match="sd must be given"):
        team_reliability(between, [4])
    with pytest.raises(ValueError, match="counts must be at least 1, got 0"):
        team_reliability(between, [0], sd=0.7)
    with pytest.raises(ValueError, match="limit must be finite, got inf"):
        chance_below(found(shrink(MEANS, [6] * 10, [8] * 10, sd=0.65)), float("inf"))
