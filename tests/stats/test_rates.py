"""Rates and shares: against R, exact coverage, refusals."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.rates import Comparison, Rate, compare_rates, poisson_rate, rate_against, share


def told(outcome: Rate | CannotTell) -> Rate:
    """Give the rate, which these data always allow."""
    assert isinstance(outcome, Rate)
    return outcome


def compared(outcome: Comparison | CannotTell) -> Comparison:
    """Give the comparison, which these data always allow."""
    assert isinstance(outcome, Comparison)
    return outcome


def test_no_event_still_has_an_upper_limit() -> None:
    """With nothing seen the limit is -log(alpha/2) over the exposure."""
    found = poisson_rate(0, 10)
    assert (found.estimate, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(-np.log(0.025) / 10, rel=1e-12)


@pytest.mark.parametrize("mean", [0.5, 2.0, 7.3])
def test_garwood_covers_at_least_its_share(mean: float) -> None:
    """Summed over all counts with their probabilities."""
    counts = range(60)
    inside = [(r := poisson_rate(count, 1.0, confidence=0.9)).low <= mean <= r.high for count in counts]
    assert stats.poisson.pmf(counts, mean) @ np.array(inside) >= 0.9


def test_wilson_equals_its_equation() -> None:
    """The limits are where the score test just rejects."""
    found = told(share(7, 20))
    assert (found.estimate, found.n) == (0.35, 20)
    for limit in (found.low, found.high):
        z = (0.35 - limit) / (limit * (1 - limit) / 20) ** 0.5
        assert abs(z) == pytest.approx(1.959963984540054, rel=1e-9)


def test_wilson_stays_inside_its_range() -> None:
    """None and all have a limit at the border and one inside."""
    none, everyone = told(share(0, 5)), told(share(5, 5))
    assert (none.low, everyone.high) == (0.0, 1.0)
    assert none.high == pytest.approx(1 - everyone.low, rel=1e-12)


def test_wilson_covers_on_average() -> None:
    """Averaged over true shares the coverage is the nominal one, within a percent."""
    intervals = [told(share(k, 12)) for k in range(13)]
    coverage = [
        sum(stats.binom.pmf(k, 12, p) for k, found in enumerate(intervals) if found.low <= p <= found.high)
        for p in np.linspace(0.01, 0.99, 99)
    ]
    assert np.mean(coverage) == pytest.approx(0.95, abs=0.01)


def test_a_share_of_nothing_cannot_tell() -> None:
    """No trials, no share."""
    assert isinstance(share(0, 0), CannotTell)


def test_two_rates_equal_the_manual_of_r() -> None:
    """The example of poisson.test: 11 in 800 against 21 in 3,011."""
    found = compared(compare_rates(11, 800, 21, 3011))
    expected = (1.971488, 0.8584264, 4.2772659, 0.07967)
    assert (found.estimate, found.low, found.high) == pytest.approx(expected[:3], rel=1e-6)
    assert found.p == pytest.approx(expected[3], rel=1e-3)


def test_two_rates_turned_round_are_the_inverse() -> None:
    """The same p, inverse ratio and limits."""
    one, other = compared(compare_rates(4, 10, 9, 12)), compared(compare_rates(9, 12, 4, 10))
    assert one.p == pytest.approx(other.p, rel=1e-9)
    assert (one.estimate, one.low, one.high) == pytest.approx(
        (1 / other.estimate, 1 / other.high, 1 / other.low), rel=1e-9
    )


def test_a_rate_beside_none_is_infinitely_larger() -> None:
    """The lower limit is finite and says what can be said."""
    found = compared(compare_rates(6, 10, 0, 10))
    assert (found.estimate, found.high) == (np.inf, np.inf)
    assert found.low > 1


def test_no_event_on_either_side_cannot_tell() -> None:
    """Nothing to compare."""
    assert isinstance(compare_rates(0, 10, 0, 20), CannotTell)


@pytest.mark.parametrize(("count", "mean"), [(10, 4.0), (0, 4.0), (3, 3.0), (40, 25.0), (1, 30.0)])
def test_known_rate_counts_all_outcomes_no_likelier(count: int, mean: float) -> None:
    """Direct sum over the distribution."""
    outcomes = stats.poisson.pmf(np.arange(400), mean)
    expected = outcomes[outcomes <= outcomes[count] * (1 + 1e-7)].sum()
    assert rate_against(count, 2.0, mean / 2).p == pytest.approx(min(expected, 1.0), rel=1e-9)


def test_known_rate_has_the_ratio_and_its_interval() -> None:
    """Garwood's interval over the known rate."""
    found, rate = rate_against(10, 20.0, 0.2), poisson_rate(10, 20.0)
    assert (found.estimate, found.low, found.high) == pytest.approx((2.5, rate.low / 0.2, rate.high / 0.2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: poisson_rate(-1, 2), "count must be a whole number from 0, got -1"),
        (lambda: poisson_rate(1, 0), "exposure must be above 0, got 0"),
        (lambda: poisson_rate(1, 2, confidence=0), "confidence must lie between 0 and 1, got 0"),
        (lambda: share(3, 2), "successes must not exceed trials, got 3 of 2"),
        (lambda: compare_rates(1, 2, 3, -4), "other_exposure|exposure must be above 0, got -4"),
        (lambda: rate_against(1, 2, 0), "expected must be above 0, got 0"),
    ],
)
def test_nonsense_is_refused(call: Callable[[], object], message: str) -> None:
    """The message names the argument, its value and the limit."""
    with pytest.raises(ValueError, match=message):
        call()
