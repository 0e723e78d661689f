"""Figures of the outcome measures: each with n, an interval and a method, or what is missing to tell."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from surveyapp.stats import checks, rates, survival
from surveyapp.stats.latency import cumulative_share, surfacing_time
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.slopes import theil_sen

FEWEST = 5
FEWEST_FOR_MEDIAN = 6
# Halving a rate shows with seven chances in ten at forty events before, and with nearly nine at sixty.
EVENTS_TO_COMPARE = 50


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a measure.

    Parameters
    ----------
    n : int
        Cases that count.
    estimate, low, high : float
        In the unit of the measure; an end may be infinite.
    method : str
        What it is and how the interval was made.
    """

    n: int
    estimate: float
    low: float
    high: float
    method: str


def share_of(hits: int, of: int, unit: str = "cases") -> Figure | CannotTell:
    """Give a share with Wilson's interval, once there are five cases.

    Parameters
    ----------
    hits, of : int
        How many, of how many.
    unit : str
        What is counted, for the refusal.

    Returns
    -------
    Figure or CannotTell
        CannotTell under five cases.

    Raises
    ------
    ValueError
        As `surveyapp.stats.rates.share`.

    Examples
    --------
    >>> found = share_of(8, 10)
    >>> round(found.low, 2), round(found.high, 2)
    (0.49, 0.94)
    """
    if checks.at_least("of", of, 0) < FEWEST:
        checks.at_least("hits", hits, 0)
        return CannotTell("too few to tell", of, FEWEST, unit)
    found = rates.share(hits, of)
    return found if isinstance(found, CannotTell) else _figure(found)


def rate_of(count: int, exposure: float, per: float = 1.0) -> Figure | CannotTell:
    """Give a rate with Garwood's interval.

    Parameters
    ----------
    count : int
        Events.
    exposure : float
        Such as person-weeks; without any there is no rate.
    per : float
        For how much exposure the rate is told, such as 100.

    Returns
    -------
    Figure or CannotTell
        CannotTell without exposure.

    Raises
    ------
    ValueError
        If count is negative or exposure is.

    Notes
    -----
    Reports come in bunches more often than chance would have it, so the interval is rather too narrow.

    Examples
    --------
    >>> round(rate_of(3, 26, per=100).estimate, 1)
    11.5
    """
    if checks.above("exposure", np.array([exposure]), 0, allowed=True)[0] == 0:
        return CannotTell("nobody's working time is known", 0, None, "person-weeks")
    found = rates.poisson_rate(count, exposure)
    return Figure(found.n, found.estimate * per, found.low * per, found.high * per, found.method)


def rate_ratio(later: int, exposure: float, earlier: int, earlier_exposure: float) -> Figure | CannotTell:
    """Compare the rate of a later period with that of an earlier one.

    Parameters
    ----------
    later, earlier : int
        Events.
    exposure, earlier_exposure : float
        Such as deliveries.

    Returns
    -------
    Figure or CannotTell
        CannotTell while the interval holds no change and there are fewer events than it takes to see a halving.

    Raises
    ------
    ValueError
        As `surveyapp.stats.rates.compare_rates`.

    Examples
    --------
    >>> rate_ratio(4, 100, 5, 100).reason
    'too few errors to tell a change from chance'
    """
    if not (exposure > 0 and earlier_exposure > 0):
        return CannotTell("deliveries of one half are not known", 0, None, "deliveries")
    found = rates.compare_rates(later, exposure, earlier, earlier_exposure)
    if isinstance(found, CannotTell):
        return CannotTell("too few errors to tell a change from chance", 0, EVENTS_TO_COMPARE, "errors")
    if found.low <= 1 <= found.high and earlier < EVENTS_TO_COMPARE:
        return CannotTell("too few errors to tell a change from chance", earlier, EVENTS_TO_COMPARE, "errors")
    return Figure(later + earlier, found.estimate, found.low, found.high, found.method)


def wait_within(length: ArrayLike, reached: ArrayLike, time: float) -> Figure | CannotTell:
    """Give the share that was reached within a time, when some are still open.

    Parameters
    ----------
    length, reached : array_like, shape (cases,)
        How long each lasted, and whether it ended with what is waited for.
    time : float
        In the unit of the lengths.

    Returns
    -------
    Figure or CannotTell
        CannotTell under five cases, or when nothing was observed for so long.

    Raises
    ------
    ValueError
        As `surveyapp.stats.survival.waiting_curve`.

    Examples
    --------
    >>> round(wait_within([1, 2, 3, 9, 9], [True, True, True, False, False], 7).estimate, 2)
    0.6
    """
    cases = np.size(length)
    if cases < FEWEST:
        return CannotTell("too few to tell", int(cases), FEWEST, "cases")
    curve = survival.waiting_curve(length, reached)
    found = curve if isinstance(curve, CannotTell) else survival.share_done(curve, time)
    return found if isinstance(found, CannotTell) else _figure(found)


def reached_within(length: Sequence[float], end: Sequence[int], time: float) -> Figure | CannotTell:
    """Give the share that was reached within a time, when some were withdrawn before; see `cumulative_share`.

    Parameters
    ----------
    length, end : sequence, shape (cases,)
        How long each lasted, and 0 for open, 1 for reached, 2 for withdrawn.
    time : float
        In the unit of the lengths.

    Returns
    -------
    Figure or CannotTell
        CannotTell under five cases.

    Raises
    ------
    ValueError
        As `surveyapp.stats.latency.cumulative_share`.

    Examples
    --------
    >>> round(reached_within([2, 3, 4, 5, 6, 7], [1, 2, 1, 0, 1, 0], 6).estimate, 4)
    0.5833
    """
    if len(length) < FEWEST:
        return CannotTell("too few to tell", len(length), FEWEST, "delegations")
    found = cumulative_share(length, end, time)
    return found if isinstance(found, CannotTell) else _figure(found)


def median_wait(start: ArrayLike, hours: ArrayLike, *, now: float, horizon: float) -> Figure | CannotTell:
    """Give the median time to come to light, of what is old enough to be complete; see `surfacing_time`.

    Parameters
    ----------
    start, hours : array_like, shape (cases,)
        When it began and how long it took, NaN where not known.
    now, horizon : float
        The end of observation, and the longest wait that counts.

    Returns
    -------
    Figure or CannotTell
        CannotTell with too few old cases.

    Raises
    ------
    ValueError
        As `surveyapp.stats.latency.surfacing_time`.

    Examples
    --------
    >>> median_wait([0, 1, 2, 3, 4, 5], [3, 8, 2, 1, 7, 1], now=100, horizon=30).estimate
    2.5
    """
    begin = checks.vector("start", start, missing=True)
    # An event whose times were coarsened may seem to end a little after now.
    seen = np.minimum(begin + checks.vector("hours", hours, missing=True), now)
    found = surfacing_time(begin, np.maximum(seen, begin), now=now, horizon=horizon)
    return found if isinstance(found, CannotTell) else _figure(found)


def ratio_of_sums(part: ArrayLike, whole: ArrayLike) -> Figure | CannotTell:
    """Give one sum over another, such as minutes of rework over all minutes.

    Parameters
    ----------
    part, whole : array_like, shape (cases,)
        What is compared, case by case.

    Returns
    -------
    Figure or CannotTell
        CannotTell under five cases, or when the whole is nothing.

    Raises
    ------
    ValueError
        If lengths differ or a value is negative.

    Notes
    -----
    The interval is that of a ratio estimator with Student's t [1]_, cut at 0 and 1.

    References
    ----------
    .. [1] Cochran (1977). Sampling Techniques, 3rd edition, chapter 6. Wiley. ISBN 978-0-471-16240-7.

    Examples
    --------
    >>> round(ratio_of_sums([0, 55, 0, 10, 0], [480, 55, 300, 60, 200]).estimate, 3)
    0.059
    """
    top = checks.above("part", checks.vector("part", part), 0, allowed=True) if np.size(part) else np.zeros(0)
    bottom = checks.above("whole", checks.vector("whole", whole), 0, allowed=True) if np.size(whole) else np.zeros(0)
    if len(top) < FEWEST or not bottom.sum():
        return CannotTell("too few to tell", len(top), FEWEST, "deliveries")
    checks.same_length(part=top, whole=bottom)
    n, ratio = len(top), float(top.sum() / bottom.sum())
    spread = float(np.std(top - ratio * bottom, ddof=1)) / (math.sqrt(n) * float(bottom.mean()))
    margin = float(special.stdtrit(n - 1, 0.975)) * spread
    return Figure(n, ratio, max(0.0, ratio - margin), min(1.0, ratio + margin), "ratio estimator, Student's t")


def median_of(values: ArrayLike, unit: str = "cases") -> Figure | CannotTell:
    """Give the median of values of which none is missing, with an interval of order statistics.

    Parameters
    ----------
    values : array_like, shape (cases,)
        In any unit.
    unit : str
        What is counted, for the refusal.

    Returns
    -------
    Figure or CannotTell
        CannotTell under six cases, for which no interval holds 95 in 100.

    Raises
    ------
    ValueError
        If a value is not finite.

    Examples
    --------
    >>> found = median_of([12, 15, 15, 18, 21, 14, 16])
    >>> found.estimate, found.low, found.high
    (15.0, 12.0, 21.0)
    """
    known = checks.vector("values", values) if np.size(values) else np.zeros(0)
    if len(known) < FEWEST_FOR_MEDIAN:
        return CannotTell("too few to tell", len(known), FEWEST_FOR_MEDIAN, unit)
    # The last place from either end beyond which the median lies with at most 25 in 1000.
    place = math.ceil(special.bdtrik(0.025, len(known), 0.5))
    low, high = np.sort(known)[[place - 1, -place]].tolist()
    return Figure(len(known), float(np.median(known)), low, high, "median, order statistics")


def mean_of(values: ArrayLike, unit: str = "cases") -> Figure | CannotTell:
    """Give the mean of values that are not below 0, with Student's interval cut at 0.

    Parameters
    ----------
    values : array_like, shape (cases,)
        Such as hours for each delivery.
    unit : str
        What is counted, for the refusal.

    Returns
    -------
    Figure or CannotTell
        CannotTell under five cases.

    Raises
    ------
    ValueError
        If a value is negative or not finite.

    Examples
    --------
    >>> found = mean_of([0, 0, 6, 3, 1])
    >>> round(found.estimate, 2), found.low, round(found.high, 2)
    (2.0, 0.0, 5.17)
    """
    known = checks.above("values", checks.vector("values", values), 0, allowed=True) if np.size(values) else np.zeros(0)
    n = len(known)
    if n < FEWEST:
        return CannotTell("too few to tell", n, FEWEST, unit)
    mean = float(known.mean())
    margin = float(special.stdtrit(n - 1, 0.975)) * float(known.std(ddof=1)) / math.sqrt(n)
    return Figure(n, mean, max(0.0, mean - margin), mean + margin, "mean, Student's t")


def slope_of(times: ArrayLike, values: ArrayLike, unit: str = "deliveries") -> Figure | CannotTell:
    """Give the median slope over time, once there are six figures; see `surveyapp.stats.slopes.theil_sen`.

    Parameters
    ----------
    times, values : array_like, shape (cases,)
        When, and what.
    unit : str
        What is counted, for the refusal.

    Returns
    -------
    Figure or CannotTell
        CannotTell under six figures: below, Kendall's test cannot tell any order from chance.

    Raises
    ------
    ValueError
        As `surveyapp.stats.slopes.theil_sen`.

    Examples
    --------
    >>> round(slope_of([1, 2, 3, 4, 5, 6], [5, 4, 4, 3, 1, 2]).estimate, 2)
    -0.67
    """
    if np.size(values) < FEWEST_FOR_MEDIAN:
        return CannotTell("too few to tell", int(np.size(values)), FEWEST_FOR_MEDIAN, unit)
    found = theil_sen(times, values)
    return found if isinstance(found, CannotTell) else _figure(found)


def _figure(found: object) -> Figure:
    values = (getattr(found, name) for name in ("n", "estimate", "low", "high", "method"))
    return Figure(*values)
