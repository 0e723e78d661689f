"""Steps in long series: against R, planted steps, refusals."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from surveyapp.stats import glm
from surveyapp.stats.interrupted import Step, newey_west, step_in_series
from surveyapp.stats.outcome import CannotTell

Table = dict[str, Any]


def told(outcome: Step | CannotTell) -> Step:
    """Give the step, which these data always allow."""
    assert isinstance(outcome, Step)
    return outcome


def series(n: int, *, start: int = 16, step: float = 0.0) -> Any:
    """Make values with a trend, a step and dependent noise."""
    rng = np.random.default_rng(3)
    noise = np.convolve(rng.normal(0, 0.3, n + 2), [0.5, 0.3, 0.2], "valid")
    return 5 + 0.02 * np.arange(n) + step * (np.arange(n) >= start) + noise


def test_a_planted_step_is_found() -> None:
    """And lies in the interval."""
    found = told(step_in_series(series(40, step=1.5), 16))
    assert found.low < 1.5 < found.high
    assert found.p < 0.001


def test_the_interval_is_that_of_t() -> None:
    """On the points that the four coefficients leave."""
    found = told(step_in_series(series(40), 16, confidence=0.9))
    margin = stats.t.isf(0.05, 36) * found.se
    assert (found.low, found.high) == pytest.approx((found.estimate - margin, found.estimate + margin), rel=1e-9)
    assert found.p == pytest.approx(2 * stats.t.sf(abs(found.estimate) / found.se, 36), rel=1e-9)


def test_counts_give_a_log_rate_ratio() -> None:
    """Half the rate from the date on."""
    rng = np.random.default_rng(4)
    weeks = rng.uniform(50, 150, 60)
    count = rng.poisson(weeks * np.where(np.arange(60) < 30, 0.4, 0.2))
    found = told(step_in_series(count, 30, kind="poisson", exposure=weeks))
    assert found.low < np.log(0.5) < found.high


def test_without_lags_it_is_the_plain_sandwich() -> None:
    """White's covariance."""
    design = np.column_stack([np.ones(30), np.arange(30.0)])
    fit = glm.fit_mean(design, series(30), "gaussian")
    assert isinstance(fit, glm.Fit)
    scores = design * fit.residual[:, None]
    inverse = np.linalg.inv(design.T @ design)
    assert newey_west(fit, 0, adjust=False) == pytest.approx(inverse @ scores.T @ scores @ inverse, rel=1e-9)


@pytest.mark.parametrize(
    ("n", "start", "refusal"),
    [
        (23, 12, CannotTell("the series is too short", 23, 24, "points")),
        (24, 7, CannotTell("too few points on one side of the date", 7, 8, "points")),
        (40, 33, CannotTell("too few points on one side of the date", 7, 8, "points")),
    ],
)
def test_short_series_cannot_tell(n: int, start: int, refusal: CannotTell) -> None:
    """Under 24 points, or under 8 on a side."""
    assert step_in_series(series(n), start) == refusal


@pytest.mark.parametrize("values", [np.full(40, 2.0), np.arange(40.0)])
def test_a_series_without_noise_cannot_tell(values: Any) -> None:
    """Nothing varies around the trend."""
    assert isinstance(step_in_series(values, 20), CannotTell)


@pytest.mark.parametrize(
    ("start", "more", "message"),
    [
        (0, {}, "start must be a whole number from 1 to 39, got 0"),
        (40, {}, "start must be a whole number from 1 to 39, got 40"),
        (20, {"kind": "poisson"}, "value must be whole numbers from 0"),
        (20, {"exposure": np.zeros(40)}, "exposure must be above 0, got 0"),
        (20, {"exposure": np.ones(39)}, "value 40, exposure 39"),
        (20, {"lag": 40}, "lag must be under the number of points 40, got 40"),
        (20, {"lag": -1}, "lag must be a whole number from 0, got -1"),
        (20, {"season": 1}, "season must be a whole number from 2, got 1"),
    ],
)
def test_nonsense_is_refused(start: int, more: Table, message: str) -> None:
    """The message names the argument, its value and the limit."""
    with pytest.raises(ValueError, match=message):
        step_in_series(series(40), start, **more)
