"""The share of differences between teams agrees with R, and nothing found is told as such."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from surveyapp.stats.intraclass import IntraclassCorrelation, icc1, icc1_from_sums
from surveyapp.stats.outcome import CannotTell

Oracle = Callable[[str], Any]
Table = Callable[[str], dict[str, Any]]
SMALL: dict[str, Any] = {"least_teams": 2, "least_persons": 3}


def found(outcome: IntraclassCorrelation | CannotTell) -> IntraclassCorrelation:
    """Give a correlation that is known to exist."""
    assert isinstance(outcome, IntraclassCorrelation)
    return outcome


def test_f_and_p_are_those_of_scipy() -> None:
    """The test behind it is the usual one-way analysis of variance."""
    rng = np.random.default_rng(1)
    groups = [rng.normal(size, 1, size + 2) for size in range(3, 8)]
    teams = np.repeat(np.arange(5), [group.size for group in groups])
    made = found(icc1(np.concatenate(groups), teams, **SMALL))
    expected = stats.f_oneway(*groups)
    assert made.between / made.within == pytest.approx(expected.statistic, rel=1e-9)
    assert made.p == pytest.approx(expected.pvalue, rel=1e-9)


def test_the_interval_covers_for_unequal_teams() -> None:
    """In 400 organisations of 20 unequal teams it holds the true share about 94 times in 100."""
    rng = np.random.default_rng(2)
    teams = np.repeat(np.arange(20), rng.integers(3, 12, 20))
    runs = [
        found(icc1(rng.normal(0, 0.2**0.5, 20)[teams] + rng.normal(0, 0.8**0.5, teams.size), teams)) for _ in range(400)
    ]
    assert 0.91 <= np.mean([run.low <= 0.2 <= run.high for run in runs]) <= 0.975


def test_teams_drawn_by_lot_have_about_nothing_between_them() -> None:
    """The estimate is right on average, below zero half of the time, and found one time in forty."""
    rng = np.random.default_rng(3)
    teams = np.repeat(np.arange(15), 6)
    runs = [found(icc1(rng.normal(0, 1, 90), teams)) for _ in range(400)]
    assert np.mean([run.estimate for run in runs]) == pytest.approx(0, abs=0.01)
    assert np.mean([run.estimate < 0 for run in runs]) > 0.4
    assert np.mean([run.found for run in runs]) < 0.05


def test_sums_give_what_scores_give() -> None:
    """Persons without a score and teams without persons are left out."""
    rng = np.random.default_rng(4)
    scores, teams = rng.normal(3, 1, 60), np.repeat(np.arange(12), 5)
    scores[:5] = np.nan
    parts = [scores[teams == team] for team in range(1, 12)]
    squares = float(sum(((part - part.mean()) ** 2).sum() for part in parts))
    direct = found(icc1(scores, teams))
    summed = found(icc1_from_sums([0] + [5] * 11, [0.0, *(part.mean() for part in parts)], squares))
    assert summed.estimate == pytest.approx(direct.estimate, rel=1e-12)
    assert (summed.low, summed.high) == pytest.approx((direct.low, direct.high), rel=1e-12)
    assert (summed.n, summed.teams) == (direct.n, direct.teams) == (55, 11)


def test_equal_team_means_are_no_crash() -> None:
    """When all teams have the same mean the share is at its lowest possible value."""
    made = found(icc1([1, 2, 1, 2, 1, 2], ["a", "a", "b", "b", "c", "c"], **SMALL))
    assert made.estimate == pytest.approx(-1.0)
    assert made.p == 1.0
    assert not made.found


@pytest.mark.parametrize(
    ("scores", "teams", "options", "refusal"),
    [
        ([], [], {}, CannotTell("too few teams", 0, 10, "teams")),
        ([1.0] * 9, list(range(9)), {}, CannotTell("too few teams", 9, 10, "teams")),
        (list(range(49)), [row % 10 for row in range(49)], {}, CannotTell("too few answer sheets", 49, 50, "answers")),
        ([1.0, 2.0, 3.0], [1, 2, 3], SMALL, CannotTell("no team has two answer sheets", 1, 2, "answers")),
        (
            [1.0, 1.0, 3.0, 3.0],
            [1, 1, 2, 2],
            SMALL,
            CannotTell("people in the same team all gave the same answers", 4, None, "answers"),
        ),
    ],
)
def test_thin_data_give_a_typed_refusal(scores: Any, teams: Any, options: Any, refusal: CannotTell) -> None:
    """Few teams, few sheets, teams of one and entire agreement are told apart."""
    assert icc1(scores, teams, **options) == refusal


@pytest.mark.parametrize(
    ("arguments", "options", "named"),
    [
        (([-1], [3.0], 1.0), {}, "counts must be at least 0, got -1"),
        (([2], [3.0, 4.0], 1.0), {}, "counts 1, means 2"),
        (([2], [3.0], -1.0), {}, "squares must be finite and at least 0, got -1"),
        (([2], [3.0], 1.0), {"level": 1.0}, "level must lie between 0 and 1, got 1"),
    ],
)
def test_impossible_sums_are_named(arguments: Any, options: Any, named: str) -> None:
    """The message says which value is wrong."""
    with pytest.raises(ValueError, match=named):
        icc1_from_sums(*arguments, **options)


def test_scores_and_teams_must_fit() -> None:
    """Lengths that differ are named."""
    with pytest.raises(ValueError, match="scores 2, teams 1"):
        icc1([1.0, 2.0], ["a"])
