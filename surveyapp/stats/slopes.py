"""Slopes of teams: described robustly, and tested only against the slopes of other teams."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtr

from surveyapp.stats.checks import BoolArray, FloatArray, at_least, matrix, place, same_length, share, vector
from surveyapp.stats.estimates import quantile
from surveyapp.stats.levels import panel, size_scale, wave_levels
from surveyapp.stats.outcome import CannotTell

LEAST_OTHERS = 10
LEAST_WAVES = 6


@dataclass(frozen=True, slots=True)
class SlopeAmongTeams:
    """The slope of one team against the slopes of the other teams.

    Parameters
    ----------
    n : int
        Other teams.
    estimate, low, high : float
        Slope less the mean slope of the others, in points per wave. The interval is what this team moved beyond the
        organisation, give or take what teams of its size move by chance.
    own : float
        Slope of the team itself, in points per wave.
    p : float
        Two-sided.
    level : float
        Confidence.
    method : str
        How it was computed.
    """

    n: int
    estimate: float
    low: float
    high: float
    own: float
    p: float
    level: float
    method: str


def slope_among_teams(
    means: ArrayLike, counts: ArrayLike, team: int, *, level: float = 0.95
) -> SlopeAmongTeams | CannotTell:
    """Ask whether a team moves more than teams move anyway.

    Parameters
    ----------
    means : array_like, shape (teams, waves)
        Team means, in points; NaN where a team has no figure.
    counts : array_like, shape (teams, waves)
        Sheets in each mean, at least 1 where there is one.
    team : int
        Row of the team in question.
    level : float
        Confidence.

    Returns
    -------
    SlopeAmongTeams or CannotTell
        CannotTell with fewer than 6 waves of the team, with fewer than 10 other teams with 6 waves, or when all slopes
        are equal.

    Raises
    ------
    ValueError
        When the shapes differ, there is no such row, or a value lies outside its range.

    Notes
    -----
    Tests on the waves of one team take its ups and downs for a trend in 14 to 33 % of teams that go nowhere
    (Mann-Kendall, least squares, AR(1) errors). Here each slope is divided by what slopes of its size scatter
    (``a + b/n``, fitted on the others), and the team is one more draw from the others: Student's t with as many degrees
    of freedom as other teams, less one. Assumes that the other teams go through the same kind of ups and downs. Not
    for the team that was picked because it fell most: that needs the alert, which is calibrated for looking at all.

    References
    ----------
    Crawford, J. R. and Howell, D. C. (1998). https://doi.org/10.1076/clin.12.4.482.7241

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> means = rng.normal(3.6, 0.2, (12, 10))
    >>> means[0] += np.arange(10) * 0.1
    >>> found = slope_among_teams(means, np.full((12, 10), 6), 0)
    >>> found.n, found.p < 0.01
    (11, True)
    """
    y, n, there = panel(means, counts)
    team = place("team", team, 0, y.shape[0] - 1)
    share("level", level)
    enough = there.sum(axis=1) >= LEAST_WAVES
    others = enough.copy()
    others[team] = False
    if not enough[team]:
        return CannotTell("too few waves of this team for a slope", int(there[team].sum()), LEAST_WAVES, "waves")
    if others.sum() < LEAST_OTHERS:
        return CannotTell("too few other teams to compare with", int(others.sum()), LEAST_OTHERS, "teams")
    own = float(_slopes(y, n, there)[0][team])
    slopes, noise = _slopes(y - wave_levels(y, there), n, there)
    squares = (slopes[others] - slopes[others].mean()) ** 2
    scale = size_scale(squares, noise[others], noise)
    if not scale[team] > 1e-12:
        return CannotTell("all other teams moved alike", int(others.sum()), None, "teams")
    return _against_others(slopes, scale, own, team, others, level)


def _against_others(
    slopes: FloatArray, scale: FloatArray, own: float, team: int, others: BoolArray, level: float
) -> SlopeAmongTeams:
    count = int(others.sum())
    weight = 1 / scale[others] ** 2
    middle = float((weight @ slopes[others]) / weight.sum())
    spread = sqrt(float((((slopes[others] - middle) / scale[others]) ** 2).sum()) / (count - 1))
    error = spread * sqrt(float(scale[team] ** 2 + 1 / weight.sum()))
    estimate = float(slopes[team] - middle)
    reach = quantile(level, count - 1) * error
    p = 2 * float(stdtr(count - 1, -abs(estimate) / error))
    how = f"least-squares slope against {count} other teams, scaled by size, t({count - 1})"
    return SlopeAmongTeams(count, estimate, estimate - reach, estimate + reach, own, p, level, how)


def _slopes(y: FloatArray, n: FloatArray, there: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Least-squares slope of each team over its waves, and how much of its variance each unit of noise makes."""
    waves = np.arange(y.shape[1], dtype=np.float64)
    centre = (there * waves).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    away = np.where(there, waves - centre[:, None], 0.0)
    share_of = away / np.maximum((away**2).sum(axis=1), 1e-300)[:, None]
    slopes = (share_of * np.where(there, y, 0.0)).sum(axis=1)
    noise = (share_of**2 / np.where(there, n, 1.0)).sum(axis=1)
    return slopes, noise


@dataclass(frozen=True, slots=True)
class OrganisationSlope:
    """The mean slope of all teams.

    Parameters
    ----------
    n : int
        Teams.
    estimate, low, high : float
        In points per wave.
    p : float
        Two-sided.
    level : float
        Confidence.
    method : str
        How it was computed.
    """

    n: int
    estimate: float
    low: float
    high: float
    p: float
    level: float
    method: str


def organisation_slope(means: ArrayLike, counts: ArrayLike, *, level: float = 0.95) -> OrganisationSlope | CannotTell:
    """Ask whether teams rise or fall together, with one slope for each team.

    Parameters
    ----------
    means : array_like, shape (teams, waves)
        Team means, in points; NaN where a team has no figure.
    counts : array_like, shape (teams, waves)
        Sheets in each mean, at least 1 where there is one.
    level : float
        Confidence.

    Returns
    -------
    OrganisationSlope or CannotTell
        CannotTell with fewer than 10 teams that have 6 waves, or when all slopes are equal.

    Raises
    ------
    ValueError
        When the shapes differ or a value lies outside its range.

    Notes
    -----
    Student's t over the slopes of the teams. Least squares on all answers would call 21 % of still organisations
    moving. Something that shakes all teams in the same wave is part of the movement that is found: this says that
    the organisation moved, not that it will go on to.

    References
    ----------
    Feldman, H. A. (1988). https://doi.org/10.1152/jappl.1988.64.4.1721

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> means = rng.normal(3.6, 0.2, (12, 10)) + np.arange(10) * 0.05
    >>> found = organisation_slope(means, np.full((12, 10), 6))
    >>> found.n, 0.03 < found.low < found.high < 0.07
    (12, True)
    """
    y, n, there = panel(means, counts)
    share("level", level)
    enough = there.sum(axis=1) >= LEAST_WAVES
    teams = int(enough.sum())
    if teams < LEAST_OTHERS:
        return CannotTell("too few teams with enough waves", teams, LEAST_OTHERS, "teams")
    slopes = _slopes(y, n, there)[0][enough]
    error = float(slopes.std(ddof=1)) / sqrt(teams)
    if not error > 1e-12:
        return CannotTell("all teams moved alike", teams, None, "teams")
    estimate = float(slopes.mean())
    reach = quantile(level, teams - 1) * error
    p = 2 * float(stdtr(teams - 1, -abs(estimate) / error))
    return OrganisationSlope(
        teams, estimate, estimate - reach, estimate + reach, p, level, f"t({teams - 1}) over slopes"
    )


@dataclass(frozen=True, slots=True)
class TheilSen:
    """A robust slope, to describe and not to test.

    Parameters
    ----------
    n : int
        Figures with a value.
    estimate, low, high : float
        Median of the slopes between all pairs, and Sen's interval, in points per unit of time. The interval takes the
        figures as independent, so that it is too short for waves of one team.
    intercept : float
        Level at time 0 through the medians, in points.
    level : float
        Nominal confidence.
    method : str
        How it was computed.
    """

    n: int
    estimate: float
    low: float
    high: float
    intercept: float
    level: float
    method: str


def theil_sen(times: ArrayLike, values: ArrayLike, *, level: float = 0.95) -> TheilSen | CannotTell:
    """Median of all pairwise slopes.

    Parameters
    ----------
    times : array_like, shape (waves,)
        When, in any unit.
    values : array_like, shape (waves,)
        Figures in points; NaN where there is none.
    level : float
        Nominal confidence of Sen's interval.

    Returns
    -------
    TheilSen or CannotTell
        CannotTell with fewer than 4 figures, or when all are of the same time.

    Raises
    ------
    ValueError
        When the lengths differ or a value lies outside its range.

    Notes
    -----
    Sen's interval reads the ordered slopes between ranks, with the variance of Kendall's S corrected for ties. It is
    right for independent figures only. There is no p-value: on waves of one team it would be false.

    References
    ----------
    Sen, P. K. (1968). https://doi.org/10.1080/01621459.1968.10480934

    Examples
    --------
    >>> found = theil_sen([1, 2, 3, 4, 5, 6], [3.0, 3.1, 3.3, 3.2, 3.5, 3.6])
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
    (0.12, 0.055, 0.2)
    """
    t, y = vector("times", times), vector("values", values, missing=True)
    same_length(times=t, values=y)
    share("level", level)
    there = np.isfinite(y)
    t, y = t[there], y[there]
    if y.size < 4:
        return CannotTell("too few figures for a slope", y.size, 4, "waves")
    first, second = np.triu_indices(y.size, 1)
    run = t[second] - t[first]
    slopes = np.sort((y[second] - y[first])[run != 0] / run[run != 0])
    if slopes.size == 0:
        return CannotTell("all figures are of the same time", y.size, None, "waves")
    middle = float(np.median(slopes))
    low, high = _sen(slopes, t, y, level)
    intercept = float(np.median(y) - middle * np.median(t))
    return TheilSen(
        y.size, middle, low, high, intercept, level, "Theil-Sen slope, Sen interval for independent figures"
    )


def _sen(slopes: FloatArray, t: FloatArray, y: FloatArray, level: float) -> tuple[float, float]:
    n = y.size
    ties = sum(
        float((sizes * (sizes - 1) * (2 * sizes + 5)).sum())
        for sizes in (np.unique(values, return_counts=True)[1] for values in (t, y))
    )
    spread = sqrt(max((n * (n - 1) * (2 * n + 5) - ties) / 18, 0.0))
    reach = float(ndtri((1 + level) / 2)) * spread
    ranks = np.arange(1, slopes.size + 1)
    low, high = np.interp([(slopes.size - reach) / 2, (slopes.size + reach) / 2 + 1], ranks, slopes)
    return float(low), float(high)


def theil_sen_panel(means: ArrayLike, *, block: int = 256) -> FloatArray:
    """Median pairwise slope of every team, computed a block of teams at a time.

    Parameters
    ----------
    means : array_like, shape (teams, waves)
        Equally spaced waves, in points; NaN where a team has no figure.
    block : int
        Teams at once; memory grows with block x waves x waves.

    Returns
    -------
    array of float, shape (teams,)
        In points per wave; NaN for teams with fewer than two figures.

    Raises
    ------
    ValueError
        When the table is no table or the block is empty.

    Notes
    -----
    As for `theil_sen`, for drawing many small pictures at night.

    References
    ----------
    Sen, P. K. (1968). https://doi.org/10.1080/01621459.1968.10480934

    Examples
    --------
    >>> theil_sen_panel([[1.0, 2.0, 4.0], [3.0, float("nan"), 2.0]]).tolist()
    [1.5, -0.5]
    """
    y, size = matrix("means", means, missing=True), at_least("block", block, 1)
    first, second = np.triu_indices(y.shape[1], 1)
    run = (second - first).astype(np.float64)
    found = np.full(y.shape[0], np.nan)
    for start in range(0, y.shape[0], size):
        part = y[start : start + size]
        slopes = (part[:, second] - part[:, first]) / run
        found[start : start + size] = _medians(slopes)
    return found


def _medians(slopes: FloatArray) -> FloatArray:
    """Median of each row without its gaps, which sorting puts last."""
    slopes.sort(axis=1)
    counts = np.isfinite(slopes).sum(axis=1)
    rows = np.arange(slopes.shape[0])
    last = np.maximum(counts - 1, 0)
    if slopes.shape[1] == 0:
        return np.full(slopes.shape[0], np.nan)
    return np.asarray((slopes[rows, last // 2] + slopes[rows, (last + 1) // 2]) / 2, dtype=np.float64)
