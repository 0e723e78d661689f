"""Team scores that borrow strength from the other teams: finite-team empirical Bayes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from surveyapp.stats.checks import FloatArray, above, alike, at_least, same_length, vector
from surveyapp.stats.estimates import STABLE_SHARE, quantile, sampling_variance
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.variance import BetweenVariance, between_variance


@dataclass(frozen=True, slots=True, eq=False)
class ShrunkScores:
    """Team scores drawn toward the mean of the organisation, each as far as chance explains it.

    Parameters
    ----------
    n : int
        Teams.
    estimate, low, high : array of float, shape (teams,)
        In points.
    error : array of float, shape (teams,)
        Standard error of each estimate, in points.
    weight : array of float, shape (teams,)
        How much of the team's own deviation is kept, 0..1: the reliability of its mean.
    conditional_variance : array of float, shape (teams,)
        Part of the squared error that would remain if mean and variance of the teams were known, in squared points.
    between : BetweenVariance
        The mean of the teams and how much they differ.
    level : float
        Share of intervals that hold the truth.
    method : str
        How the scores were made.
    """

    n: int
    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    error: FloatArray
    weight: FloatArray
    conditional_variance: FloatArray
    between: BetweenVariance
    level: float
    method: str


def shrink(
    means: ArrayLike,
    counts: ArrayLike,
    rosters: ArrayLike,
    *,
    sd: float,
    stable_share: float = STABLE_SHARE,
    rounding: ArrayLike = 0.0,
    between: BetweenVariance | None = None,
    minimum: int = 10,
    level: float = 0.95,
) -> ShrunkScores | CannotTell:
    """Estimate how safe each team is, with what the other teams tell about it.

    Parameters
    ----------
    means : array_like, shape (teams,)
        Team means of one wave, in points.
    counts : array_like, shape (teams,)
        Persons counted in each, at least 1.
    rosters : array_like, shape (teams,)
        Persons in each team, at least the count.
    sd : float
        Within-team standard deviation of person scores, pooled over the organisation, in points, above 0.
    stable_share : float
        Share of the within-team variance that persons keep from wave to wave.
    rounding : array_like, broadcast to (teams,)
        Variance that publishing added to each mean, in squared points.
    between : BetweenVariance, optional
        Mean and variance of the teams; from these means by default.
    minimum : int
        Teams needed.
    level : float
        Confidence.

    Returns
    -------
    ShrunkScores or CannotTell
        CannotTell with fewer teams than the minimum.

    Raises
    ------
    ValueError
        When the lengths differ or a value lies outside its range.

    Notes
    -----
    With N on the roster and t2 the variance between teams, the truth of a team varies by ``B = t2 + stable_share *
    sd**2 / N`` and its mean by ``v`` (`sampling_variance`) around it. The weight is ``B / (B + v)``. The squared error
    adds what is not known about the mean of the teams and about t2. Leaving the finite team out of B lets coverage
    fall to 77 % when teams differ little. Use it to compare and to choose, not to show a team its own score: the
    estimate lies closer to the average than the team does. Assumes team effects that are about normal.

    References
    ----------
    Morris, C. N. (1983). https://doi.org/10.1080/01621459.1983.10477920
    Prasad, N. G. N. and Rao, J. N. K. (1990). https://doi.org/10.1080/01621459.1990.10475312

    Examples
    --------
    >>> means = [3.0, 3.9, 3.4, 3.6, 4.4, 2.8, 3.5, 3.3, 3.7, 4.0]
    >>> found = shrink(means, [6] * 10, [8] * 10, sd=0.65)
    >>> found.estimate[:2].round(2).tolist(), found.weight[:2].round(2).tolist()
    ([3.11, 3.83], [0.8, 0.8])
    """
    y, n, size = vector("means", means), vector("counts", counts), vector("rosters", rosters)
    same_length(means=y, counts=n, rosters=size)
    extra = above("rounding", alike("rounding", rounding, y.shape), 0, allowed=True)
    above("sd", np.asarray([sd], dtype=np.float64), 0)
    at_least("minimum", minimum, 3)
    if y.size < minimum:
        return CannotTell("too few teams to borrow from", y.size, minimum, "teams")
    sampling = sampling_variance(n, size, sd=sd, stable_share=stable_share) + extra
    lasting = stable_share * sd**2 / size
    if between is None:
        found = between_variance(y, sampling + lasting, minimum=3, level=level)
        if isinstance(found, CannotTell):
            return found
        between = found
    return _posterior(y, sampling, between.estimate + lasting, between, level)


def _posterior(
    y: FloatArray, sampling: FloatArray, truth: FloatArray, between: BetweenVariance, level: float
) -> ShrunkScores:
    total = truth + sampling
    weight = truth / total
    estimate = between.mean + weight * (y - between.mean)
    known = weight * sampling
    # Prasad and Rao count the error of the variance twice, since the variance in the known part is estimated as well.
    unknown = ((1 - weight) * between.mean_error) ** 2 + 2 * sampling**2 / total**3 * between.error**2
    squared = known + unknown
    error = np.sqrt(squared)
    reach = quantile(level) * error
    return ShrunkScores(
        n=y.size,
        estimate=estimate,
        low=estimate - reach,
        high=estimate + reach,
        error=error,
        weight=weight,
        conditional_variance=known,
        between=between,
        level=level,
        method="finite-team empirical Bayes",
    )


def chance_below(scores: ShrunkScores, limit: float) -> FloatArray:
    """Probability that the truth of each team lies below a limit.

    Parameters
    ----------
    scores : ShrunkScores
        From `shrink`.
    limit : float
        In points.

    Returns
    -------
    array of float, shape (teams,)
        Between 0 and 1.

    Raises
    ------
    ValueError
        When the limit is not finite.

    Notes
    -----
    To find teams that may need help, ask for more than .9 below the mean less .15 points. No league table: with usual
    team differences the order of single waves correlates with the true one by .6 only.

    References
    ----------
    Morris, C. N. (1983). https://doi.org/10.1080/01621459.1983.10477920

    Examples
    --------
    >>> means = [3.0, 3.9, 3.4, 3.6, 4.4, 2.8, 3.5, 3.3, 3.7, 4.0]
    >>> found = shrink(means, [6] * 10, [8] * 10, sd=0.65)
    >>> (chance_below(found, found.between.mean - 0.15) > 0.9).nonzero()[0].tolist()
    [0, 5]
    """
    if not np.isfinite(limit):
        raise ValueError(f"limit must be finite, got {limit}")
    return np.asarray(ndtr((limit - scores.estimate) / scores.error), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class TeamReliability:
    """How much of the difference between team means is true, for each team: ICC(2).

    Parameters
    ----------
    n : array of int, shape (teams,)
        Persons counted in each team.
    estimate, low, high : array of float, shape (teams,)
        Share between 0 and 1; the interval comes from that of the variance between teams.
    method : str
        How it was computed.
    """

    n: FloatArray
    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    method: str


def team_reliability(between: BetweenVariance, counts: ArrayLike, *, sd: float | None = None) -> TeamReliability:
    """Reliability of each team's mean, which depends on how many are counted.

    Parameters
    ----------
    between : BetweenVariance
        From `one_way` or `between_variance`.
    counts : array_like, shape (teams,)
        Persons counted in each team, at least 1.
    sd : float, optional
        Within-team standard deviation in points, needed when the variance within was not estimated.

    Returns
    -------
    TeamReliability
        In the order of the counts.

    Raises
    ------
    ValueError
        When a count is below 1, or neither source of the variance within is there.

    Notes
    -----
    ``t2 / (t2 + sd**2 / n)``. One number for all teams would flatter the small ones.

    References
    ----------
    Bliese, P. D. (2000). Within-group agreement, non-independence, and reliability. In Multilevel theory, research, and
    methods in organizations, 349-381. Jossey-Bass.

    Examples
    --------
    >>> known = between_variance([3.0, 3.5, 4.0, 3.2], [0.05] * 4)
    >>> team_reliability(known, [4, 12], sd=0.65).estimate.round(2).tolist()
    [0.57, 0.8]
    """
    n = above("counts", vector("counts", counts), 1, allowed=True)
    within = between.within if sd is None else sd**2
    if not np.isfinite(within):
        raise ValueError("sd must be given when the variance within teams was not estimated, got none")
    noise = within / n
    estimate, low, high = (end / (end + noise) for end in (between.estimate, between.low, between.high))
    return TeamReliability(n, estimate, low, high, "between / (between + within / n)")
