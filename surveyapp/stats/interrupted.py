"""One long series with a date on which something changed, such as a law: the whole organisation, never one team."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from surveyapp.stats import checks, glm
from surveyapp.stats.checks import FloatArray
from surveyapp.stats.outcome import CannotTell

FEWEST_POINTS = 24
FEWEST_AFTER = 8


@dataclass(frozen=True, slots=True)
class Step:
    """The step of a series at a date, beyond its trend.

    Parameters
    ----------
    n : int
        Points.
    estimate, low, high : float
        In the unit of the values, or a log rate ratio.
    se, p : float
        Standard error that allows neighbouring points to depend on each other, and two-sided p-value.
    method : str
        How it was estimated.
    """

    n: int
    estimate: float
    low: float
    high: float
    se: float
    p: float
    method: str


def newey_west(fit: glm.Fit, lag: int, *, adjust: bool = True) -> FloatArray:
    """Give the covariance of coefficients when neighbouring points depend on each other.

    Parameters
    ----------
    fit : surveyapp.stats.glm.Fit
        Fitted to points in the order of time.
    lag : int
        Distance up to which points depend, with weights that fall to zero.
    adjust : bool
        Multiply by n / (n - p).

    Returns
    -------
    ndarray, shape (p, p)

    Raises
    ------
    ValueError
        If lag is negative or not under the number of points.

    References
    ----------
    .. [1] Newey, West (1987). A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent
       covariance matrix. Econometrica 55, 703-708. https://doi.org/10.2307/1913610

    Examples
    --------
    >>> fit = glm.fit_mean(np.ones((4, 1)), [1.0, 2.0, 3.0, 6.0], "gaussian")
    >>> newey_west(fit, 0, adjust=False).round(4).tolist()
    [[0.875]]
    """
    lag = checks.at_least("lag", lag, 0)
    if lag >= fit.n:
        raise ValueError(f"lag must be under the number of points {fit.n}, got {lag}")
    scores = fit.design * (fit.derivative * fit.residual / fit.variance)[:, None]
    meat = scores.T @ scores
    for distance in range(1, lag + 1):
        between = scores[distance:].T @ scores[:-distance]
        meat = meat + (1 - distance / (lag + 1)) * (between + between.T)
    factor = fit.n / (fit.n - fit.design.shape[1]) if adjust else 1.0
    return np.asarray(factor * fit.bread @ meat @ fit.bread)


def step_in_series(
    value: ArrayLike,
    start: int,
    *,
    kind: Literal["gaussian", "poisson"] = "gaussian",
    exposure: ArrayLike | None = None,
    season: int | None = None,
    lag: int | None = None,
    confidence: float = 0.95,
) -> Step | CannotTell:
    """Estimate by how much a long series stepped up or down at a date, given its trend.

    Parameters
    ----------
    value : array_like, shape (points,)
        Values or counts at equal distances in time.
    start : int
        Place of the first point after the date.
    kind : {"gaussian", "poisson"}
        Values, or counts.
    exposure : array_like, shape (points,), optional
        Exposure of counts, such as person-weeks.
    season : int, optional
        Points in a year; adds one wave of that length.
    lag : int, optional
        Distance up to which points depend on each other; a season, or the cube root of the points.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    Step or CannotTell
        CannotTell under 24 points, or under 8 on a side.

    Raises
    ------
    ValueError
        If counts are negative, exposure is not above 0, or start leaves no point on a side.

    Notes
    -----
    Level, trend, step and change of trend at the date, with Newey-West standard errors and t on n - p degrees of
    freedom. For the whole organisation only: on 12 points of one team such tests gave false alarms in 14 to 29 %
    where 5 % were meant, and nothing says that the date is the reason.

    References
    ----------
    .. [1] Bernal, Cummins, Gasparrini (2017). Interrupted time series regression. International Journal of
       Epidemiology 46, 348-355. https://doi.org/10.1093/ije/dyw098

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> level = np.where(np.arange(40) < 24, 10.0, 7.0)
    >>> step = step_in_series(level + rng.normal(0, 0.5, 40), 24)
    >>> step.low < -3 < step.high, step.p < 0.001
    (True, True)
    """
    y = checks.counts("value", value) if kind == "poisson" else checks.vector("value", value)
    weeks = np.ones(len(y)) if exposure is None else checks.above("exposure", checks.vector("exposure", exposure), 0)
    checks.same_length(value=y, exposure=weeks)
    n, checked = len(y), checks.share("confidence", confidence)
    start = checks.place("start", start, 1, n - 1)
    if n < FEWEST_POINTS or min(start, n - start) < FEWEST_AFTER:
        side = min(start, n - start)
        return (
            CannotTell("the series is too short", n, FEWEST_POINTS, "points")
            if n < FEWEST_POINTS
            else CannotTell("too few points on one side of the date", side, FEWEST_AFTER, "points")
        )
    fit = glm.fit_mean(_columns(n, start, season), y, kind, offset=np.log(weeks))
    if isinstance(fit, CannotTell):
        return CannotTell(fit.reason, n, None, "points")
    reach = season or round(n ** (1 / 3)) if lag is None else checks.at_least("lag", lag, 0)
    se = float(np.sqrt(newey_west(fit, reach)[0, 0]))
    if not se > 1e-12:
        return CannotTell("the series does not vary around its trend", n, None, "points")
    df, estimate = n - fit.design.shape[1], float(fit.coefficients[0])
    margin = se * float(special.stdtrit(df, (1 + checked) / 2))
    p = 2 * float(special.stdtr(df, -abs(estimate) / se))
    return Step(n, estimate, estimate - margin, estimate + margin, se, p, f"segmented, Newey-West up to lag {reach}")


def _columns(n: int, start: int, season: int | None) -> FloatArray:
    """Step, level, trend, change of trend and a yearly wave; the step is the first column."""
    time = np.arange(n, dtype=np.float64)
    columns = [time >= start, np.ones(n), (time - start) / n, np.maximum(time - start, 0) / n]
    if season is not None:
        angle = 2 * np.pi * time / checks.at_least("season", season, 2)
        columns += [np.sin(angle), np.cos(angle)]
    return np.column_stack(columns).astype(np.float64)
