"""Correlations that describe: over departments, inside teams, between teams.

None of these knows about the calendar. They describe a table; whether there is a relation is asked in
`surveyapp.stats.association`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from surveyapp.stats import checks
from surveyapp.stats.checks import FloatArray, IntArray
from surveyapp.stats.outcome import CannotTell


@dataclass(frozen=True, slots=True)
class Correlation:
    """A correlation with its interval.

    Parameters
    ----------
    n : int
        Pairs.
    estimate, low, high : float
        From -1 to 1.
    p : float
        Two-sided.
    df : float
        Degrees of freedom of the t statistic.
    method : str
        Which correlation.
    """

    n: int
    estimate: float
    low: float
    high: float
    p: float
    df: float
    method: str


def pearson(first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> Correlation | CannotTell:
    """Correlate two columns, with Fisher's interval.

    Parameters
    ----------
    first, second : array_like, shape (units,)
        One pair for each unit.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    Correlation or CannotTell
        CannotTell under 4 pairs or when a column does not vary.

    Raises
    ------
    ValueError
        If lengths differ, a value is not finite, or confidence is outside (0, 1).

    Notes
    -----
    For independent units that are roughly normal. Not for several waves of the same team: repeated pairs gave
    false alarms in 27 % where 5 % were meant.

    Examples
    --------
    >>> round(pearson([1, 2, 3, 4, 5], [1, 3, 2, 5, 4]).estimate, 3)
    0.8
    """
    x, y = checks.vector("first", first), checks.vector("second", second)
    checks.same_length(first=x, second=y)
    return _correlation(x - x.mean() if len(x) else x, y - y.mean() if len(y) else y, len(x) - 2, confidence, "Pearson")


def spearman(first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> Correlation | CannotTell:
    """Correlate the ranks of two columns.

    Parameters
    ----------
    first, second : array_like, shape (units,)
        One pair for each unit.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    Correlation or CannotTell
        CannotTell under 4 pairs or when a column does not vary.

    Raises
    ------
    ValueError
        If lengths differ, a value is not finite, or confidence is outside (0, 1).

    Notes
    -----
    The p-value is that of the t approximation; the interval has the variance of Bonett and Wright [1]_. Independent
    units, as `pearson`.

    References
    ----------
    .. [1] Bonett, Wright (2000). Sample size requirements for estimating Pearson, Kendall and Spearman
       correlations. Psychometrika 65, 23-28. https://doi.org/10.1007/BF02294183

    Examples
    --------
    >>> round(spearman([1, 2, 3, 4, 50], [1, 3, 2, 5, 4]).estimate, 3)
    0.8
    """
    x, y = checks.vector("first", first), checks.vector("second", second)
    checks.same_length(first=x, second=y)
    ranks = [stats.rankdata(column) - (len(column) + 1) / 2 for column in (x, y)]
    return _correlation(ranks[0], ranks[1], len(x) - 2, confidence, "Spearman")


def within_teams(
    first: ArrayLike, second: ArrayLike, team: ArrayLike, *, confidence: float = 0.95
) -> Correlation | CannotTell:
    """Describe how two quantities move together inside teams: the repeated-measures correlation.

    Parameters
    ----------
    first, second : array_like, shape (cells,)
        Pairs, several for each team.
    team : array_like, shape (cells,)
        Team of each pair.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    Correlation or CannotTell
        CannotTell with fewer than 2 degrees of freedom or when nothing varies inside teams.

    Raises
    ------
    ValueError
        If lengths differ, a value is not finite, or confidence is outside (0, 1).

    Notes
    -----
    One slope for all teams, each with its own level [1]_. A description only: with a drift that all teams share its
    p-value gave false alarms in 56 % where 5 % were meant.

    References
    ----------
    .. [1] Bakdash, Marusich (2017). Repeated measures correlation. Frontiers in Psychology 8, 456.
       https://doi.org/10.3389/fpsyg.2017.00456

    Examples
    --------
    >>> round(within_teams([1, 2, 3, 11, 12, 13], [3, 2, 1, 3, 2, 1.5], list("aaabbb")).estimate, 3)
    -0.983
    """
    x, y, codes = _columns(first, second, team)
    own = [column - _team_means(column, codes)[codes] for column in (x, y)]
    return _correlation(own[0], own[1], len(x) - len(np.unique(codes)) - 1, confidence, "within teams")


def between_teams(
    first: ArrayLike, second: ArrayLike, team: ArrayLike, *, confidence: float = 0.95
) -> Correlation | CannotTell:
    """Describe how the averages of teams go together, each team weighted by its number of pairs.

    Parameters
    ----------
    first, second : array_like, shape (cells,)
        Pairs, several for each team.
    team : array_like, shape (cells,)
        Team of each pair.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    Correlation or CannotTell
        Its n is the number of pairs; CannotTell under 4 teams or when averages do not vary.

    Raises
    ------
    ValueError
        If lengths differ, a value is not finite, or confidence is outside (0, 1).

    Notes
    -----
    Inside and between teams two quantities can go together in opposite ways: always show both. Degrees of freedom
    count teams.

    Examples
    --------
    >>> team = np.repeat(list("abcde"), 2)
    >>> round(between_teams([1, 2, 2, 3, 3, 4, 4, 5, 5, 6], [1, 0, 2, 1, 3, 2, 4, 3, 5, 4], team).estimate, 3)
    1.0
    """
    x, y, codes = _columns(first, second, team)
    means = [_team_means(column - column.mean(), codes)[codes] for column in (x, y)]
    return _correlation(means[0], means[1], len(np.unique(codes)) - 2, confidence, "between teams")


def _columns(first: ArrayLike, second: ArrayLike, team: ArrayLike) -> tuple[FloatArray, FloatArray, IntArray]:
    x, y = checks.vector("first", first), checks.vector("second", second)
    _, codes = checks.labels("team", team)
    checks.same_length(first=x, second=y, team=codes)
    if not len(x):
        raise ValueError("first must hold at least one pair, got none")
    return x, y, codes


def _team_means(values: FloatArray, codes: IntArray) -> FloatArray:
    return np.asarray(np.bincount(codes, values) / np.bincount(codes))


def _correlation(x: FloatArray, y: FloatArray, df: int, confidence: float, method: str) -> Correlation | CannotTell:
    """Correlate columns that are already centred."""
    checks.share("confidence", confidence)
    if df < 2:
        return CannotTell("too few pairs for a correlation", len(x), len(x) + 2 - df, "pairs")
    lengths = float(np.sqrt(x @ x)), float(np.sqrt(y @ y))
    if min(lengths) <= 1e-12 * max(1.0, *lengths):
        return CannotTell("one of the two does not vary", len(x), None, "pairs")
    r = float(np.clip((x / lengths[0]) @ (y / lengths[1]), -1, 1))
    # Ranks vary a little more than Fisher's variance says.
    spread = math.sqrt((1 + r**2 / 2 if method == "Spearman" else 1) / max(df - 1, 1e-9))
    margin = float(special.ndtri((1 + confidence) / 2)) * spread
    # A perfect correlation has an interval and a p-value at the limit of what can be computed, not 0.
    inside = float(np.clip(r, -1 + 1e-12, 1 - 1e-12))
    p = 2 * float(special.stdtr(df, -abs(inside) * math.sqrt(df / (1 - inside**2))))
    low, high = (math.tanh(math.atanh(inside) + side * margin) for side in (-1, 1))
    return Correlation(len(x), r, low, high, p, df, method)
