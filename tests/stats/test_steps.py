"""Movement of teams is told from the noise of their answers."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.steps import StepVariance, step_variance

Floats = NDArray[np.float64]


def told(outcome: StepVariance | CannotTell) -> StepVariance:
    """Give the variance, which these data always allow."""
    assert isinstance(outcome, StepVariance)
    return outcome


def walk(rng: np.random.Generator, teams: int, waves: int, *, step: float, noise: float) -> Floats:
    """Means of teams that move by steps, with noise and a wave that moves all of them."""
    safety = rng.normal(3.5, 0.4, (teams, 1)) + np.cumsum(rng.normal(0, step, (teams, waves)), axis=1)
    return np.asarray(safety + rng.normal(0, 0.3, (1, waves)) + rng.normal(0, noise, (teams, waves)))


def test_movement_is_told_from_noise() -> None:
    """On average the planted variance comes out, whatever all teams do together."""
    rng = np.random.default_rng(1)
    noise = 0.6 * (1 / 6 - 0.5 / 9) ** 0.5
    runs = [
        told(step_variance(walk(rng, 30, 6, step=0.15, noise=noise), np.full((30, 6), 6), 9, sd=0.6))
        for _ in range(200)
    ]
    assert np.mean([run.estimate for run in runs]) == pytest.approx(0.15**2, rel=0.05)
    assert np.mean([run.low <= 0.15**2 <= run.high for run in runs]) > 0.9


def test_with_the_same_noise_it_is_the_mean_of_squares_less_the_noise() -> None:
    """For complete tables of equal teams, by hand."""
    means = walk(np.random.default_rng(2), 12, 3, step=0.5, noise=0.1)
    moves = np.diff(means - means.mean(axis=0), axis=1)
    chance = 2 * 0.6**2 * (1 / 5 - 0.5 / 10)
    found = told(step_variance(means, np.full((12, 3), 5), 10, sd=0.6))
    assert found.estimate == pytest.approx((moves**2).mean() * 12 / 11 - chance, rel=1e-9)
    assert found.high - found.estimate == pytest.approx(
        1.959964 * (2 / 24) ** 0.5 * (chance + found.estimate), rel=1e-6
    )
    assert (found.n, found.teams, found.stable_share) == (24, 12, 0.5)


def test_teams_that_stand_still_are_found_to() -> None:
    """A negative difference is no movement, and the interval starts there."""
    found = told(step_variance(np.full((10, 2), 3.5), np.full((10, 2), 6), 8, sd=0.6))
    assert (found.estimate, found.low) == (0.0, 0.0)
    assert found.high > 0


def test_large_teams_weigh_more() -> None:
    """Their steps hold less noise."""
    means = np.r_[np.full((10, 2), 3.5), np.tile([3.0, 4.0], (5, 1)), np.tile([4.0, 3.0], (5, 1))]
    large_still, small_still = (
        told(step_variance(means, np.repeat(sizes, 10)[:, None] * np.ones((20, 2)), 40, sd=0.6))
        for sizes in ([40, 4], [4, 40])
    )
    assert large_still.estimate < small_still.estimate


def test_published_rows_hold_less_movement() -> None:
    """What rounding adds is no movement."""
    means = walk(np.random.default_rng(3), 20, 4, step=0.3, noise=0.2)
    exact, rounded = (told(step_variance(means, np.full((20, 4), 6), 9, sd=0.6, rounding=extra)) for extra in (0, 0.01))
    assert rounded.estimate == pytest.approx(exact.estimate - 0.02, rel=1e-9)


def test_gaps_are_no_steps() -> None:
    """Only neighbouring waves count, and teams without two of them not at all."""
    means = walk(np.random.default_rng(4), 12, 4, step=0.3, noise=0.2)
    means[0, 1], means[1, [0, 2]] = np.nan, np.nan
    found = told(step_variance(means, np.full((12, 4), 6), 9, sd=0.6))
    assert (found.n, found.teams) == (10 * 3 + 1, 11)


def test_without_any_noise_all_steps_weigh_alike() -> None:
    """Everybody answers and nobody changes of their own."""
    means = np.tile([3.0, 3.5], (10, 1)) * np.r_[np.ones(5), -np.ones(5)][:, None]
    found = told(step_variance(means, np.full((10, 2), 8), 8, sd=0.6, stable_share=1.0))
    assert found.estimate == pytest.approx(0.25 * 10 / 9, rel=1e-9)


@pytest.mark.parametrize(
    ("means", "n"),
    [(np.full((9, 3), 3.0), 9), (np.full((30, 1), 3.0), 0), (np.empty((0, 3)), 0), (np.empty((3, 0)), 0)],
)
def test_few_teams_or_one_wave_cannot_tell(means: Floats, n: int) -> None:
    """The refusal says how many teams there are."""
    outcome = step_variance(means, np.full(means.shape, 6), 9, sd=0.6)
    assert outcome == CannotTell("too few teams with two waves in a row", n, 10, "teams")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"counts": np.full((12, 2), 6)}, "same shape"),
        ({"counts": np.zeros((12, 3))}, "counts must be at least 1, got 0"),
        ({"rosters": 5}, "got n 6 of 5"),
        ({"sd": 0.0}, "sd must be above 0, got 0"),
        ({"rounding": -1.0}, "rounding must be at least 0, got -1"),
        ({"stable_share": 2.0}, "stable_share must lie between 0 and 1, got 2"),
        ({"level": 95.0}, "level must lie between 0 and 1, got 95"),
    ],
)
def test_impossible_input_is_named(options: dict[str, Any], named: str) -> None:
    """The message says which value is wrong."""
    arguments: dict[str, Any] = {"means": np.full((12, 3), 3.0), "counts": np.full((12, 3), 6), "rosters": 9, "sd": 0.6}
    with pytest.raises(ValueError, match=named):
        step_variance(**(arguments | options))
