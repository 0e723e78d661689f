"""Waiting times with open cases: published figures, scipy, exact enumeration, refusals."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.survival import (
    Curve,
    Duration,
    WaitingDifference,
    compare_waiting,
    median_time,
    restricted_mean,
    share_done,
    waiting_curve,
)

# Weeks of remission of 21 patients under 6-mercaptopurine and 21 under placebo (Freireich 1963).
TREATED = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], dtype=float)
RELAPSED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], dtype=bool)
PLACEBO = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], dtype=float)
WEEKS = np.r_[TREATED, PLACEBO]
ENDED = np.r_[RELAPSED, np.ones(21, dtype=bool)]
FIRST = np.arange(42) < 21

Floats = NDArray[np.float64]


def curved(outcome: Curve | CannotTell) -> Curve:
    """Give the curve, which these data always allow."""
    assert isinstance(outcome, Curve)
    return outcome


def told(outcome: Duration | CannotTell) -> Duration:
    """Give the figure, which these data always allow."""
    assert isinstance(outcome, Duration)
    return outcome


def test_curve_equals_the_published_one() -> None:
    """Share in remission under treatment, to three digits."""
    curve = curved(waiting_curve(TREATED, RELAPSED))
    assert curve.time.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.waiting.round(3).tolist() == [0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert (curve.n, curve.events, curve.last) == (21, 9, 35)


def test_curve_and_interval_equal_scipy() -> None:
    """The empirical survival function with its log-log interval."""
    curve = curved(waiting_curve(TREATED, RELAPSED))
    other = stats.ecdf(stats.CensoredData(uncensored=TREATED[RELAPSED], right=TREATED[~RELAPSED])).sf
    interval = other.confidence_interval(method="log-log")
    at = np.isin(other.quantiles, curve.time)
    assert curve.waiting == pytest.approx(other.probabilities[at], rel=1e-12)
    assert curve.low == pytest.approx(interval.low.probabilities[at], rel=1e-9)
    assert curve.high == pytest.approx(interval.high.probabilities[at], rel=1e-9)


def test_without_open_cases_it_is_the_plain_share() -> None:
    """And Greenwood's variance is the binomial one."""
    curve = curved(waiting_curve(PLACEBO, np.ones(21)))
    assert curve.waiting == pytest.approx([(time < PLACEBO).mean() for time in curve.time], rel=1e-12)
    assert (curve.low[-1], curve.high[-1]) == (0.0, 0.0)


def test_medians_equal_the_published_ones() -> None:
    """23 weeks against 8; the upper end under treatment is open."""
    treated = told(median_time(curved(waiting_curve(TREATED, RELAPSED))))
    placebo = told(median_time(curved(waiting_curve(PLACEBO, np.ones(21)))))
    assert (treated.estimate, treated.low, treated.high) == (23, 13, np.inf)
    assert (placebo.estimate, placebo.low, placebo.high) == (8, 4, 11)


def test_a_flat_stretch_at_one_half_gives_its_middle() -> None:
    """Two of four done by 2, the next at 5."""
    assert told(median_time(curved(waiting_curve([1, 2, 5, 9], [1, 1, 1, 1])))).estimate == 3.5


def test_no_median_when_most_still_wait() -> None:
    """It cannot be told, only bounded."""
    assert isinstance(median_time(curved(waiting_curve([1, 5, 5, 5], [1, 0, 0, 0]))), CannotTell)


def test_share_done_is_one_minus_the_curve() -> None:
    """Relapsed within 10 weeks, and the limits change places."""
    curve = curved(waiting_curve(TREATED, RELAPSED))
    found = told(share_done(curve, 12))
    assert found.estimate == pytest.approx(1 - curve.waiting[2])
    assert (found.low, found.high) == pytest.approx((1 - curve.high[2], 1 - curve.low[2]))
    assert found.events == 5


def test_nothing_done_yet_has_an_upper_limit() -> None:
    """Before the first event the exact binomial limit holds."""
    found = told(share_done(curved(waiting_curve(TREATED, RELAPSED)), 5))
    assert (found.estimate, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(stats.binomtest(0, 21).proportion_ci().high, rel=1e-9)


def test_beyond_the_longest_observation_cannot_tell() -> None:
    """Unless nobody waits any more."""
    assert isinstance(share_done(curved(waiting_curve(TREATED, RELAPSED)), 36), CannotTell)
    assert told(share_done(curved(waiting_curve(PLACEBO, np.ones(21))), 36)).estimate == 1.0


def test_restricted_mean_without_open_cases_is_the_plain_mean() -> None:
    """Of waits cut at the horizon, with the variance of a sample mean over n."""
    found = told(restricted_mean(PLACEBO, np.ones(21), 10))
    cut = np.minimum(PLACEBO, 10)
    assert found.estimate == pytest.approx(cut.mean(), rel=1e-12)
    assert found.high - found.estimate == pytest.approx(1.959964 * cut.std() / 21**0.5, rel=1e-6)


def test_restricted_mean_is_the_area_under_the_curve() -> None:
    """Summed step by step with open cases."""
    curve = curved(waiting_curve(TREATED, RELAPSED))
    grid = np.arange(0, 30, 0.01) + 0.005
    place = np.searchsorted(curve.time, grid, side="right")
    area = np.r_[1.0, curve.waiting][place].sum() * 0.01
    assert told(restricted_mean(TREATED, RELAPSED, 30)).estimate == pytest.approx(area, rel=1e-6)


def test_restricted_mean_before_any_event_is_the_horizon() -> None:
    """Everybody waits all the time, and nothing varies."""
    found = told(restricted_mean(TREATED, RELAPSED, 5))
    assert (found.estimate, found.low, found.high) == (5, 5, 5)


def test_restricted_mean_beyond_the_observation_cannot_tell() -> None:
    """The curve is not known there, unless it has come down to nothing."""
    assert isinstance(restricted_mean(TREATED, RELAPSED, 36), CannotTell)
    assert told(restricted_mean(PLACEBO, np.ones(21), 36)).estimate == pytest.approx(PLACEBO.mean())


def test_log_rank_equals_the_published_one() -> None:
    """A chi-square of 16.79 for the remission trial."""
    found = compare_waiting(WEEKS, ENDED, FIRST)
    assert isinstance(found, WaitingDifference)
    assert stats.chi2.isf(found.p, 1) == pytest.approx(16.79, abs=0.005)
    assert found.low > 0
    assert found.horizon == 35


def test_difference_is_that_of_the_restricted_means() -> None:
    """With the variances of both."""
    found = compare_waiting(WEEKS, ENDED, FIRST, horizon=20)
    one, other = (told(restricted_mean(WEEKS[g], ENDED[g], 20)) for g in (FIRST, ~FIRST))
    assert isinstance(found, WaitingDifference)
    assert found.estimate == pytest.approx(one.estimate - other.estimate)
    widths = [(each.high - each.low) / 2 for each in (one, other)]
    assert (found.high - found.low) / 2 == pytest.approx(np.hypot(widths[0], widths[1]), rel=1e-9)


def test_log_rank_comes_close_to_all_assignments() -> None:
    """On ten cases the p-value is near the exact one over 252 assignments."""
    days = np.array([1, 2, 3, 5, 7, 4, 6, 8, 9, 10], dtype=float)

    def p(places: tuple[int, ...]) -> float:
        found = compare_waiting(days, np.ones(10), np.isin(np.arange(10), places))
        assert isinstance(found, WaitingDifference)
        return found.p

    every = [p(places) for places in itertools.combinations(range(10), 5)]
    observed = p((0, 1, 2, 3, 4))
    assert observed == pytest.approx(np.mean(np.array(every) <= observed + 1e-12), abs=0.03)


@pytest.mark.parametrize("ended", [np.zeros(42), ENDED & ~FIRST])
def test_few_events_in_a_group_cannot_tell(ended: Floats) -> None:
    """Nothing happened in one group or in both."""
    outcome = compare_waiting(WEEKS, ended, FIRST)
    assert isinstance(outcome, CannotTell)
    assert (outcome.n, outcome.needed) == (0, 5)


def test_a_group_that_was_not_observed_to_the_horizon_cannot_tell() -> None:
    """The difference of means would be a guess."""
    assert isinstance(compare_waiting(WEEKS, ENDED, FIRST, horizon=40), CannotTell)


def test_groups_that_are_done_at_the_same_time_cannot_tell() -> None:
    """Nothing could have gone another way."""
    outcome = compare_waiting(np.ones(20), np.ones(20, dtype=bool), np.arange(20) < 8)
    assert outcome == CannotTell("all cases were done at the same time", 20, None, "cases")


@pytest.mark.parametrize("cases", [0, 4])
def test_nobody_done_cannot_tell(cases: int) -> None:
    """No case, or none in which it has happened."""
    assert isinstance(waiting_curve(np.ones(cases), np.zeros(cases)), CannotTell)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: waiting_curve([-1.0], [True]), "duration must be at least 0, got -1"),
        (lambda: waiting_curve([1.0, 2.0], [True]), "duration 2, happened 1"),
        (lambda: waiting_curve([1.0], [2]), "happened must be one-dimensional, with True or False"),
        (lambda: waiting_curve([1.0], [1], confidence=95), "confidence must lie between 0 and 1, got 95"),
        (lambda: restricted_mean([1.0], [1], 0), "horizon must be above 0, got 0"),
        (lambda: share_done(curved(waiting_curve([1.0], [1])), -1), "time must be at least 0, got -1"),
        (lambda: compare_waiting(WEEKS, ENDED, FIRST[:3]), "duration 42, first 3"),
    ],
)
def test_nonsense_is_refused(call: Callable[[], object], message: str) -> None:
    """The message names the argument, its value and the limit."""
    with pytest.raises(ValueError, match=message):
        call()
