"""How far teams move from wave to wave beyond the noise of their answers, learned from all teams together."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.stats.checks import above, alike, positive, share
from surveyapp.stats.estimates import STABLE_SHARE, quantile, sampling_variance
from surveyapp.stats.levels import panel, wave_levels
from surveyapp.stats.outcome import CannotTell

# Fewer teams say too little of how far teams move.
LEAST_TEAMS = 10


@dataclass(frozen=True, slots=True)
class StepVariance:
    """How far the safety of a team moves from one wave to the next.

    Parameters
    ----------
    n : int
        Steps between neighbouring waves, over all teams.
    teams : int
        Teams that they come from.
    estimate : float
        Variance of a step beyond that of all teams together, in squared points; 0 when no movement was found.
    low, high : float
        Interval, in squared points.
    stable_share : float
        Share of the within-team variance that persons were taken to keep from wave to wave.
    level : float
        Confidence of the interval.
    method : str
        How it was estimated.
    """

    n: int
    teams: int
    estimate: float
    low: float
    high: float
    stable_share: float
    level: float
    method: str


def step_variance(
    means: ArrayLike,
    counts: ArrayLike,
    rosters: ArrayLike,
    *,
    sd: float,
    stable_share: float = STABLE_SHARE,
    rounding: ArrayLike = 0.0,
    level: float = 0.95,
) -> StepVariance | CannotTell:
    """Variance of the steps of team safety, from all teams together.

    Parameters
    ----------
    means : array_like, shape (teams, waves)
        Team means, in points; NaN where a team has no figure.
    counts : array_like, shape (teams, waves)
        Sheets in each mean, at least 1 where there is one.
    rosters : array_like, broadcast to (teams, waves)
        Persons in each team.
    sd : float
        Within-team standard deviation of person scores, pooled over the organisation, in points, above 0.
    stable_share : float
        Share of the within-team variance that persons keep from wave to wave.
    rounding : array_like, broadcast to (teams, waves)
        Variance that publishing added to each mean, in squared points.
    level : float
        Confidence.

    Returns
    -------
    StepVariance or CannotTell
        CannotTell when fewer than 10 teams have figures of two neighbouring waves.

    Raises
    ------
    ValueError
        When the shapes differ or a value lies outside its range.

    Notes
    -----
    The mean of each wave is taken out. What is left of the squared differences between neighbouring waves after their
    sampling variance is movement; steps with little noise weigh more. By the method of moments, so that no distribution
    is assumed for it; the interval takes steps as normal and independent.

    References
    ----------
    DerSimonian, R. and Kacker, R. (2007). Random-effects model for meta-analysis of clinical trials: an update.
    https://doi.org/10.1016/j.cct.2006.04.004

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> safety = np.cumsum(rng.normal(0, 0.2, (200, 3)), axis=1)
    >>> means = 3.5 + safety + rng.normal(0, 0.65 / 8**0.5, (200, 3))
    >>> found = step_variance(means, np.full((200, 3), 8), 8, sd=0.65, stable_share=0)
    >>> round(found.estimate, 2)
    0.04
    """
    y, n, there = panel(means, counts)
    extra = np.where(there, alike("rounding", rounding, y.shape), 0.0)
    above("rounding", extra, 0, allowed=True)
    members = np.where(there, alike("rosters", rosters, y.shape), 1.0)
    spread = positive("sd", sd)
    share("level", level)
    moves = np.diff(np.where(there, y - wave_levels(y, there), np.nan), axis=1)
    seen = np.isfinite(moves)
    teams = int(seen.any(axis=1).sum())
    if teams < LEAST_TEAMS:
        return CannotTell("too few teams with two waves in a row", teams, LEAST_TEAMS, "teams")
    noise = sampling_variance(n, members, sd=spread, stable_share=stable_share) + extra
    chance = (noise[:, 1:] + noise[:, :-1])[seen]
    # Where everybody answers and nobody changes there is no noise to weigh by.
    weight = chance**-2 if chance.min() > 0 else np.ones(chance.size)
    # Taking the mean of the wave out takes the movement of one team away.
    estimate = max(float(weight @ (moves[seen] ** 2 * teams / (teams - 1) - chance) / weight.sum()), 0.0)
    error = sqrt(2 * float(weight**2 @ (chance + estimate) ** 2)) / float(weight.sum())
    reach = quantile(level) * error
    return StepVariance(
        n=int(seen.sum()),
        teams=teams,
        estimate=estimate,
        low=max(estimate - reach, 0.0),
        high=estimate + reach,
        stable_share=stable_share,
        level=level,
        method="squared differences of neighbouring waves less their sampling variance",
    )
