"""The variance between teams is the highest point of the restricted likelihood, and R finds the same."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.variance import BetweenVariance, between_variance, one_way, one_way_from_sums

Oracle = Callable[[str], Any]
Table = Callable[[str], dict[str, Any]]


def found(outcome: BetweenVariance | CannotTell) -> BetweenVariance:
    """Give a variance that is known to exist."""
    assert isinstance(outcome, BetweenVariance)
    return outcome


def test_equal_teams_have_the_closed_form(oracle: Oracle, table: Table) -> None:
    """With teams of one size the estimate is that of the analysis of variance."""
    expected, data = oracle("icc_sherif_time2"), table("sherifdat.csv")
    second = data["time"] == 2
    made = found(one_way(data["y"][second], data["group"][second]))
    assert made.estimate == pytest.approx((expected["MSB"] - expected["MSW"]) / 3, rel=1e-9)
    assert made.within == pytest.approx(expected["MSW"], rel=1e-9)


def test_equal_errors_have_the_closed_form() -> None:
    """With the same error for every team the estimate is the variance of the means less the error."""
    means = [2.0, 3.5, 3.1, 4.4, 2.6]
    made = found(between_variance(means, [0.1] * 5))
    assert made.estimate == pytest.approx(np.var(means, ddof=1) - 0.1, rel=1e-9)
    assert made.mean == pytest.approx(np.mean(means), rel=1e-12)


def test_known_errors_give_what_sheets_give() -> None:
    """With many persons the within variance is known as good as exactly, and both ways agree."""
    rng = np.random.default_rng(1)
    counts = rng.integers(200, 400, 30)
    teams = np.repeat(np.arange(30), counts)
    scores = rng.normal(0, 0.3, 30)[teams] + rng.normal(0, 0.7, teams.size)
    full = found(one_way(scores, teams))
    means = np.bincount(teams, scores) / counts
    assert found(between_variance(means, full.within / counts)).estimate == pytest.approx(full.estimate, rel=1e-3)


def test_no_difference_is_an_estimate_of_nothing() -> None:
    """Teams that differ less than chance has them differ are found not to differ, and the interval starts there."""
    made = found(between_variance([3.0, 3.1, 2.9, 3.0], [0.2] * 4))
    assert (made.estimate, made.low) == (0.0, 0.0)
    assert made.high > 0.01


def test_no_neighbouring_value_is_more_likely() -> None:
    """The likelihood that R maximises, written out with matrices, is highest at the estimate."""
    rng = np.random.default_rng(2)
    teams = np.repeat(np.arange(8), [2, 3, 5, 8, 4, 6, 3, 7])
    scores = rng.normal(0, 0.5, 8)[teams] + rng.normal(0, 0.8, teams.size)
    made = found(one_way(scores, teams))
    same = teams[:, None] == teams[None, :]

    def likelihood(between: float, within: float) -> float:
        inverse = np.linalg.inv(between * same + within * np.eye(teams.size))
        ones = np.ones(teams.size)
        rest = scores - ones * (ones @ inverse @ scores) / (ones @ inverse @ ones)
        log = np.linalg.slogdet(inverse)[1] - np.log(ones @ inverse @ ones) - rest @ inverse @ rest
        return float(log)

    best = likelihood(made.estimate, made.within)
    for factor in (0.99, 1.01):
        assert likelihood(made.estimate * factor, made.within) < best
        assert likelihood(made.estimate, made.within * factor) < best


def test_the_profile_interval_covers_the_variance() -> None:
    """In 300 organisations of 25 teams the interval holds the true variance about 95 times in 100."""
    rng = np.random.default_rng(3)
    errors = 0.4 / rng.integers(3, 10, 25)
    hits = [
        run.low <= 0.1 <= run.high
        for run in (found(between_variance(rng.normal(0, np.sqrt(0.1 + errors)), errors)) for _ in range(300))
    ]
    assert 0.92 <= np.mean(hits) <= 0.98


def test_the_standard_error_is_the_spread_of_the_estimates() -> None:
    """For many equal teams the asymptotic error is that of a sample variance."""
    made = found(between_variance(np.random.default_rng(4).normal(0, 1, 400), np.full(400, 0.5)))
    assert made.error == pytest.approx((made.estimate + 0.5) * (2 / 399) ** 0.5, rel=1e-9)


def test_sums_give_what_scores_give() -> None:
    """Counts, means and squares are enough, empty teams and persons without a score are left out."""
    scores = [3.0, 4.0, float("nan"), 2.0, 2.5, 5.0, 4.5, 4.0]
    teams = ["a", "a", "a", "b", "b", "c", "c", "c"]
    direct = found(one_way(scores, teams))
    summed = found(one_way_from_sums([2, 0, 2, 3], [3.5, 0.0, 2.25, 4.5], 0.5 + 0.125 + 0.5))
    assert summed.n == direct.n
    assert summed.estimate == pytest.approx(direct.estimate, rel=1e-12)


@pytest.mark.parametrize(
    ("scores", "teams", "refusal"),
    [
        ([3.0, 4.0, 2.0], ["a", "a", "b"], CannotTell("too few teams", 2, 3, "teams")),
        ([], [], CannotTell("too few teams", 0, 3, "teams")),
        ([3.0, 4.0, 2.0], ["a", "b", "c"], CannotTell("no team has two answer sheets", 1, 2, "answers")),
        (
            [3.0, 3.0, 2.0, 2.0, 4.0],
            ["a", "a", "b", "b", "c"],
            CannotTell("people in the same team all gave the same answers", 5, None, "answers"),
        ),
    ],
)
def test_thin_data_give_a_typed_refusal(scores: list[float], teams: list[str], refusal: CannotTell) -> None:
    """Too few teams, teams of one and entire agreement are told apart."""
    assert one_way(scores, teams) == refusal


def test_known_errors_need_teams_too() -> None:
    """The refusal says how many teams are needed."""
    assert between_variance([3.0], [0.1], minimum=10) == CannotTell("too few teams", 1, 10, "teams")


@pytest.mark.parametrize(
    ("arguments", "options", "named"),
    [
        (([3.0, 4.0], [0.1]), {}, "means 2, error_variances 1"),
        (([3.0], [0.0]), {}, "error_variances must be above 0, got 0"),
        (([float("nan")], [0.1]), {}, "means must be finite, got nan"),
        (([3.0], [0.1]), {"minimum": 2}, "minimum must be at least 3, got 2"),
        (([3.0], [0.1]), {"level": 1.0}, "level must lie between 0 and 1, got 1"),
    ],
)
def test_impossible_input_is_named(arguments: tuple[Any, Any], options: dict[str, Any], named: str) -> None:
    """The message says which value is wrong."""
    with pytest.raises(ValueError, match=named):
        between_variance(*arguments, **options)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (([-1.0], [3.0], 1.0), "counts must be at least 0, got -1"),
        (([2.0], [3.0, 4.0], 1.0), "counts 1, means 2"),
        (([2.0], [3.0], -1.0), "squares must be finite and at least 0, got -1"),
    ],
)
def test_impossible_sums_are_named(arguments: tuple[Any, Any, float], named: str) -> None:
    """Counts, lengths and squares are checked."""
    with pytest.raises(ValueError, match=named):
        one_way_from_sums(*arguments)
