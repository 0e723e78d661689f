"""Times to an end when other ends compete, and times known only of what came to light."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from surveyapp.stats import checks
from surveyapp.stats.checks import FloatArray
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.survival import Duration

OPEN, DONE, WITHDRAWN = 0, 1, 2


def cumulative_share(
    duration: ArrayLike, end: ArrayLike, time: float, *, confidence: float = 0.95
) -> Duration | CannotTell:
    """Give the share that reached the end within a time when some were withdrawn before, by Aalen and Johansen.

    Parameters
    ----------
    duration : array_like, shape (cases,)
        Time from the start to the end, to the withdrawal, or to the end of observation.
    end : array_like of int, shape (cases,)
        0 still open, 1 reached, 2 withdrawn.
    time : float
        In the unit of the durations.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    Duration or CannotTell
        CannotTell when nobody reached the end within the time, or nobody was observed for so long.

    Raises
    ------
    ValueError
        If lengths differ, a duration is negative, or an end is not 0, 1 or 2.

    Notes
    -----
    Counting a withdrawn case as censored would pretend that it could still succeed, and give a share that is too
    high. The variance is that of the delta method [1]_, the interval log-log. Without withdrawals it is one minus
    Kaplan-Meier with Greenwood's variance.

    References
    ----------
    .. [1] Gaynor et al. (1993). On the use of cause-specific failure and conditional failure probabilities.
       Journal of the American Statistical Association 88, 400-409. https://doi.org/10.1080/01621459.1993.10476289

    Examples
    --------
    >>> found = cumulative_share([2, 3, 4, 5, 6, 7], [1, 2, 1, 0, 1, 0], 6)
    >>> round(found.estimate, 4)
    0.5833
    """
    length = checks.above("duration", checks.vector("duration", duration), 0, allowed=True)
    kind = checks.counts("end", end)
    checks.same_length(duration=length, end=kind)
    if (bad := kind > WITHDRAWN).any():
        raise ValueError(f"end must be 0 (open), 1 (reached) or 2 (withdrawn), got {kind[bad][0]:g}")
    if not time >= 0:
        raise ValueError(f"time must be at least 0, got {time:g}")
    z = float(special.ndtri((1 + checks.share("confidence", confidence)) / 2))
    reached = int(np.sum((kind == DONE) & (length <= time)))
    if not reached:
        return CannotTell("nobody reached it within the time", len(length), None, "cases")
    if time > length.max() and kind[length == length.max()].min() == OPEN:
        return CannotTell("nobody was observed for so long", len(length), None, "cases")
    share, variance = _aalen_johansen(length, kind, time)
    if share >= 1 or variance <= 0:
        return Duration(len(length), reached, share, 0.0, 1.0, "Aalen-Johansen")
    margin = z * math.sqrt(variance) / (share * abs(math.log(share)))
    low, high = (share ** math.exp(side * margin) for side in (1, -1))
    return Duration(len(length), reached, share, low, high, "Aalen-Johansen, log-log interval")


def _aalen_johansen(length: FloatArray, kind: FloatArray, time: float) -> tuple[float, float]:
    moments = np.unique(length[(kind > OPEN) & (length <= time)])
    at_risk = np.array([np.sum(length >= moment) for moment in moments], dtype=np.float64)
    done = np.array([np.sum((length == moment) & (kind == DONE)) for moment in moments], dtype=np.float64)
    ended = np.array([np.sum((length == moment) & (kind > OPEN)) for moment in moments], dtype=np.float64)
    waiting = np.r_[1.0, np.cumprod(1 - ended / at_risk)]
    share = np.cumsum(waiting[:-1] * done / at_risk)
    rest = share[-1] - share
    left = np.maximum(at_risk - ended, 1.0)
    variance = np.sum(
        np.where(at_risk > ended, rest**2 * ended / (at_risk * left), 0.0)
        + waiting[:-1] ** 2 * (at_risk - done) * done / at_risk**3
        - 2 * rest * waiting[:-1] * done / at_risk**2
    )
    return float(share[-1]), float(variance)


@dataclass(frozen=True, slots=True)
class Surfacing:
    """How long things took to come to light.

    Parameters
    ----------
    n : int
        Cases that count.
    estimate, low, high : float
        Median with an exact interval, in the unit of the times.
    quartiles : tuple of float
        First and third.
    recent : int
        Cases left out because they happened too recently.
    late : int
        Cases left out because they came to light after the horizon.
    unknown : int
        Cases of which one of the two times is not known.
    method : str
        How the interval was made.
    """

    n: int
    estimate: float
    low: float
    high: float
    quartiles: tuple[float, float]
    recent: int
    late: int
    unknown: int
    method: str


def surfacing_time(
    occurred: ArrayLike, surfaced: ArrayLike, *, now: float, horizon: float, confidence: float = 0.95
) -> Surfacing | CannotTell:
    """Describe how long things took to come to light, guarded against counting only the quick ones.

    Parameters
    ----------
    occurred, surfaced : array_like, shape (cases,)
        When it happened and when it came to light, on one clock; NaN where not known.
    now : float
        End of observation, on the same clock.
    horizon : float
        Longest wait that counts.
    confidence : float
        Coverage of the interval, at least.

    Returns
    -------
    Surfacing or CannotTell
        CannotTell with too few cases for an exact interval of the median (6 at 95 %).

    Raises
    ------
    ValueError
        If lengths differ, something surfaced before it happened or after now, or the horizon is not above 0.

    Notes
    -----
    A list of what came to light has no open cases: what will surface next month is not on it. Of recent events it
    therefore holds the quick ones only, and the last month always looks best. Only events older than the horizon
    count, and of these only waits up to the horizon, so that old and recent periods are cut alike. The figure is
    about what surfaces within the horizon. Kaplan-Meier is wrong here: see `surveyapp.stats.survival` for
    durations whose open cases are known.

    The interval of the median is made of order statistics and assumes nothing about the shape.

    Examples
    --------
    >>> found = surfacing_time([0, 1, 2, 3, 4, 5, 95], [3, 9, 4, 4, 11, 6, 96], now=100, horizon=30)
    >>> found.n, found.estimate, found.recent
    (6, 2.5, 1)
    """
    start, seen = checks.vector("occurred", occurred, missing=True), checks.vector("surfaced", surfaced, missing=True)
    checks.same_length(occurred=start, surfaced=seen)
    limit, tail = checks.positive("horizon", horizon), (1 - checks.share("confidence", confidence)) / 2
    known = np.isfinite(start) & np.isfinite(seen)
    wait = (seen - start)[known]
    checks.above("surfaced - occurred", wait, 0, allowed=True)
    if (ahead := seen[known] > now).any():
        raise ValueError(f"surfaced must not be after now {now:g}, got {seen[known][ahead][0]:g}")
    old = start[known] <= now - limit
    counted = np.sort(wait[old & (wait <= limit)])
    n = len(counted)
    needed = math.ceil(math.log(tail) / math.log(0.5) - 1e-9)
    rank = _lower_rank(n, tail)
    if rank < 1:
        return CannotTell("too few cases older than the horizon", n, needed, "cases")
    first, median, third = (float(value) for value in np.quantile(counted, (0.25, 0.5, 0.75)))
    late = int(np.count_nonzero(old & (wait > limit)))
    return Surfacing(
        n,
        median,
        float(counted[rank - 1]),
        float(counted[n - rank]),
        (first, third),
        int(np.count_nonzero(~old)),
        late,
        int(np.count_nonzero(~known)),
        "median, order statistics",
    )


def _lower_rank(n: int, tail: float) -> int:
    """Give the highest rank from below with at most this probability of lying above the median; 0 if none has."""
    ranks = np.arange(1, n // 2 + 1)
    return int(np.count_nonzero(special.bdtr(ranks - 1, n, 0.5) <= tail * (1 + 1e-12)))
