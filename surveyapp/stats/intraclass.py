"""How much of the differences between answer sheets lies between teams."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc, fdtri

from surveyapp.stats.checks import FloatArray, above, labels, same_length, share, vector
from surveyapp.stats.outcome import CannotTell


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """Share of the differences between answer sheets that lies between teams: ICC(1).

    Parameters
    ----------
    n : int
        Persons.
    teams : int
        Teams.
    estimate, low, high : float
        Share and its interval; below zero when teams differ less than chance makes them differ.
    p : float
        Probability of team differences at least this large if teams were drawn by lot.
    size : float
        Effective team size n0.
    mean_reliability : float
        Reliability of the mean of a team of that size, 1 - 1/F: ICC(2).
    between, within : float
        Mean squares, in squared points.
    level : float
        Confidence of the interval.
    method : str
        How it was computed.
    """

    n: int
    teams: int
    estimate: float
    low: float
    high: float
    p: float
    size: float
    mean_reliability: float
    between: float
    within: float
    level: float
    method: str

    @property
    def found(self) -> bool:
        """Whether any team difference was found: the interval keeps off zero."""
        return self.low > 0


def icc1(
    scores: ArrayLike, teams: ArrayLike, *, least_teams: int = 10, least_persons: int = 50, level: float = 0.95
) -> IntraclassCorrelation | CannotTell:
    """ICC(1) from the scores of persons.

    Parameters
    ----------
    scores : array_like, shape (persons,)
        Person scores in points; NaN for persons without one, who are left out.
    teams : array_like, shape (persons,)
        Label of the team of each person.
    least_teams, least_persons : int
        What is needed; at least 2 teams and 3 persons.
    level : float
        Confidence.

    Returns
    -------
    IntraclassCorrelation or CannotTell
        As for `icc1_from_sums`.

    Raises
    ------
    ValueError
        When the lengths differ or a value lies outside its range.

    Notes
    -----
    As for `icc1_from_sums`.

    References
    ----------
    Shrout, P. E. and Fleiss, J. L. (1979). https://doi.org/10.1037/0033-2909.86.2.420

    Examples
    --------
    >>> found = icc1([1, 2, 3, 4, 5, 6], ["a", "a", "b", "b", "c", "c"], least_teams=3, least_persons=6)
    >>> round(found.estimate, 4), found.size
    (0.8824, 2.0)
    """
    values = vector("scores", scores, missing=True)
    _, codes = labels("teams", teams)
    same_length(scores=values, teams=codes)
    there = np.isfinite(values)
    _, codes = np.unique(codes[there], return_inverse=True)
    counts = np.bincount(codes)
    means = np.bincount(codes, values[there]) / np.maximum(counts, 1)
    squares = float(((values[there] - means[codes]) ** 2).sum())
    return icc1_from_sums(counts, means, squares, least_teams=least_teams, least_persons=least_persons, level=level)


def icc1_from_sums(
    counts: ArrayLike,
    means: ArrayLike,
    squares: float,
    *,
    least_teams: int = 10,
    least_persons: int = 50,
    level: float = 0.95,
) -> IntraclassCorrelation | CannotTell:
    """ICC(1) from counts, means and the sum of squares inside teams.

    Parameters
    ----------
    counts : array_like, shape (teams,)
        Persons with a score in each team; teams with 0 are left out.
    means : array_like, shape (teams,)
        Mean of their scores, in points.
    squares : float
        Sum of the squared deviations from the team means over all teams, in squared points.
    least_teams, least_persons : int
        What is needed; at least 2 teams and 3 persons.
    level : float
        Confidence.

    Returns
    -------
    IntraclassCorrelation or CannotTell
        CannotTell with too few teams or persons, when no team has two persons, and when people inside all teams agree
        entirely.

    Raises
    ------
    ValueError
        When the lengths differ or a value lies outside its range.

    Notes
    -----
    Analysis of variance with the exact effective size n0 for unequal teams; packages that take the plain mean size
    give a slightly smaller value. The interval is exact for equal teams and normal scores and covers 93 to 95 % in
    usual organisations. A value below zero is normal when teams hardly differ and is reported as it is.

    References
    ----------
    Shrout, P. E. and Fleiss, J. L. (1979). https://doi.org/10.1037/0033-2909.86.2.420
    Donner, A. (1986). https://doi.org/10.2307/1403259

    Examples
    --------
    >>> round(icc1_from_sums([2, 2, 2], [1.5, 3.5, 5.5], 1.5, least_teams=3, least_persons=6).estimate, 4)
    0.8824
    """
    n = above("counts", vector("counts", counts), 0, allowed=True)
    same_length(counts=n, means=np.asarray(means))
    y = vector("means", np.asarray(means, dtype=np.float64)[n > 0])
    n = n[n > 0]
    share("level", level)
    if not (np.isfinite(squares) and squares >= 0):
        raise ValueError(f"squares must be finite and at least 0, got {squares:g}")
    refusal = _too_thin(n, squares, max(least_teams, 2), max(least_persons, 3))
    if refusal is not None:
        return refusal
    persons, teams = float(n.sum()), n.size
    over, under = teams - 1, persons - teams
    between = float(n @ (y - (n @ y) / persons) ** 2) / over
    within = squares / under
    size = (persons - float(n @ n) / persons) / over
    tail = (1 - level) / 2
    ratio = between / within
    low, high = (ratio / fdtri(over, under, area) for area in (1 - tail, tail))
    return IntraclassCorrelation(
        n=int(persons),
        teams=teams,
        estimate=_icc(ratio, size),
        low=_icc(float(low), size),
        high=_icc(float(high), size),
        p=float(fdtrc(over, under, ratio)),
        size=size,
        mean_reliability=1 - 1 / ratio if ratio > 0 else -float("inf"),
        between=between,
        within=within,
        level=level,
        method="one-way analysis of variance with n0, F interval",
    )


def _icc(ratio: float, size: float) -> float:
    return (ratio - 1) / (ratio + size - 1)


def _too_thin(n: FloatArray, squares: float, least_teams: int, least_persons: int) -> CannotTell | None:
    persons = int(n.sum())
    if n.size < least_teams:
        return CannotTell("too few teams", n.size, least_teams, "teams")
    if persons < least_persons:
        return CannotTell("too few answer sheets", persons, least_persons, "answers")
    if n.max() < 2:
        return CannotTell("no team has two answer sheets", 1, 2, "answers")
    if not squares > 0:
        return CannotTell("people in the same team all gave the same answers", persons, None, "answers")
    return None
