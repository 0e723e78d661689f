"""How much teams differ beyond chance: the between-team variance by restricted maximum likelihood.

The likelihood has one unknown that needs a search, so that a search along a line finds it to the last digits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import chdtri

from surveyapp.stats.checks import FloatArray, above, same_length, share, vector
from surveyapp.stats.outcome import CannotTell

Line = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class BetweenVariance:
    """How much the true scores of teams differ.

    Parameters
    ----------
    n : int
        Teams.
    estimate, low, high : float
        Variance between teams and its profile interval, in squared points; 0 when no difference was found.
    error : float
        Asymptotic standard error of the estimate, in squared points.
    within : float
        Variance inside a team, in squared points; NaN when error variances were given.
    mean, mean_error : float
        Mean of the teams and its standard error, in points.
    level : float
        Confidence of the interval.
    method : str
        How it was estimated.
    """

    n: int
    estimate: float
    low: float
    high: float
    error: float
    within: float
    mean: float
    mean_error: float
    level: float
    method: str


def between_variance(
    means: ArrayLike, error_variances: ArrayLike, *, minimum: int = 3, level: float = 0.95
) -> BetweenVariance | CannotTell:
    """Variance between teams, when the error variance of each team mean is known.

    Parameters
    ----------
    means : array_like, shape (teams,)
        Team means, in points.
    error_variances : array_like, shape (teams,)
        Variance of each mean around the team's expectation, for instance sd**2 / n, in squared points, above 0.
    minimum : int
        Teams needed; at least 3.
    level : float
        Confidence of the profile interval.

    Returns
    -------
    BetweenVariance or CannotTell
        CannotTell with fewer teams than the minimum.

    Raises
    ------
    ValueError
        When the lengths differ or a value lies outside its range.

    Notes
    -----
    The area-level model: mean_j = mu + u_j + e_j with normal u and e. The restricted likelihood is searched on a grid
    first, since it may have two peaks. With fewer than about 12 teams the estimate is often 0 although teams differ.

    References
    ----------
    Fay, R. E. and Herriot, R. A. (1979). https://doi.org/10.1080/01621459.1979.10482505
    Datta, G. S. and Lahiri, P. (2000). A unified measure of uncertainty of estimated best linear unbiased predictors in
    small area estimation problems. Statistica Sinica 10, 613-627.

    Examples
    --------
    >>> found = between_variance([3.0, 3.5, 4.0, 3.2], [0.05, 0.05, 0.05, 0.05])
    >>> round(found.estimate, 6), round(found.low, 6)
    (0.139167, 0.00334)
    """
    y, v = vector("means", means), above("error_variances", vector("error_variances", error_variances), 0)
    same_length(means=y, error_variances=v)
    _check(minimum, level)
    if y.size < minimum:
        return CannotTell("too few teams", y.size, minimum, "teams")

    def deviance(variance: float) -> float:
        w = 1 / (variance + v)
        mean = (w @ y) / w.sum()
        return float(w @ (y - mean) ** 2 - np.log(w).sum() + np.log(w.sum()))

    def slope(variance: float) -> float:
        w = 1 / (variance + v)
        mean = (w @ y) / w.sum()
        return float(w.sum() - (w @ w) / w.sum() - (w**2) @ (y - mean) ** 2)

    top = float(np.var(y) * y.size + v.max())
    estimate = _lowest(deviance, slope, top)
    low, high = _profile(deviance, estimate, top, level)
    return _found(y, v, estimate, (low, high), within=float("nan"), level=level, method="REML, known error variances")


def one_way(
    scores: ArrayLike, teams: ArrayLike, *, minimum: int = 3, level: float = 0.95
) -> BetweenVariance | CannotTell:
    """Variance between and within teams, from the scores of persons.

    Parameters
    ----------
    scores : array_like, shape (persons,)
        Person scores, in points; NaN for persons without one, who are left out.
    teams : array_like, shape (persons,)
        Label of the team of each person.
    minimum : int
        Teams needed; at least 3.
    level : float
        Confidence of the profile interval.

    Returns
    -------
    BetweenVariance or CannotTell
        As for `one_way_from_sums`.

    Raises
    ------
    ValueError
        When the lengths differ, a score is infinite, or an option lies outside its range.

    Notes
    -----
    As for `one_way_from_sums`.

    References
    ----------
    Patterson, H. D. and Thompson, R. (1971). https://doi.org/10.1093/biomet/58.3.545

    Examples
    --------
    >>> found = one_way([1, 2, 3, 3, 4, 5, 6, 7, 8], ["a"] * 3 + ["b"] * 3 + ["c"] * 3)
    >>> round(found.estimate, 6), round(found.within, 6), found.mean
    (6.0, 1.0, 4.333333333333333)
    """
    values, labels = vector("scores", scores, missing=True), np.asarray(teams)
    same_length(scores=values, teams=labels)
    there = np.isfinite(values)
    _, codes = np.unique(labels[there], return_inverse=True)
    counts = np.bincount(codes)
    means = np.bincount(codes, values[there]) / np.maximum(counts, 1)
    squares = np.bincount(codes, (values[there] - means[codes]) ** 2)
    return one_way_from_sums(counts, means, float(squares.sum()), minimum=minimum, level=level)


def one_way_from_sums(
    counts: ArrayLike, means: ArrayLike, squares: float, *, minimum: int = 3, level: float = 0.95
) -> BetweenVariance | CannotTell:
    """Variance between and within teams, from counts, means and the sum of squares inside teams.

    Parameters
    ----------
    counts : array_like, shape (teams,)
        Persons with a score in each team; teams with 0 are left out.
    means : array_like, shape (teams,)
        Mean of their scores, in points.
    squares : float
        Sum of the squared deviations from the team means over all teams, in squared points.
    minimum : int
        Teams needed; at least 3.
    level : float
        Confidence of the profile interval.

    Returns
    -------
    BetweenVariance or CannotTell
        CannotTell with too few teams, when no team has two scores, and when people inside all teams agree entirely.

    Raises
    ------
    ValueError
        When the lengths differ or a value lies outside its range.

    Notes
    -----
    The one-way random model with normal team effects and the same variance inside every team, as lme4 fits it. The
    standard error of the variance takes the variance within as known.

    References
    ----------
    Patterson, H. D. and Thompson, R. (1971). https://doi.org/10.1093/biomet/58.3.545

    Examples
    --------
    >>> round(one_way_from_sums([3, 3, 3], [2, 4, 7], 6.0).estimate, 6)
    6.0
    """
    n = above("counts", vector("counts", counts), 0, allowed=True)
    same_length(counts=n, means=np.asarray(means))
    y = vector("means", np.asarray(means, dtype=np.float64)[n > 0])
    n = n[n > 0]
    _check(minimum, level)
    if not (np.isfinite(squares) and squares >= 0):
        raise ValueError(f"squares must be finite and at least 0, got {squares:g}")
    if y.size < minimum:
        return CannotTell("too few teams", y.size, minimum, "teams")
    if n.max() < 2:
        return CannotTell("no team has two answer sheets", int(n.max()), 2, "answers")
    # Scores that are equal up to rounding leave a remainder far below any true spread.
    if squares <= 1e-18 * n.sum() * max(1.0, float((y**2).max())):
        return CannotTell("people in the same team all gave the same answers", int(n.sum()), None, "answers")
    df = n.sum() - 1

    def parts(ratio: float) -> tuple[FloatArray, FloatArray, float]:
        w = n / (1 + n * ratio)
        gap = (y - (w @ y) / w.sum()) ** 2
        return w, gap, float(squares + w @ gap)

    def deviance(ratio: float) -> float:
        w, _, rest = parts(ratio)
        return float(df * np.log(rest) + np.log1p(n * ratio).sum() + np.log(w.sum()))

    def slope(ratio: float) -> float:
        w, gap, rest = parts(ratio)
        return float(w.sum() - (w @ w) / w.sum() - df * (w**2 @ gap) / rest)

    top = float(np.var(y) * y.size * df / squares + 1)
    ratio = _lowest(deviance, slope, top)
    within = parts(ratio)[2] / df
    low, high = _profile(deviance, ratio, top, level)
    interval = (low * within, high * within)
    return _found(y, within / n, ratio * within, interval, within=within, level=level, method="REML, one way")


def _found(
    y: FloatArray,
    v: FloatArray,
    estimate: float,
    interval: tuple[float, float],
    *,
    within: float,
    level: float,
    method: str,
) -> BetweenVariance:
    w = 1 / (estimate + v)
    total, squared, cubed = w.sum(), (w**2).sum(), (w**3).sum()
    information = (squared - 2 * cubed / total + (squared / total) ** 2) / 2
    return BetweenVariance(
        n=y.size,
        estimate=float(estimate),
        low=float(interval[0]),
        high=float(interval[1]),
        error=float(1 / sqrt(information)),
        within=float(within),
        mean=float(w @ y / total),
        mean_error=float(1 / sqrt(total)),
        level=level,
        method=f"{method}, profile interval",
    )


def _lowest(deviance: Line, slope: Line, top: float) -> float:
    """Find the lowest point of a deviance on 0..top: a coarse look, then the root of the slope beside the best."""
    grid = np.concatenate(([0.0], top * np.geomspace(1e-8, 1, 33)))
    best = int(np.argmin([deviance(point) for point in grid]))
    left, right = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
    if slope(left) >= 0:
        return float(left)
    if slope(right) <= 0:
        return float(right)
    return float(brentq(slope, left, right, xtol=1e-300, rtol=8.9e-16))


def _profile(deviance: Line, lowest: float, top: float, level: float) -> tuple[float, float]:
    """Find where the deviance has risen by the quantile of chi-square with one degree of freedom."""
    limit = deviance(lowest) + float(chdtri(1, 1 - level))

    def over(point: float) -> float:
        return deviance(point) - limit

    low = 0.0 if over(0.0) <= 0 else float(brentq(over, 0.0, lowest))
    beyond = max(lowest, top)
    while over(beyond) < 0:
        beyond *= 4
    return low, float(brentq(over, lowest, beyond))


def _check(minimum: int, level: float) -> None:
    if minimum < 3:
        raise ValueError(f"minimum must be at least 3, got {minimum}")
    share("level", level)
