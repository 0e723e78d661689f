"""How long until it happens, when for some it has not happened yet.

Leaving out what is still open makes everything look fast; counting it as long as it has lasted so far makes
everything look fast too. Open cases are censored: they say "at least so long".
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from surveyapp.stats import checks
from surveyapp.stats.checks import BoolArray, FloatArray, IntArray
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.permutation import flags

FEWEST_EVENTS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The share still waiting after each time at which something happened.

    Parameters
    ----------
    n, events : int
        Cases, and those in which it happened.
    time : ndarray, shape (times,)
        Times at which it happened, rising, in the unit of the durations.
    waiting, low, high : ndarray, shape (times,)
        Share still waiting just after each time, with its pointwise interval.
    at_risk, happened : ndarray, shape (times,)
        Cases under observation just before each time, and those in which it happened then.
    last : float
        Longest observed duration; nothing is known beyond it unless nobody waits any more.
    confidence : float
        Coverage of the interval at each time.
    """

    n: int
    events: int
    time: FloatArray
    waiting: FloatArray
    low: FloatArray
    high: FloatArray
    at_risk: IntArray
    happened: IntArray
    last: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Duration:
    """A time or a share with its interval.

    Parameters
    ----------
    n, events : int
        Cases, and those in which it happened.
    estimate, low, high : float
        In the unit of the durations, or a share; an upper end may be infinite.
    method : str
        What it is and how the interval was made.
    """

    n: int
    events: int
    estimate: float
    low: float
    high: float
    method: str


def waiting_curve(duration: ArrayLike, happened: ArrayLike, *, confidence: float = 0.95) -> Curve | CannotTell:
    """Estimate how many are still waiting after each time, by Kaplan and Meier.

    Parameters
    ----------
    duration : array_like, shape (cases,)
        Time from the start to the event, or to the end of observation.
    happened : array_like of bool, shape (cases,)
        Whether the duration ended with the event. Otherwise it is censored.
    confidence : float
        Coverage of the interval at each time.

    Returns
    -------
    Curve or CannotTell
        CannotTell when it has happened to nobody.

    Raises
    ------
    ValueError
        If lengths differ, a duration is negative, or confidence is outside (0, 1).

    Notes
    -----
    Intervals are symmetric on the log-log scale and stay inside 0 and 1 [1]_. Assumes that censoring tells nothing:
    cases that were given up because they went badly are a competing end, see `cumulative_share`. Not for tables that
    only hold what came to light, see `surfacing_time`.

    References
    ----------
    .. [1] Kalbfleisch, Prentice (2002). The Statistical Analysis of Failure Time Data. Wiley.
       https://doi.org/10.1002/9781118032985

    Examples
    --------
    >>> curve = waiting_curve([2, 3, 3, 5, 8], [True, True, False, True, False])
    >>> curve.time.tolist(), curve.waiting.round(3).tolist()
    ([2.0, 3.0, 5.0], [0.8, 0.6, 0.3])
    """
    length, ended = _cases(duration, happened)
    z = _quantile(confidence)
    if not ended.any():
        return CannotTell("it has not happened yet", len(length), None, "cases")
    time, at_risk, events = _table(length, ended)
    waiting = _still(at_risk, events)
    low, high = _log_log(waiting, _greenwood(at_risk, events), z)
    return Curve(
        len(length), int(ended.sum()), time, waiting, low, high, at_risk, events, float(length.max()), confidence
    )


def _cases(duration: ArrayLike, happened: ArrayLike) -> tuple[FloatArray, BoolArray]:
    length = checks.above("duration", checks.vector("duration", duration), 0, allowed=True)
    ended = flags("happened", happened)
    checks.same_length(duration=length, happened=ended)
    return length, ended


def _quantile(confidence: float) -> float:
    return float(special.ndtri((1 + checks.share("confidence", confidence)) / 2))


def _table(length: FloatArray, ended: BoolArray) -> tuple[FloatArray, IntArray, IntArray]:
    """Give the times of events, how many were at risk just before, and how many events there were."""
    time, events = np.unique(length[ended], return_counts=True)
    at_risk = len(length) - np.searchsorted(np.sort(length), time, side="left")
    return time, at_risk.astype(np.intp), events.astype(np.intp)


def _still(at_risk: IntArray, events: IntArray) -> FloatArray:
    return np.cumprod(1 - events / at_risk, dtype=np.float64)


def _greenwood(at_risk: IntArray, events: IntArray) -> FloatArray:
    """Variance of the log of the share waiting; infinite once nobody waits."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.cumsum(events / (at_risk * (at_risk - events).astype(np.float64))))


def _log_log(share: FloatArray, variance_of_log: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    """Give limits that are symmetric for log(-log(share)); none where the share is 0 or 1."""
    inside = (share > 0) & (share < 1)
    log = np.log(np.where(inside, share, 0.5))
    margin = z * np.sqrt(np.where(inside, variance_of_log, 0.0)) / np.abs(log)
    low, high = np.exp(log * np.exp(margin)), np.exp(log * np.exp(-margin))
    return np.where(inside, low, share), np.where(inside, high, share)


def share_done(curve: Curve, time: float) -> Duration | CannotTell:
    """Give the share in which it has happened within a time, such as answered within 7 days.

    Parameters
    ----------
    curve : Curve
        From `waiting_curve`.
    time : float
        In the unit of the durations.

    Returns
    -------
    Duration or CannotTell
        CannotTell beyond the longest observed duration.

    Raises
    ------
    ValueError
        If time is negative.

    Examples
    --------
    >>> curve = waiting_curve([2, 3, 3, 5, 8], [True, True, False, True, False])
    >>> round(share_done(curve, 4).estimate, 3)
    0.4
    """
    if not time >= 0:
        raise ValueError(f"time must be at least 0, got {time:g}")
    if time > curve.last and curve.waiting[-1] > 0:
        return CannotTell("nobody was observed for so long", curve.n, None, "cases")
    place = int(np.searchsorted(curve.time, time, side="right")) - 1
    if place < 0:
        # Garwood-like upper limit for nothing seen: Clopper-Pearson with the cases under observation.
        high = 1 - ((1 - curve.confidence) / 2) ** (1 / curve.n)
        return Duration(curve.n, 0, 0.0, 0.0, high, "Clopper-Pearson")
    done = 1 - float(curve.waiting[place])
    low, high = 1 - float(curve.high[place]), 1 - float(curve.low[place])
    events = int(curve.happened[: place + 1].sum())
    if not curve.waiting[place] > 0:
        # A few that all are done do not say that all others will be.
        return Duration(curve.n, events, 1.0, ((1 - curve.confidence) / 2) ** (1 / events), 1.0, "Clopper-Pearson")
    return Duration(curve.n, events, done, low, high, "Kaplan-Meier, log-log interval")


def median_time(curve: Curve) -> Duration | CannotTell:
    """Give the time after which half are done.

    Parameters
    ----------
    curve : Curve
        From `waiting_curve`.

    Returns
    -------
    Duration or CannotTell
        CannotTell when fewer than half are done so far: use `restricted_mean`. The upper end is infinite when the
        interval of the curve does not come down to one half.

    Notes
    -----
    The interval holds the times at which the interval of the curve holds one half [1]_. Where the curve lies exactly
    at one half the middle of that stretch is taken.

    References
    ----------
    .. [1] Brookmeyer, Crowley (1982). A confidence interval for the median survival time. Biometrics 38, 29-41.
       https://doi.org/10.2307/2530286

    Examples
    --------
    >>> curve = waiting_curve([2, 3, 3, 5, 8], [True, True, False, True, False])
    >>> found = median_time(curve)
    >>> found.estimate, found.low, found.high
    (5.0, 2.0, inf)
    """
    if curve.waiting[-1] > 0.5:
        return CannotTell("fewer than half are done so far", curve.events, None, "events")
    low, high = _half(curve.time, curve.low), _half(curve.time, curve.high)
    return Duration(curve.n, curve.events, _half(curve.time, curve.waiting), low, high, "median, Brookmeyer-Crowley")


def _half(time: FloatArray, share: FloatArray) -> float:
    reached = np.flatnonzero(share <= 0.5 + 1e-12)
    if not len(reached):
        return math.inf
    first = int(reached[0])
    flat = abs(float(share[first]) - 0.5) < 1e-12 and first + 1 < len(time)
    return float((time[first] + time[first + 1]) / 2 if flat else time[first])


def restricted_mean(
    duration: ArrayLike, happened: ArrayLike, horizon: float, *, confidence: float = 0.95
) -> Duration | CannotTell:
    """Give the mean time spent waiting up to a horizon; it exists when the median does not.

    Parameters
    ----------
    duration, happened : array_like, shape (cases,)
        As in `waiting_curve`.
    horizon : float
        Longest time that counts. Fix it before looking.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    Duration or CannotTell
        CannotTell when nobody was observed to the horizon and some still wait.

    Raises
    ------
    ValueError
        If lengths differ, a duration is negative, or the horizon is not above 0.

    Notes
    -----
    Area under the curve, with Greenwood's variance [1]_ and a normal interval. With few events the interval is too
    narrow; `compare_waiting` asks for 5 in each group.

    References
    ----------
    .. [1] Royston, Parmar (2013). Restricted mean survival time. BMC Medical Research Methodology 13, 152.
       https://doi.org/10.1186/1471-2288-13-152

    Examples
    --------
    >>> found = restricted_mean([2, 3, 3, 5, 8], [True, True, False, True, False], 6)
    >>> round(found.estimate, 3)
    4.3
    """
    length, ended = _cases(duration, happened)
    z, limit = _quantile(confidence), checks.positive("horizon", horizon)
    area = _area(length, ended, limit)
    if area is None:
        return CannotTell("nobody was observed up to the horizon", len(length), None, "cases")
    mean, variance = area
    margin = z * math.sqrt(variance)
    events = int(np.sum(ended & (length <= limit)))
    low, high = max(0.0, mean - margin), min(limit, mean + margin)
    return Duration(len(length), events, mean, low, high, f"restricted mean up to {limit:g}")


def _area(length: FloatArray, ended: BoolArray, horizon: float) -> tuple[float, float] | None:
    """Give the area under the curve up to the horizon and its variance."""
    time, at_risk, events = _table(length, ended & (length <= horizon))
    waiting = _still(at_risk, events)
    if not len(length) or _known_until(length, ended) < horizon:
        return None
    steps = np.diff(np.r_[0.0, time, horizon]) * np.r_[1.0, waiting]
    after = np.cumsum(steps[::-1])[::-1][1:]
    left = at_risk - events
    spread = np.where(left > 0, events / (at_risk * np.maximum(left, 1.0)), 0.0)
    return float(steps.sum()), float(np.sum(after**2 * spread))


@dataclass(frozen=True, slots=True)
class WaitingDifference:
    """Two groups beside each other.

    Parameters
    ----------
    n, events : int
        Cases in both groups, and those in which it happened.
    estimate, low, high : float
        Restricted mean of the first group less that of the other, in the unit of the durations.
    p : float
        Two-sided, of the log-rank test.
    horizon : float
        Up to which the means go.
    method : str
        How they were compared.
    """

    n: int
    events: int
    estimate: float
    low: float
    high: float
    p: float
    horizon: float
    method: str


def compare_waiting(
    duration: ArrayLike,
    happened: ArrayLike,
    first: ArrayLike,
    *,
    horizon: float | None = None,
    confidence: float = 0.95,
) -> WaitingDifference | CannotTell:
    """Compare how long two groups of cases wait.

    Parameters
    ----------
    duration, happened : array_like, shape (cases,)
        As in `waiting_curve`.
    first : array_like of bool, shape (cases,)
        Which cases belong to the first group.
    horizon : float, optional
        Up to which the mean times go; as far as both curves are known when left out.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    WaitingDifference or CannotTell
        CannotTell with fewer than 5 events in a group, or when a group was not observed up to the horizon.

    Raises
    ------
    ValueError
        If lengths differ, a duration is negative, or the horizon is not above 0.

    Notes
    -----
    The p-value is the log-rank test's [1]_, strongest when one group is faster all the time; the interval is that
    of the difference of restricted means. The two can disagree when the curves cross. Cases must be independent: one
    person's several tasks are not, nor are the reports of one team. Then take one figure for each team.

    References
    ----------
    .. [1] Peto, Peto (1972). Asymptotically efficient rank invariant test procedures. Journal of the Royal
       Statistical Society A 135, 185-207. https://doi.org/10.2307/2344317

    Examples
    --------
    >>> days = [1, 2, 2, 3, 4, 5, 4, 6, 7, 8, 9, 9]
    >>> found = compare_waiting(days, [True] * 12, [True] * 6 + [False] * 6)
    >>> round(found.estimate, 2), found.high < 0, found.p < 0.01
    (-4.33, True, True)
    """
    length, ended = _cases(duration, happened)
    mine = flags("first", first)
    checks.same_length(duration=length, first=mine)
    z = _quantile(confidence)
    fewest = min(int(ended[mine].sum()), int(ended[~mine].sum()))
    if fewest < FEWEST_EVENTS:
        return CannotTell("too few events in one of the groups", fewest, FEWEST_EVENTS, "events")
    known = min(float(length.max()), *(_known_until(length[group], ended[group]) for group in (mine, ~mine)))
    limit = known if horizon is None else checks.positive("horizon", horizon)
    areas = [_area(length[group], ended[group], limit) for group in (mine, ~mine)]
    if areas[0] is None or areas[1] is None:
        return CannotTell("a group was not observed up to the horizon", len(length), None, "cases")
    difference, variance = areas[0][0] - areas[1][0], areas[0][1] + areas[1][1]
    margin = z * math.sqrt(variance)
    groups = [_censored(length[group], ended[group]) for group in (mine, ~mine)]
    # Where all who still wait are done at once, no event could have gone another way.
    with np.errstate(divide="ignore", invalid="ignore"):
        p = float(stats.logrank(*groups).pvalue)
    if math.isnan(p):
        return CannotTell("all cases were done at the same time", len(length), None, "cases")
    if not variance > 0:
        return CannotTell("too few were done up to the horizon", len(length), None, "cases")
    method = "log-rank test, difference of restricted means"
    return WaitingDifference(
        len(length), int(ended.sum()), difference, difference - margin, difference + margin, p, limit, method
    )


def _known_until(length: FloatArray, ended: BoolArray) -> float:
    """Give the time up to which the curve is known: for ever, when nobody waits any more."""
    last = float(length.max())
    return last if not ended[length == last].all() else math.inf


def _censored(length: FloatArray, ended: BoolArray) -> stats.CensoredData:
    return stats.CensoredData(uncensored=length[ended], right=length[~ended])
