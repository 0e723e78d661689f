"""Competing ends and the truncation guard: against Kaplan-Meier, by hand, refusals."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from surveyapp.stats.latency import Surfacing, cumulative_share, surfacing_time
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.survival import Curve, Duration, share_done, waiting_curve


def told(outcome: Duration | CannotTell) -> Duration:
    """Give the share, which these data always allow."""
    assert isinstance(outcome, Duration)
    return outcome


def surfaced(outcome: Surfacing | CannotTell) -> Surfacing:
    """Give the times, which these data always allow."""
    assert isinstance(outcome, Surfacing)
    return outcome


def test_without_withdrawals_it_is_kaplan_meier() -> None:
    """Share and log-log interval of the share done, on the scale of the share."""
    rng = np.random.default_rng(4)
    length, end = rng.exponential(5, 40), rng.integers(0, 2, 40)
    found = told(cumulative_share(length, end, 6))
    curve = waiting_curve(length, end == 1)
    assert isinstance(curve, Curve)
    assert found.estimate == pytest.approx(told(share_done(curve, 6)).estimate, rel=1e-12)
    at = np.searchsorted(curve.time, 6, side="right") - 1
    # Greenwood's variance carried to the log-log scale of the share done.
    steps = curve.happened / (curve.at_risk * (curve.at_risk - curve.happened))
    se = (1 - found.estimate) * np.sqrt(np.sum(steps[: at + 1]))
    bound = found.estimate ** np.exp(1.959963984540054 * se / (found.estimate * abs(np.log(found.estimate))))
    assert found.low == pytest.approx(bound, rel=1e-9)


def test_without_open_cases_it_is_the_plain_share() -> None:
    """With binomial variance."""
    length, end = np.arange(1.0, 21), np.tile([1, 2, 1, 1], 5)
    found = told(cumulative_share(length, end, 12))
    share = np.sum((length <= 12) & (end == 1)) / 20
    assert found.estimate == pytest.approx(share, rel=1e-12)
    se = np.sqrt(share * (1 - share) / 20)
    bound = share ** np.exp(1.959963984540054 * se / (share * abs(np.log(share))))
    assert found.low == pytest.approx(bound, rel=1e-9)


def test_withdrawals_are_no_open_cases() -> None:
    """Censoring them would promise more than was reached."""
    length, end = np.arange(1.0, 13), np.tile([1, 2], 6)
    competing = told(cumulative_share(length, end, 11)).estimate
    curve = waiting_curve(length, end == 1)
    assert isinstance(curve, Curve)
    assert competing == pytest.approx(0.5)
    assert told(share_done(curve, 11)).estimate > 0.7


def test_shares_of_all_ends_and_of_waiting_add_up_to_one() -> None:
    """Reached, withdrawn and still open are everybody."""
    rng = np.random.default_rng(6)
    length, end = np.round(rng.exponential(5, 60), 1), rng.integers(0, 3, 60)
    reached = told(cumulative_share(length, end, 5)).estimate
    withdrawn = told(cumulative_share(length, np.array([0, 2, 1])[end], 5)).estimate
    curve = waiting_curve(length, end > 0)
    assert isinstance(curve, Curve)
    assert reached + withdrawn == pytest.approx(told(share_done(curve, 5)).estimate, rel=1e-12)


@pytest.mark.parametrize(
    ("time", "share", "se"),
    [
        (4, 0.2787878787878788, 0.11885120404994265),
        (9.5, 0.4450216450216451, 0.1373020126747219),
        (10, 0.5558441558441559, 0.14567694301226244),
    ],
)
def test_ties_open_cases_and_withdrawals_equal_statsmodels(time: float, share: float, se: float) -> None:
    """Share and standard error of CumIncidenceRight, statsmodels 0.15."""
    length = [1, 2, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 11, 12]
    found = told(cumulative_share(length, [1, 2, 1, 0, 1, 1, 2, 0, 1, 2, 1, 0, 1, 0, 2], time))
    assert found.estimate == pytest.approx(share, rel=1e-12)
    spread = np.log(np.log(found.low) / np.log(share)) / 1.959963984540054
    assert spread * share * abs(np.log(share)) == pytest.approx(se, rel=1e-9)
    assert np.log(np.log(share) / np.log(found.high)) / 1.959963984540054 == pytest.approx(spread, rel=1e-9)


def test_the_longest_observation_is_still_observed() -> None:
    """At the last day itself the share is known, also when somebody was open until then."""
    assert told(cumulative_share([1, 2, 4], [1, 1, 0], 4)).estimate == pytest.approx(2 / 3)


def test_everybody_reached_it() -> None:
    """A share of one has no log-log interval; the honest one is everything."""
    found = told(cumulative_share([1, 2], [1, 1], 3))
    assert (found.estimate, found.low, found.high) == (1.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("length", "end", "time"), [([], [], 1), ([1, 2], [0, 2], 3), ([5, 6], [1, 1], 3), ([1, 2, 4], [1, 1, 0], 5)]
)
def test_nothing_to_tell(length: list[float], end: list[int], time: float) -> None:
    """No case, none reached it, none in time, or nobody was observed for so long."""
    assert isinstance(cumulative_share(length, end, time), CannotTell)


def test_median_has_the_exact_interval() -> None:
    """Ten waits: the second and the ninth hold the median with 97.9 %."""
    wait = np.arange(1.0, 11)
    found = surfaced(surfacing_time(np.zeros(10), wait, now=100, horizon=30))
    assert (found.estimate, found.low, found.high) == (5.5, 2.0, 9.0)
    assert found.quartiles == (3.25, 7.75)


@pytest.mark.parametrize("n", [6, 9, 17, 40])
def test_interval_of_the_median_covers_exactly(n: int) -> None:
    """The coverage by ranks is at least 95 % and would not be one rank further in."""
    found = surfaced(surfacing_time(np.zeros(n), np.arange(1.0, n + 1), now=1000, horizon=500))
    rank = int(found.low)
    assert 1 - 2 * stats.binom.cdf(rank - 1, n, 0.5) >= 0.95
    assert 1 - 2 * stats.binom.cdf(rank, n, 0.5) < 0.95


def test_recent_quick_ones_do_not_make_it_look_faster() -> None:
    """The same process, seen to two dates, has the same median; the plain one falls."""
    rng = np.random.default_rng(9)
    start = np.sort(rng.uniform(0, 100, 4_000))
    end = start + rng.exponential(15, 4_000)
    seen = end <= 100
    guarded = surfaced(surfacing_time(start[seen], end[seen], now=100, horizon=30)).estimate
    complete = np.median((end - start)[end - start <= 30])
    recent = seen & (start > 70)
    assert guarded == pytest.approx(complete, rel=0.06)
    assert np.median((end - start)[recent]) < 0.8 * complete


def test_what_is_left_out_is_counted() -> None:
    """Too recent, too late, and without a time."""
    start = np.r_[np.zeros(8), 95.0, 10.0, 20.0]
    end = np.r_[np.arange(1.0, 9), 96.0, 60.0, np.nan]
    found = surfaced(surfacing_time(start, end, now=100, horizon=30))
    assert (found.n, found.recent, found.late, found.unknown) == (8, 1, 1, 1)


def test_the_horizon_itself_counts() -> None:
    """A wait of just the horizon, of an event just as old."""
    found = surfaced(surfacing_time(np.full(8, 70.0), np.r_[np.full(7, 71.0), 100.0], now=100, horizon=30))
    assert (found.n, found.recent, found.late) == (8, 0, 0)


def test_five_cases_cannot_tell() -> None:
    """Six are the fewest with an exact 95 % interval."""
    outcome = surfacing_time(np.zeros(5), np.ones(5), now=100, horizon=30)
    assert isinstance(outcome, CannotTell)
    assert (outcome.n, outcome.needed) == (5, 6)


def test_no_cases_cannot_tell() -> None:
    """An empty list is an answer, not an error."""
    assert isinstance(surfacing_time([], [], now=1, horizon=1), CannotTell)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cumulative_share([1.0], [3], 1), r"end must be 0 \(open\), 1 \(reached\) or 2 \(withdrawn\), got 3"),
        (lambda: cumulative_share([-1.0], [1], 1), "duration must be at least 0, got -1"),
        (lambda: cumulative_share([1.0], [1], -1), "time must be at least 0, got -1"),
        (lambda: surfacing_time([2.0], [1.0], now=9, horizon=3), "surfaced - occurred must be at least 0, got -1"),
        (lambda: surfacing_time([2.0], [11.0], now=9, horizon=3), "surfaced must not be after now 9, got 11"),
        (lambda: surfacing_time([2.0], [3.0], now=9, horizon=0), "horizon must be above 0, got 0"),
    ],
)
def test_nonsense_is_refused(call: Callable[[], object], message: str) -> None:
    """The message names the argument, its value and the limit."""
    with pytest.raises(ValueError, match=message):
        call()
