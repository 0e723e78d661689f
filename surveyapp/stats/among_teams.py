"""What several teams have together, with intervals that know that teams differ.

Events of one team come in bunches: one team reports a lot in every wave, another never does. An interval that takes
them for independent is about these very teams and far too narrow for teams like them. Here each team counts once.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from surveyapp.stats import checks, glm
from surveyapp.stats.checks import FloatArray, IntArray
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.outcomes import FEWEST_FOR_MEDIAN, Figure

# Two teams say next to nothing about how far teams lie apart.
FEWEST_TEAMS = 3


def rate_among_teams(
    count: ArrayLike, exposure: ArrayLike, team: ArrayLike, *, confidence: float = 0.95
) -> Figure | CannotTell:
    """Give events per unit of exposure over all teams.

    Parameters
    ----------
    count : array_like, shape (cells,)
        Events of a team in a wave.
    exposure : array_like, shape (cells,)
        Such as person-weeks; a cell without any has no events.
    team : array_like, shape (cells,)
        Labels; a team may have any number of cells.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    Figure or CannotTell
        Its n is the number of events. CannotTell under 3 teams with exposure, without any event, or when all teams
        have the same rate to the digit.

    Raises
    ------
    ValueError
        If columns differ in length, a count is negative or not whole, exposure is negative, something was counted
        without exposure, or confidence is outside (0, 1).

    Notes
    -----
    The logarithm of a common Poisson mean with the standard error CR2 by team and Satterthwaite degrees of freedom
    [1]_: right whatever happens inside a team, for teams that are like draws from more of their kind.

    References
    ----------
    .. [1] Pustejovsky, Tipton (2018). Small-sample methods for cluster-robust variance estimation.
       Journal of Business & Economic Statistics 36, 672-683. https://doi.org/10.1080/07350015.2016.1247004

    Examples
    --------
    >>> found = rate_among_teams([2, 4, 0, 1, 9, 11], [30, 30, 40, 40, 50, 50], list("aabbcc"))
    >>> found.n, round(found.estimate, 4), round(found.low, 4), round(found.high, 4)
    (27, 0.1125, 0.0091, 1.3975)
    """
    hits, weeks = checks.counts("count", count), checks.vector("exposure", exposure)
    checks.above("exposure", weeks, 0, allowed=True)
    codes, teams = _codes(team)
    checks.same_length(count=hits, exposure=weeks, team=codes)
    checks.share("confidence", confidence)
    if (bad := (hits > 0) & (weeks == 0)).any():
        raise ValueError(f"count must be 0 without exposure, got {hits[bad][0]:g}")
    events, whole = _sums(codes, teams, hits, weeks)
    margin = _margin(events, "poisson", confidence, offset=np.log(whole))
    if isinstance(margin, CannotTell):
        return margin
    rate, factor = float(events.sum() / whole.sum()), float(np.exp(margin))
    return Figure(int(events.sum()), rate, rate / factor, rate * factor, "rate by team, CR2 with Satterthwaite t")


def share_among_teams(
    hits: ArrayLike, of: ArrayLike, team: ArrayLike, *, confidence: float = 0.95
) -> Figure | CannotTell:
    """Give a share over all teams.

    Parameters
    ----------
    hits, of : array_like, shape (cells,)
        How many, of how many, of a team in a wave.
    team : array_like, shape (cells,)
        Labels; a team may have any number of cells.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    Figure or CannotTell
        Its n is the number of trials. CannotTell under 3 teams with trials, when none or all are hits, or when all
        teams have the same share to the digit.

    Raises
    ------
    ValueError
        If columns differ in length, a number is negative or not whole, hits exceed trials, or confidence is outside
        (0, 1).

    Notes
    -----
    As `rate_among_teams`, on log odds.

    Examples
    --------
    >>> found = share_among_teams([2, 5, 1, 4], [10, 10, 8, 12], list("abcd"))
    >>> found.n, found.estimate, round(found.low, 2), round(found.high, 2)
    (40, 0.3, 0.12, 0.58)
    """
    good, trials = checks.counts("hits", hits), checks.counts("of", of)
    codes, teams = _codes(team)
    checks.same_length(hits=good, of=trials, team=codes)
    checks.share("confidence", confidence)
    if (bad := good > trials).any():
        raise ValueError(f"hits must not exceed of, got {good[bad][0]:g} of {trials[bad][0]:g}")
    events, whole = _sums(codes, teams, good, trials)
    margin = _margin(events, "binomial", confidence, trials=whole)
    if isinstance(margin, CannotTell):
        return margin
    share = float(events.sum() / whole.sum())
    low, high = special.expit(special.logit(share) + np.array([-margin, margin]))
    return Figure(int(whole.sum()), share, float(low), float(high), "share by team, CR2 with Satterthwaite t")


def median_among_teams(values: ArrayLike, team: ArrayLike, *, confidence: float = 0.95) -> Figure | CannotTell:
    """Give the median of values of several teams.

    Parameters
    ----------
    values : array_like, shape (cases,)
        In any unit.
    team : array_like, shape (cases,)
        Labels.
    confidence : float
        Coverage of the interval, at least about.

    Returns
    -------
    Figure or CannotTell
        Its n is the number of values; an end is infinite where not even the last of them is far enough.
        CannotTell under 6 values or 3 teams, or when every team has half of its values on each side.

    Raises
    ------
    ValueError
        If lengths differ, a value is not finite, or confidence is outside (0, 1).

    Notes
    -----
    Woodruff's interval [1]_: how far the share below the median may be from a half, as `share_among_teams` has it, and
    the values at these shares, rounded outwards.

    References
    ----------
    .. [1] Woodruff (1952). Confidence intervals for medians and other position measures. Journal of the American
       Statistical Association 47, 635-646. https://doi.org/10.1080/01621459.1952.10483443

    Examples
    --------
    >>> hours = [3, 9, 8, 20, 6, 9, 30, 5, 2, 4, 7, 27, 12, 16, 11, 3, 8, 13, 2, 31]
    >>> found = median_among_teams(hours, list("aaaabbbbccccddddeeee"))
    >>> found.estimate, found.low, found.high
    (8.5, 4.0, 16.0)
    """
    known = checks.vector("values", values)
    codes, teams = _codes(team)
    checks.same_length(values=known, team=codes)
    checks.share("confidence", confidence)
    if len(known) < FEWEST_FOR_MEDIAN:
        return CannotTell("too few to tell", len(known), FEWEST_FOR_MEDIAN, "cases")
    ordered, middle = np.sort(known), float(np.median(known))
    # Halves are counted twice, so that a value on the median is one of two on either side.
    halves = (known < middle).astype(np.float64) + (known <= middle)
    below, whole = _sums(codes, teams, np.asarray(halves), np.full(len(known), 2.0))
    margin = _margin(below, "binomial", confidence, trials=whole)
    if isinstance(margin, CannotTell):
        return margin
    padded = np.concatenate([[-np.inf], ordered, [np.inf]])
    low = padded[int(np.floor(special.expit(-margin) * len(known)))]
    high = padded[int(np.ceil(special.expit(margin) * len(known))) + 1]
    return Figure(len(known), middle, float(low), float(high), "median by team, Woodruff")


def _codes(team: ArrayLike) -> tuple[IntArray, int]:
    distinct, codes = checks.labels("team", team)
    return codes, len(distinct)


def _sums(codes: IntArray, teams: int, part: FloatArray, whole: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Add up the cells of each team; teams without any whole carry nothing."""
    parts, wholes = (np.zeros(teams) for _ in range(2))
    np.add.at(parts, codes, part)
    np.add.at(wholes, codes, whole)
    return parts[wholes > 0], wholes[wholes > 0]


def _margin(
    events: FloatArray,
    family: glm.Family,
    confidence: float,
    *,
    offset: FloatArray | None = None,
    trials: FloatArray | None = None,
) -> float | CannotTell:
    """Give half the width of the interval of what all teams have in common, on the scale of the link."""
    teams = len(events)
    if teams < FEWEST_TEAMS:
        return CannotTell(f"fewer than {FEWEST_TEAMS} teams", teams, FEWEST_TEAMS, "teams")
    if not events.any() or (trials is not None and (events == trials).all()):
        return CannotTell("it was always or never so", teams, None, "teams")
    fit = glm.fit_mean(np.ones((teams, 1)), events, family, offset=offset, trials=trials, tolerance=1e-14)
    if isinstance(fit, CannotTell):
        return fit
    found = glm.sandwich(fit, np.arange(teams)).contrast([1.0], confidence=confidence)
    return found if isinstance(found, CannotTell) else found.high - found.estimate
