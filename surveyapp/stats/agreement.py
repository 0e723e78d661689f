"""How far views lie apart inside teams, for the expert.

Spread inside a single team is for an analyst's own data: with few answers a spread and a mean tell the answers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.stats.checks import FloatArray, IntArray, at_least, labels, positive, same_length
from surveyapp.stats.moments import sheets
from surveyapp.stats.outcome import CannotTell

Names = np.ndarray[tuple[int, ...], np.dtype[np.generic]]

UNIFORM = 2.0
SLIGHTLY_SKEWED = 1.34


@dataclass(frozen=True, slots=True, eq=False)
class TeamSpread:
    """How far views lie apart in each team, against the other teams of the organisation.

    Parameters
    ----------
    teams : array, shape (teams,)
        Labels, in order.
    n : array of int, shape (teams,)
        Complete sheets of each team.
    estimate : array of float, shape (teams,)
        Standard deviation of the person scores, in points; NaN for teams with fewer than two.
    deviation : array of float, shape (teams,)
        Average deviation from the team's mean over all items (AD), in points.
    low, high : float
        Quartiles of the standard deviations of the teams that are large enough, in points.
    views : tuple of str
        For each team "close", "usual", "spread" or, when it is too small, "".
    method : str
        How it was computed.
    """

    teams: Names
    n: IntArray
    estimate: FloatArray
    deviation: FloatArray
    low: float
    high: float
    views: tuple[str, ...]
    method: str


def team_spread(
    answers: ArrayLike, teams: ArrayLike, *, least_persons: int = 7, least_teams: int = 10
) -> TeamSpread | CannotTell:
    """Within-team standard deviation and average deviation, sorted by the quartiles of the organisation.

    Parameters
    ----------
    answers : array_like, shape (sheets, items)
        Keyed answers in points; sheets with a gap are left out.
    teams : array_like, shape (sheets,)
        Label of the team of each sheet.
    least_persons : int
        Complete sheets that a team needs to be sorted, at least 2.
    least_teams : int
        Teams of that size that the quartiles need, at least 4.

    Returns
    -------
    TeamSpread or CannotTell
        CannotTell with too few teams that are large enough.

    Raises
    ------
    ValueError
        When the lengths differ or the answers are no table.

    Notes
    -----
    A quarter of the teams is "close" and a quarter "spread" by construction, also when all are alike; with seven sheets
    a standard deviation is known to about a quarter of its size. Not to be shown for a team: spread and mean together
    tell the answers of five people in most cases.

    References
    ----------
    Burke, M. J., Finkelstein, L. M. and Dusig, M. S. (1999). https://doi.org/10.1177/109442819921004

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> answers = rng.integers(1, 6, (84, 3))
    >>> found = team_spread(answers, np.repeat(np.arange(12), 7))
    >>> found.views[:4], found.views.count("spread")
    (('usual', 'usual', 'close', 'spread'), 3)
    """
    table, names, codes = _complete(answers, teams)
    count = names.size
    n = np.bincount(codes, minlength=count)
    scores = table.mean(axis=1)
    spread = np.sqrt(_variances(scores[:, None], codes, count))[:, 0]
    deviation = _by_team(np.abs(table - _by_team(table, codes, count)[codes]), codes, count).mean(axis=1)
    large = n >= max(least_persons, 2)
    if large.sum() < max(least_teams, 4):
        return CannotTell("too few teams that are large enough", int(large.sum()), max(least_teams, 4), "teams")
    low, high = (float(quartile) for quartile in np.quantile(spread[large], [0.25, 0.75]))
    views = np.where(spread < low, "close", np.where(spread > high, "spread", "usual"))
    sorted_views = tuple(str(view) for view in np.where(large, views, ""))
    return TeamSpread(names, n, spread, deviation, low, high, sorted_views, "SD and AD over complete sheets")


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """An index of agreement for each team, for the expert's export.

    Parameters
    ----------
    teams : array, shape (teams,)
        Labels, in order.
    n : array of int, shape (teams,)
        Complete sheets of each team.
    estimate : array of float, shape (teams,)
        The index, without unit; NaN where it is not defined. There is no interval: the index depends more on the
        variance that one calls no agreement than on chance.
    method : str
        Which index, and against which variance.
    """

    teams: Names
    n: IntArray
    estimate: FloatArray
    method: str


def rwg(answers: ArrayLike, teams: ArrayLike, *, null_variance: float = UNIFORM) -> Agreement:
    """Index r_wg(J) of James, Demaree and Wolf; with one item r_wg.

    Parameters
    ----------
    answers : array_like, shape (sheets, items)
        Keyed answers in points; sheets with a gap are left out.
    teams : array_like, shape (sheets,)
        Label of the team of each sheet.
    null_variance : float
        Variance of answers without any agreement, in squared points: 2 for five equally likely answers, 1.34 for
        slightly skewed ones.

    Returns
    -------
    Agreement
        Between 0 and 1; NaN for teams with fewer than two complete sheets.

    Raises
    ------
    ValueError
        When the lengths differ, the answers are no table, or the variance is not above 0.

    Notes
    -----
    A variance above that of no agreement counts as none. No gate: without any team effect 80 % of teams pass .70 with
    seven items, and the mean falls from .87 to .41 with the other variance. Look at ICC(1) first.

    References
    ----------
    James, L. R., Demaree, R. G. and Wolf, G. (1984). https://doi.org/10.1037/0021-9010.69.1.85
    LeBreton, J. M. and Senter, J. L. (2008). https://doi.org/10.1177/1094428106296642

    Examples
    --------
    >>> rwg([[4, 4], [5, 4], [4, 5]], ["a", "a", "a"]).estimate.round(3).tolist()
    [0.909]
    """
    null = positive("null_variance", null_variance)
    table, names, codes = _complete(answers, teams)
    variance = _variances(table, codes, names.size).mean(axis=1)
    agree = 1 - np.minimum(variance, null) / null
    items = table.shape[1]
    index = items * agree / (items * agree + 1 - agree)
    return Agreement(names, np.bincount(codes, minlength=names.size), index, f"r_wg({items}), null variance {null:g}")


def rwg_lindell(answers: ArrayLike, teams: ArrayLike, *, null_variance: float = UNIFORM) -> Agreement:
    """Index r*_wg(J) of Lindell, which does not grow with the number of items.

    Parameters
    ----------
    answers : array_like, shape (sheets, items)
        Keyed answers in points; sheets with a gap are left out.
    teams : array_like, shape (sheets,)
        Label of the team of each sheet.
    null_variance : float
        Variance of answers without any agreement, in squared points.

    Returns
    -------
    Agreement
        At most 1, below 0 for views that are split; NaN for teams with fewer than two complete sheets.

    Raises
    ------
    ValueError
        As for `rwg`.

    Notes
    -----
    As for `rwg`.

    References
    ----------
    Lindell, M. K., Brandt, C. J. and Whitney, D. J. (1999). https://doi.org/10.1177/01466219922031257

    Examples
    --------
    >>> rwg_lindell([[4, 4], [5, 4], [4, 5]], ["a", "a", "a"]).estimate.round(3).tolist()
    [0.833]
    """
    null = positive("null_variance", null_variance)
    table, names, codes = _complete(answers, teams)
    index = 1 - _variances(table, codes, names.size).mean(axis=1) / null
    return Agreement(names, np.bincount(codes, minlength=names.size), index, f"r*_wg, null variance {null:g}")


def awg(answers: ArrayLike, teams: ArrayLike, *, points: int = 5) -> Agreement:
    """Index a_wg of Brown and Hauenstein, whose variance of no agreement follows the team's own mean.

    Parameters
    ----------
    answers : array_like, shape (sheets, items)
        Keyed answers from 1 to points; sheets with a gap are left out.
    teams : array_like, shape (sheets,)
        Label of the team of each sheet.
    points : int
        Answers to choose from, at least 2.

    Returns
    -------
    Agreement
        Between -1 and 1; NaN for teams with fewer than two complete sheets, and where the mean of an item lies so near
        the end of the scale that the largest possible variance is not reached.

    Raises
    ------
    ValueError
        When the lengths differ, the answers are no table or lie off the scale.

    Notes
    -----
    Mean over the items. As for `rwg` it describes and does not decide.

    References
    ----------
    Brown, R. D. and Hauenstein, N. M. A. (2005). https://doi.org/10.1177/1094428105275376

    Examples
    --------
    >>> awg([[4, 4], [3, 4], [4, 3], [3, 3]], ["a"] * 4).estimate.round(3).tolist()
    [0.867]
    """
    table, names, codes = _complete(answers, teams)
    points = at_least("points", points, 2)
    if table.size and not (table.min() >= 1 and table.max() <= points):
        raise ValueError(f"answers must lie between 1 and {points}, got {table.min():g} to {table.max():g}")
    n = np.bincount(codes, minlength=names.size).astype(np.float64)[:, None]
    means, variances = _by_team(table, codes, names.size), _variances(table, codes, names.size)
    some = np.maximum(n, 1)
    inside = (n > 1) & (means >= (points - 1 + n) / some - 1e-12) & (means <= (points * (n - 1) + 1) / some + 1e-12)
    largest = ((points + 1) * means - means**2 - points) * n / np.maximum(n - 1, 1)
    parts = np.full(means.shape, np.nan)
    np.divide(2 * variances, largest, out=parts, where=inside & (largest > 0))
    return Agreement(names, n[:, 0].astype(np.intp), (1 - parts).mean(axis=1), f"a_wg, answers 1 to {points}")


def _complete(answers: ArrayLike, teams: ArrayLike) -> tuple[FloatArray, Names, IntArray]:
    """Take complete sheets with the number of their team; teams without any stay in the list."""
    table = sheets(answers)
    names, codes = labels("teams", teams)
    same_length(answers=table, teams=codes)
    whole = np.isfinite(table).all(axis=1)
    return table[whole], names, codes[whole]


def _by_team(values: FloatArray, codes: IntArray, count: int) -> FloatArray:
    """Average each column in each team, NaN for teams without sheets."""
    n = np.bincount(codes, minlength=count)[:, None]
    sums = np.zeros((count, values.shape[1]))
    np.add.at(sums, codes, values)
    means = np.full(sums.shape, np.nan)
    np.divide(sums, n, out=means, where=n > 0)
    return means


def _variances(values: FloatArray, codes: IntArray, count: int) -> FloatArray:
    n = np.bincount(codes, minlength=count)[:, None]
    around = _by_team((values - _by_team(values, codes, count)[codes]) ** 2, codes, count)
    variances = np.full(around.shape, np.nan)
    np.divide(around * n, n - 1, out=variances, where=n > 1)
    return variances
