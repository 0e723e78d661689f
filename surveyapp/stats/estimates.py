"""How sure a team score is: the band around one wave, and what silence could hide."""

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from surveyapp.stats import checks
from surveyapp.stats.outcome import CannotTell

Floats = NDArray[np.float64]

TYPICAL_SD = 0.7
STABLE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Coding:
    """What publishing did to a mean: how far the unpublished mean may lie from the shown one.

    Parameters
    ----------
    grid : float
        Step to which it was rounded, in points: adds grid**2 / 12 to the variance of the score.
    below, above : float
        How far end-coding lets it lie under or over the shown value, in points: widens the band as it is.

    Raises
    ------
    ValueError
        When one of them is negative or not finite.

    Examples
    --------
    >>> round(Coding(grid=0.2).variance, 6)
    0.003333
    """

    grid: float = 0.0
    below: float = 0.0
    above: float = 0.0

    def __post_init__(self) -> None:
        """Refuse negative widths."""
        for name in ("grid", "below", "above"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value >= 0):
                raise ValueError(f"{name} must be finite and at least 0, got {value}")

    @property
    def variance(self) -> float:
        """Variance of a rounding error that is equally likely anywhere in its cell, in squared points."""
        return self.grid**2 / 12


EXACT = Coding()


@dataclass(frozen=True, slots=True)
class Band:
    """A team score with the range in which the team's safety lies.

    Parameters
    ----------
    n : int
        Persons counted.
    roster : int
        Persons in the team.
    estimate, low, high : float
        In points of the answer scale.
    standard_error : float
        In points, sampling and rounding together; what end-coding hides is in low and high only.
    coding : Coding
        What rounding and end-coding hide.
    level : float
        Share of bands that hold the truth, 0.95 by default.
    method : str
        How the band was made.
    """

    n: int
    roster: int
    estimate: float
    low: float
    high: float
    standard_error: float
    coding: Coding
    level: float
    method: str

    @property
    def response(self) -> float:
        """Share of the roster that is counted."""
        return self.n / self.roster


def sampling_variance(
    n: ArrayLike, roster: ArrayLike, *, sd: ArrayLike = TYPICAL_SD, stable_share: float = STABLE_SHARE
) -> Floats:
    """Variance of a team mean around the team's safety, with the correction for stable differences.

    Parameters
    ----------
    n : array_like
        Persons counted, at least 1.
    roster : array_like, broadcast with n
        Persons in the team, at least n.
    sd : array_like, broadcast with n
        Standard deviation of person scores inside a team, in points, pooled over the organisation.
    stable_share : float
        Share of the within-team variance that persons keep from wave to wave, 0..1.

    Returns
    -------
    array of float
        In squared points.

    Raises
    ------
    ValueError
        When a value lies outside its range.

    Notes
    -----
    ``sd**2 / n * ((1 - n/roster) * stable_share + 1 - stable_share)``. When everybody has answered, no lasting
    difference between persons is left to chance, but the mood of the day and the noise of the items are. The usual
    finite-population correction (stable_share = 1) answers what all would have said on that day. Take 0.4 to be
    careful. Do not use it when the silent ones differ from the others: see `silence_bounds`.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., section 2.6. Wiley.

    Examples
    --------
    >>> sampling_variance([4, 8], 8, sd=0.6).round(4).tolist()
    [0.0675, 0.0225]
    """
    counted, members, spread = (checks.numbers(name, each) for name, each in (("n", n), ("roster", roster), ("sd", sd)))
    try:
        counted, members, spread = np.broadcast_arrays(counted, members, spread)
    except ValueError:
        shapes = f"{counted.shape}, {members.shape} and {spread.shape}"
        raise ValueError(f"n, roster and sd must fit each other in shape, got {shapes}") from None
    if not (counted >= 1).all():
        raise ValueError(f"n must be at least 1, got {counted.min():g}")
    if not (counted <= members).all():
        excess = int(np.argmax(counted > members))
        raise ValueError(f"n must be at most the roster, got n {counted.flat[excess]:g} of {members.flat[excess]:g}")
    if not (np.isfinite(spread).all() and (spread >= 0).all()):
        raise ValueError(f"sd must be finite and at least 0, got {spread.min():g}")
    if not 0 <= stable_share <= 1:
        raise ValueError(f"stable_share must lie between 0 and 1, got {stable_share:g}")
    return np.asarray(spread**2 * (1 / counted - stable_share / members), dtype=np.float64)


def quantile(level: float, df: float | None = None) -> float:
    """Two-sided quantile of Student's t, or of the normal distribution without degrees of freedom.

    Parameters
    ----------
    level : float
        Confidence, between 0 and 1.
    df : float, optional
        Degrees of freedom behind the standard deviation, above 0.

    Returns
    -------
    float
        How many standard errors to each side.

    Raises
    ------
    ValueError
        When level or df lies outside its range.

    Examples
    --------
    >>> round(quantile(0.95), 3), round(quantile(0.95, 5), 3)
    (1.96, 2.571)
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level:g}")
    if df is not None and not df > 0:
        raise ValueError(f"df must be above 0, got {df:g}")
    upper = (1 + level) / 2
    return float(ndtri(upper) if df is None or df == inf else stdtrit(df, upper))


def team_band(
    mean: float,
    n: int,
    roster: int,
    *,
    sd: float = TYPICAL_SD,
    df: float | None = None,
    stable_share: float = STABLE_SHARE,
    coding: Coding = EXACT,
    level: float = 0.95,
    scale: tuple[float, float] | None = None,
) -> Band | CannotTell:
    """Band around the score of one team in one wave.

    Parameters
    ----------
    mean : float
        Mean of the person scores, or the middle of what a release row allows, in points.
    n : int
        Persons counted in it.
    roster : int
        Persons in the team, at least n.
    sd : float
        Within-team standard deviation of person scores, pooled over the organisation, in points.
    df : float, optional
        Degrees of freedom of that standard deviation; without them it is taken as known.
    stable_share : float
        Share of the within-team variance that persons keep from wave to wave.
    coding : Coding
        What rounding and end-coding hide; nothing by default.
    level : float
        Confidence.
    scale : tuple of float, optional
        Ends of the answer scale; the band is cut there.

    Returns
    -------
    Band or CannotTell
        CannotTell when nobody is counted.

    Raises
    ------
    ValueError
        When a value lies outside its range.

    Notes
    -----
    The band is about how safe the team is now, that is the average of what its members would say if mood and noise
    were averaged out. It assumes that who answered is a matter of chance. A standard deviation of the team's own is
    not used: from a handful of answers it is too uncertain, and showing it would tell who answered what.

    Examples
    --------
    >>> band = team_band(3.6, 6, 8, sd=0.65)
    >>> round(band.low, 2), round(band.high, 2)
    (3.19, 4.01)
    >>> team_band(3.6, 0, 8)
    CannotTell(reason='nobody is counted', n=0, needed=1, unit='answers')
    """
    if not np.isfinite(mean) and n > 0:
        raise ValueError(f"mean must be finite, got {mean}")
    if n == 0:
        return CannotTell("nobody is counted", 0, 1, "answers")
    variance = float(sampling_variance(n, roster, sd=sd, stable_share=stable_share)) + coding.variance
    reach = quantile(level, df) * sqrt(variance)
    low, high = mean - coding.below - reach, mean + coding.above + reach
    if scale is not None:
        low, high = max(low, scale[0]), min(high, scale[1])
    how = f"pooled SD, {'normal' if df is None else f't({df:g})'}, stable share {stable_share:g}"
    return Band(int(n), int(roster), float(mean), low, high, sqrt(variance), coding, level, how)


@dataclass(frozen=True, slots=True)
class SilenceBounds:
    """Where the mean of the whole team could lie, whatever the silent ones think.

    Parameters
    ----------
    n : int
        Persons counted.
    estimate, low, high : float
        Mean of those counted, and the mean of the team if all others were at either end of the scale, in points.
    method : str
        How the bounds were made.
    """

    n: int
    estimate: float
    low: float
    high: float
    method: str


def silence_bounds(
    mean: float, n: int, roster: int, *, scale: tuple[float, float] = (1.0, 5.0)
) -> SilenceBounds | CannotTell:
    """Bounds that hold even when silence depends on safety.

    Parameters
    ----------
    mean : float
        Mean of the person scores, in points of the scale.
    n : int
        Persons counted in it.
    roster : int
        Persons in the team, at least n.
    scale : tuple of float
        Ends of the answer scale.

    Returns
    -------
    SilenceBounds or CannotTell
        CannotTell when nobody is counted.

    Raises
    ------
    ValueError
        When n exceeds the roster, or the mean lies outside the scale.

    Notes
    -----
    No assumption at all about the silent ones, hence wide: with 6 of 8 answers they span one point on a scale of 1 to
    5. They hold the mean of the day; the noise of those who answered is not in them.

    References
    ----------
    Manski, C. F. (1989). Anatomy of the selection problem. https://doi.org/10.2307/145818

    Examples
    --------
    >>> bounds = silence_bounds(4.0, 6, 8)
    >>> bounds.low, bounds.high
    (3.25, 4.25)
    """
    if not 0 <= n <= roster:
        raise ValueError(f"n must lie between 0 and the roster of {roster}, got {n}")
    if n == 0:
        return CannotTell("nobody is counted", 0, 1, "answers")
    if not scale[0] <= mean <= scale[1]:
        raise ValueError(f"mean must lie between {scale[0]:g} and {scale[1]:g}, got {mean:g}")
    low, high = ((n * mean + (roster - n) * end) / roster for end in scale)
    return SilenceBounds(n, float(mean), low, high, "worst and best case for those not counted")
