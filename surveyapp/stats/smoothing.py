"""The line of a team over the waves, with noise told from movement by what all teams have in common.

Answers are not linked between waves, so one team cannot tell its own noise. All teams together can: noise falls with
the number of answers, movement does not.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import expit

from surveyapp.stats.checks import BoolArray, FloatArray, above, alike, share
from surveyapp.stats.estimates import STABLE_SHARE, quantile, sampling_variance
from surveyapp.stats.kalman import Movement, Series, run, smoothed
from surveyapp.stats.levels import panel, wave_levels
from surveyapp.stats.outcome import CannotTell

LEAST_TEAMS = 20
LEAST_WAVES = 8
# More teams than this only polish the parameters, which are shared by all of them.
SEARCH_TEAMS = 400
# With more teams than this the parameters are known so well that their error widens no band.
UNSURE_TEAMS = 1000
# Standard deviation of the weak prior on the logarithms of the variances and the log odds of the persistence.
PRIOR_SD = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class TeamLines:
    """A smoothed line for every team.

    Parameters
    ----------
    n : int
        Teams.
    estimate, low, high : array of float, shape (teams, waves)
        In points. A wave without a figure of the team has a wider band; NaN where a team or
        a wave has no figure at all.
    error : array of float, shape (teams, waves)
        Standard error, in points.
    waves : array of float, shape (waves,)
        Mean of the organisation in each wave, in points; NaN without any figure.
    movement : Movement
        What was learned from all teams.
    level : float
        Share of intervals that hold the truth.
    method : str
        How the lines were made.
    """

    n: int
    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    error: FloatArray
    waves: FloatArray
    movement: Movement
    level: float
    method: str


def smooth(
    means: ArrayLike,
    counts: ArrayLike,
    rosters: ArrayLike | None = None,
    *,
    stable_share: float = STABLE_SHARE,
    rounding: ArrayLike = 0.0,
    times: ArrayLike | None = None,
    movement: Movement | None = None,
    level: float = 0.95,
) -> TeamLines | CannotTell:
    """Smooth the team means of all teams and waves together.

    Parameters
    ----------
    means : array_like, shape (teams, waves)
        Team means, in points; NaN where a team has no figure.
    counts : array_like, shape (teams, waves)
        Sheets counted in each mean, at least 1 where there is one.
    rosters : array_like, broadcast to (teams, waves), optional
        Persons in each team. Without them teams are taken as endless, which makes the bands wider where many answer.
    stable_share : float
        Share of the within-team variance that persons keep from wave to wave; used with rosters.
    rounding : array_like, broadcast to (teams, waves)
        Variance that publishing added to each mean, in squared points.
    times : array_like, shape (waves,), optional
        When the waves were, rising, in units of the usual distance; equally spaced by default.
    movement : Movement, optional
        Known parameters; estimated from these means by default.
    level : float
        Confidence.

    Returns
    -------
    TeamLines or CannotTell
        CannotTell with fewer than 20 teams or 8 waves, or when all means are the same.

    Raises
    ------
    ValueError
        When the shapes differ or a value lies outside its range.

    Notes
    -----
    Means less the mean of the wave have the covariance ``lasting + moving * persistence**lag`` inside a team, plus
    ``noise * (1/n - stable_share/roster)`` at each wave; the four numbers are found by maximum likelihood over all
    teams, with a weak prior that keeps them off the ends. Given them, the line is the best linear prediction (Kalman
    filter and smoother: the work grows with teams x waves only). The band carries the error of the four numbers and of
    the wave means. When always the same persons answer, their difference from the silent ones counts as the team's
    own. Do not use it with fewer teams or waves than asked for: with 12 teams too few bands hold the truth.

    References
    ----------
    Durbin, J. and Koopman, S. J. (2012). Time Series Analysis by State Space Methods.
    https://doi.org/10.1093/acprof:oso/9780199641178.001.0001

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> means = rng.normal(3.6, 0.3, (20, 1)) + rng.normal(0, 0.25, (20, 8))
    >>> lines = smooth(means, np.full((20, 8), 6))
    >>> bool((lines.high - lines.low).mean() < 2 * 1.96 * 0.25)
    True
    """
    share("level", level)
    series, waves = _read(means, counts, rosters, stable_share, rounding, times)
    usable = np.asarray(series.there.any(axis=0))
    teams = int(usable.sum())
    refusal = _too_thin(teams, int(np.isfinite(waves).sum()))
    if refusal is not None:
        return refusal
    if not series.variance() > 1e-12:
        return CannotTell("all teams have the same figures", teams, None, "teams")
    if movement is None:
        movement, likely = _most_likely(series)
    else:
        likely = [movement]
    deviation, variance = _mixed(series, likely)
    line = np.where(usable[:, None], deviation + waves, np.nan)
    error = np.sqrt(np.maximum(variance, 0))
    reach = quantile(level, teams - 4) * error
    how = "state space, maximum likelihood over all teams"
    return TeamLines(teams, line, line - reach, line + reach, error, waves, movement, level, how)


def _read(
    means: ArrayLike,
    counts: ArrayLike,
    rosters: ArrayLike | None,
    stable_share: float,
    rounding: ArrayLike,
    times: ArrayLike | None,
) -> tuple[Series, FloatArray]:
    """Check the figures and take the mean of each wave out; waves without any figure have none."""
    y, n, there = panel(means, counts)
    extra = alike("rounding", rounding, y.shape)
    above("rounding", extra[there], 0, allowed=True)
    waves = wave_levels(y, there)
    inverse = _sampled(n, rosters, there, stable_share)
    return Series.of(np.where(there, y - waves, 0.0), inverse, extra, there, _gaps(times, y.shape[1])), waves


def _mixed(series: Series, likely: list[Movement]) -> tuple[FloatArray, FloatArray]:
    """Average the lines that equally likely parameters give; where they differ, the variance grows."""
    shape = series.there.T.shape
    line, square, inside = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for movement in likely:
        deviation, variance, pull = smoothed(series, movement)
        line += deviation / len(likely)
        square += deviation**2 / len(likely)
        inside += (variance + _of_wave_means(series, movement, variance, pull)) / len(likely)
    return line, inside + np.maximum(square - line**2, 0)


def _of_wave_means(series: Series, movement: Movement, variance: FloatArray, pull: FloatArray) -> FloatArray:
    """Variance that the mean of the wave brings in, which is itself a mean of some teams with noise."""
    there = series.there.T
    teams = np.maximum(there.sum(axis=0), 1)
    noise = np.where(there, (movement.noise * series.inverse + series.extra).T, 0)
    # The weight of the figure of the same wave is the variance of the line over the noise of that figure.
    weight = np.where(there, 1.0, 0.0)
    np.divide(variance, noise, out=weight, where=noise > 0)
    shared = noise.sum(axis=0) / teams**2
    lasting = pull**2 * (movement.lasting + movement.moving) / teams
    return np.asarray(lasting + (1 - weight) ** 2 * shared, dtype=np.float64)


def _most_likely(series: Series) -> tuple[Movement, list[Movement]]:
    """Search the four parameters on some teams, polish them on all, and say what else is likely."""
    usual = np.log(_usual(series))

    def surprise(point: FloatArray, data: Series) -> float:
        figures = int(data.there.sum())
        return run(data, _unpacked(point)) + float((((point - usual) / PRIOR_SD) ** 2).sum()) / figures

    teams = series.there.shape[1]
    best = usual
    for part in dict.fromkeys((min(SEARCH_TEAMS, teams), teams)):
        found = minimize(surprise, best, args=(series.some(part),), method="L-BFGS-B", options={"ftol": 1e-10})
        best = np.asarray(found.x, dtype=np.float64)
    if teams > UNSURE_TEAMS:
        return _unpacked(best), [_unpacked(best)]
    curvature = _curvature(lambda point: surprise(point, series), best) * int(series.there.sum()) / 2
    # Figures never tell less than the prior alone; a flat likelihood may seem to by a rounding error.
    values, vectors = np.linalg.eigh(curvature)
    spread = vectors * np.sqrt(best.size / np.maximum(values, PRIOR_SD**-2))
    return _unpacked(best), [_unpacked(best + sign * step) for step in spread.T for sign in (-1, 1)]


def _usual(series: Series) -> FloatArray:
    """Guess the parameters from how alike different waves of a team are: the centre of the prior and the start."""
    deviation = np.where(series.there, series.deviation, 0.0)
    seen = series.there.sum(axis=0)
    pairs = max(float((seen * (seen - 1)).sum()), 1.0)
    alike = float((deviation.sum(axis=0) ** 2 - (deviation**2).sum(axis=0)).sum()) / pairs
    total = series.variance()
    signal = min(max(1.2 * alike, 0.05 * total), 0.9 * total)
    noise = (total - signal) / float(series.inverse[series.there].mean())
    # The persistence stands as odds, so that all four are positive.
    return np.array([0.6 * signal, 0.4 * signal, 1.5, noise])


def _curvature(function: Callable[[FloatArray], float], point: FloatArray, *, step: float = 0.02) -> FloatArray:
    """Second derivatives by central differences."""
    size = point.size
    moves = np.eye(size) * step
    table = np.empty((size, size))
    for i in range(size):
        for j in range(i + 1):
            corners = [
                one * two * function(point + one * moves[i] + two * moves[j]) for one in (-1, 1) for two in (-1, 1)
            ]
            table[i, j] = table[j, i] = sum(corners) / (4 * step**2)
    return table


def _unpacked(point: FloatArray) -> Movement:
    a, b, c = np.exp(point[[0, 1, 3]])
    return Movement(float(a), float(b), float(expit(point[2])), float(c))


def _sampled(n: FloatArray, rosters: ArrayLike | None, there: BoolArray, stable_share: float) -> FloatArray:
    """Variance of a mean for a unit variance of sheets: 1/n less what a finite team takes off."""
    if rosters is None:
        return 1 / n
    size = np.where(there, alike("rosters", rosters, n.shape), 1.0)
    return sampling_variance(n, size, sd=1.0, stable_share=stable_share)


def _gaps(times: ArrayLike | None, waves: int) -> FloatArray:
    if times is None:
        return np.ones(waves)
    moments = np.asarray(times, dtype=np.float64)
    if moments.shape != (waves,):
        raise ValueError(f"times must have one value for each of {waves} waves, got shape {moments.shape}")
    gaps = np.diff(moments, prepend=moments[0] - 1)
    if not (gaps > 0).all():
        raise ValueError(f"times must rise from wave to wave, got {moments.tolist()}")
    return gaps


def _too_thin(teams: int, waves: int) -> CannotTell | None:
    if teams < LEAST_TEAMS:
        return CannotTell("too few teams to tell noise from movement", teams, LEAST_TEAMS, "teams")
    if waves < LEAST_WAVES:
        return CannotTell("too few waves to tell noise from movement", waves, LEAST_WAVES, "waves")
    return None
