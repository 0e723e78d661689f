"""Figures of the outcome measures."""

import math

import pytest

from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.outcomes import (
    Figure,
    mean_of,
    median_of,
    median_wait,
    rate_of,
    rate_ratio,
    ratio_of_sums,
    reached_within,
    share_of,
    slope_of,
    wait_within,
)


def figure(found: Figure | CannotTell) -> Figure:
    """Return a figure that has to be one."""
    assert isinstance(found, Figure), found
    return found


@pytest.mark.parametrize("of", [0, 1, 4])
def test_under_five_cases_there_is_no_share(of: int) -> None:
    """The refusal says how many there are and how many it takes."""
    found = share_of(0, of, "changes")
    assert found == CannotTell("too few to tell", of, 5, "changes")


def test_five_cases_give_wilson_s_interval() -> None:
    """It stays inside 0 and 1, and has a width at the ends."""
    found = figure(share_of(5, 5))
    assert (found.estimate, found.high) == (1, 1)
    assert found.low == pytest.approx(0.5655, abs=1e-4)


def test_a_rate_scales_with_its_interval() -> None:
    """Per hundred is a hundred times per one."""
    one, hundred = figure(rate_of(3, 26)), figure(rate_of(3, 26, per=100))
    assert [hundred.estimate, hundred.low, hundred.high] == pytest.approx(
        [100 * one.estimate, 100 * one.low, 100 * one.high]
    )


def test_without_exposure_there_is_no_rate() -> None:
    """Nothing is divided by nothing."""
    assert isinstance(rate_of(3, 0), CannotTell)
    with pytest.raises(ValueError, match="exposure must be at least 0"):
        rate_of(3, -1)


def test_a_change_that_may_be_chance_is_not_told() -> None:
    """Unless there were enough errors for a halving to show; then the interval speaks for itself."""
    assert rate_ratio(3, 1, 6, 1) == CannotTell("too few errors to tell a change from chance", 6, 50, "errors")
    assert figure(rate_ratio(50, 1, 60, 1)).low < 1
    assert figure(rate_ratio(2, 1, 30, 1)).high < 1
    assert isinstance(rate_ratio(0, 1, 0, 1), CannotTell)
    assert isinstance(rate_ratio(1, 0, 5, 9), CannotTell)


def test_open_cases_count_as_long_as_they_lasted() -> None:
    """Three done, two open for longer: three fifths within the week."""
    assert figure(wait_within([1, 2, 3, 9, 9], [True, True, True, False, False], 7)).estimate == pytest.approx(0.6)
    assert isinstance(wait_within([1, 2], [True, True], 7), CannotTell)
    assert isinstance(wait_within([1] * 5, [False] * 5, 7), CannotTell)


def test_withdrawn_is_an_end_of_its_own() -> None:
    """It is less than if the withdrawn ones might still have come."""
    length = [2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    competing = figure(reached_within(length, [1, 2, 1, 0, 1, 0], 6)).estimate
    censored = figure(reached_within(length, [1, 0, 1, 0, 1, 0], 6)).estimate
    assert competing < censored
    assert isinstance(reached_within([1.0], [1], 6), CannotTell)


def test_the_median_leaves_out_what_is_recent() -> None:
    """And takes a week that was coarsened to end now at the latest."""
    found = figure(median_wait([0, 1, 2, 3, 4, 5, 95], [3, 8, 2, 1, 7, 1, 20], now=100, horizon=30))
    assert (found.n, found.estimate) == (6, 2.5)
    assert isinstance(median_wait([math.nan], [1], now=100, horizon=30), CannotTell)
    assert isinstance(median_wait([], [], now=100, horizon=30), CannotTell)


def test_a_ratio_of_sums_weighs_by_size() -> None:
    """A long delivery counts more than a short one; without spread the interval has no width."""
    assert figure(ratio_of_sums([0, 0, 0, 0, 90], [100, 100, 100, 100, 900])).estimate == pytest.approx(90 / 1300)
    even = figure(ratio_of_sums([1, 1, 1, 1, 1], [10, 10, 10, 10, 10]))
    assert (even.low, even.high) == pytest.approx((0.1, 0.1))
    assert isinstance(ratio_of_sums([], []), CannotTell)
    with pytest.raises(ValueError, match="part must be at least 0"):
        ratio_of_sums([-1] * 5, [1] * 5)


def test_under_six_values_no_median_has_an_interval() -> None:
    """Both ends together hold 95 in 100 from six on."""
    assert median_of([1, 2, 3, 4, 5], "hours") == CannotTell("too few to tell", 5, 6, "hours")
    found = figure(median_of([1, 2, 3, 4, 5, 60]))
    assert (found.n, found.estimate, found.low, found.high) == (6, 3.5, 1, 60)


def test_a_mean_is_never_below_nothing() -> None:
    """The interval of Student's t is cut there; under five there is none."""
    assert mean_of([1.0] * 4, "deliveries") == CannotTell("too few to tell", 4, 5, "deliveries")
    found = figure(mean_of([0, 0, 0, 0, 10]))
    assert (found.estimate, found.low) == (2, 0)
    assert found.high == pytest.approx(2 + 2.7764 * 2, abs=1e-3)
    with pytest.raises(ValueError, match="values must be at least 0"):
        mean_of([1, 2, 3, 4, -1])


def test_a_slope_needs_six_figures() -> None:
    """With fewer, no order of them is out of the ordinary; one figure out of line does not bend it."""
    assert isinstance(slope_of(range(5), range(5)), CannotTell)
    found = figure(slope_of(range(8), [0, 1, 2, 3, 4, 5, 6, 70]))
    assert found.estimate == 1
    assert found.low <= 1 <= found.high
