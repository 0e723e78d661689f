"""Teams that start at different times: each cohort beside those that have not started yet."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.stats import checks, designs, glm, power
from surveyapp.stats.change import collapse
from surveyapp.stats.checks import BoolArray, FloatArray, IntArray
from surveyapp.stats.detectable import Detectable
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.seeds import generator

NO_COHORT = CannotTell("no cohort has enough teams and others to compare with", 0, 1, "cohorts")


@dataclass(frozen=True, slots=True)
class Cohort:
    """Teams that started in the same wave.

    Parameters
    ----------
    start : int
        Place of their first wave after the start.
    n_treated, n_comparison : int
        Teams of the cohort, and teams that had not started by the end of its window.
    estimate : float
        Their mean change less that of the comparison, in points.
    """

    start: int
    n_treated: int
    n_comparison: int
    estimate: float


@dataclass(frozen=True, slots=True)
class StaggeredEffect:
    """The effect over all cohorts, weighted by their size.

    Parameters
    ----------
    n, n_treated : int
        Different teams that entered, and treated ones.
    estimate, low, high : float
        In points.
    se, df, p : float
        Standard error, degrees of freedom and two-sided p-value.
    cohorts : tuple of Cohort
        What was pooled.
    left_out : int
        Treated teams in cohorts without a fair comparison.
    method : str
        How the interval was made.
    """

    n: int
    n_treated: int
    estimate: float
    low: float
    high: float
    se: float
    df: float
    p: float
    cohorts: tuple[Cohort, ...]
    left_out: int
    method: str


def staggered_effect(
    score: ArrayLike,
    start: ArrayLike,
    *,
    waves_before: int,
    waves_after: int,
    confidence: float = 0.95,
) -> StaggeredEffect | CannotTell:
    """Estimate the effect of something that teams start at different times.

    Parameters
    ----------
    score : array_like, shape (teams, waves)
        Team scores in points, waves in order; NaN where withheld.
    start : array_like, shape (teams,)
        Place of each team's first wave after its start; NaN for a team that never starts.
    waves_before, waves_after : int
        Waves on each side of every start. The same for all, so that cohorts answer the same question.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    StaggeredEffect or CannotTell
        CannotTell when no cohort has 3 teams, 3 others that had not started by the end of its window, and 8 in all.

    Raises
    ------
    ValueError
        If lengths differ, a start is not a whole number from 0, or a number of waves is under 1.

    Notes
    -----
    For each cohort the mean change over its window less that of teams which had not started by its end; pooled by
    size of the cohort [1]_. Already treated teams never serve as comparison, which is what biases two-way fixed
    effects under staggered starts. A team can serve several cohorts; CR2 by team with Satterthwaite degrees of
    freedom accounts for it. With one cohort it equals `surveyapp.stats.change.difference_of_changes`.

    Assumes that who starts when does not depend on earlier scores. Not for teams that start because they are low.

    References
    ----------
    .. [1] Callaway, Sant'Anna (2021). Difference-in-differences with multiple time periods. Journal of
       Econometrics 225, 200-230. https://doi.org/10.1016/j.jeconom.2020.12.001

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> start = np.repeat([3.0, 5.0, np.nan], 8)
    >>> score = rng.normal(3.5, 0.2, (24, 8)) + 0.5 * (np.arange(8) >= start[:, None])
    >>> found = staggered_effect(score, start, waves_before=2, waves_after=2)
    >>> [(cohort.start, cohort.n_treated, cohort.n_comparison) for cohort in found.cohorts]
    [(3, 8, 16), (5, 8, 8)]
    >>> found.low < 0.5 < found.high
    True
    """
    table, starts = checks.matrix("score", score, missing=True), checks.vector("start", start, missing=True)
    checks.same_length(score=table, start=starts)
    waves_before = checks.at_least("waves_before", waves_before, 1)
    waves_after = checks.at_least("waves_after", waves_after, 1)
    known = _known(starts)
    found = _windows(table, starts, waves_before, waves_after)
    if not found:
        return NO_COHORT
    return _pool(found, len(known), confidence)


def _known(starts: FloatArray) -> FloatArray:
    """Give the starts that there are, and refuse those that are no place."""
    known = starts[np.isfinite(starts)]
    if (bad := (known < 0) | (known != np.floor(known))).any():
        raise ValueError(f"start must be a whole number from 0, or NaN, got {known[bad][0]:g}")
    return known


def _windows(table: FloatArray, starts: FloatArray, before: int, after: int) -> "list[_Window]":
    firsts = np.unique(starts[np.isfinite(starts)]).astype(int)
    found = [_window(table, starts, int(first), before, after) for first in firsts]
    return [window for window in found if window is not None]


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """The changes around one start: of which teams, and which of them started."""

    start: int
    teams: IntArray
    change: FloatArray
    treated: BoolArray


def _window(table: FloatArray, starts: FloatArray, first: int, before: int, after: int) -> _Window | None:
    if first < before or first + after > table.shape[1]:
        return None
    treated, waiting = starts == first, ~(starts < first + after)
    teams = np.flatnonzero(treated | waiting)
    part = table[teams, first - before : first + after]
    means = collapse(part, before, comparison=~treated[teams]) if waiting.any() else None
    if means is None:
        return None
    teams, change = teams[means.complete], means.change[means.complete]
    marked = treated[teams]
    count = int(marked.sum())
    if count < designs.FEWEST_TREATED:
        return None
    if isinstance(designs.fitting_test(count, len(teams) - count, before, after), CannotTell):
        return None
    return _Window(first, teams, change, marked)


def _pool(found: list[_Window], started: int, confidence: float) -> StaggeredEffect | CannotTell:
    teams = np.concatenate([window.teams for window in found])
    place = np.repeat(np.arange(len(found)), [len(window.teams) for window in found])
    marked = np.concatenate([window.treated for window in found])
    own = np.asarray(place[:, None] == np.arange(len(found)), dtype=np.float64)
    fit = glm.fit_mean(
        np.column_stack([own * marked[:, None], own]), np.concatenate([window.change for window in found]), "gaussian"
    )
    if isinstance(fit, CannotTell):
        return fit
    sizes = np.array([int(window.treated.sum()) for window in found])
    weights = np.r_[sizes / sizes.sum(), np.zeros(len(found))]
    pooled = glm.sandwich(fit, teams).contrast(weights, confidence=confidence)
    if isinstance(pooled, CannotTell):
        return pooled
    cohorts = tuple(
        Cohort(window.start, int(size), len(window.teams) - int(size), float(estimate))
        for window, size, estimate in zip(found, sizes, fit.coefficients[: len(found)], strict=True)
    )
    total = int(sizes.sum())
    return StaggeredEffect(
        pooled.n,
        total,
        pooled.estimate,
        pooled.low,
        pooled.high,
        pooled.se,
        pooled.df,
        pooled.p,
        cohorts,
        started - total,
        f"cohorts pooled by size, {pooled.method}",
    )


def minimum_detectable_staggered(
    score: ArrayLike,
    start: ArrayLike,
    *,
    waves_before: int,
    waves_after: int,
    wanted: float = 0.8,
    level: float = 0.05,
) -> Detectable | CannotTell:
    """Give the smallest change that teams with different starts would be found to have, before anything is tried.

    Parameters
    ----------
    score : array_like, shape (teams, waves)
        Team scores of waves in which nothing was tried, in points; NaN where withheld.
    start : array_like, shape (planned teams,)
        Waves from the first start to that of each team: 0 for the first; NaN for a team that never starts.
    waves_before, waves_after : int
        Waves on each side of every start.
    wanted, level : float
        Power; two-sided significance level.

    Returns
    -------
    Detectable or CannotTell
        CannotTell when no cohort would have a fair comparison, or the past is too short or too thin.

    Raises
    ------
    ValueError
        If a start is not a whole number from 0, a number of waves is under 1, level is outside (0, 1),
        or power is not above level.

    Notes
    -----
    Noncentral t with the degrees of freedom of `staggered_effect` for these cohorts. A team that waits serves several
    of them in overlapping waves, so that its changes go together: the standard error is that of the whole sum, from how
    far apart two waves of a team lie, by the waves between them. Waves further apart than the past is long count as
    the furthest that were seen.

    Examples
    --------
    >>> score = np.random.default_rng(3).normal(3.5, 0.2, (24, 8))
    >>> start = np.repeat([0.0, 2.0, np.nan], 8)
    >>> round(minimum_detectable_staggered(score, start, waves_before=2, waves_after=2).estimate, 1)
    0.2
    """
    table, starts = checks.matrix("score", score, missing=True), checks.vector("start", start, missing=True)
    waves_before = checks.at_least("waves_before", waves_before, 1)
    waves_after = checks.at_least("waves_after", waves_after, 1)
    checks.share("level", level)
    length = waves_before + waves_after + int(_known(starts).max(initial=0))
    made_up = generator("any scores").normal(size=(len(starts), length))
    found = _windows(made_up, starts + waves_before, waves_before, waves_after)
    if not found:
        return NO_COHORT
    apart = _apart(table)
    if isinstance(apart, CannotTell):
        return apart
    pooled = _pool(found, int(np.isfinite(starts).sum()), 1 - level)
    if isinstance(pooled, CannotTell):
        return pooled
    weights = _weights(found, made_up.shape, waves_before, waves_after)
    lags = np.abs(np.subtract.outer(np.arange(length), np.arange(length)))
    variance = -float(np.sum((weights @ apart[np.minimum(lags, len(apart) - 1)]) * weights))
    shift = power.detectable_shift(max(pooled.df, 1.0), power=wanted, level=level)
    return Detectable(pooled.n, shift * max(variance, 0.0) ** 0.5, wanted, "cohorts pooled by size")


def _apart(table: FloatArray) -> FloatArray | CannotTell:
    """Give half the mean squared distance of two waves of a team, what all share taken out, by the waves between."""
    seen = np.isfinite(table)
    teams, waves = int(seen.any(axis=1).sum()), table.shape[1]
    if teams < designs.FEWEST_TEAMS:
        return CannotTell("too few teams to see how much teams move", teams, designs.FEWEST_TEAMS, "teams")
    found = [0.0]
    for lag in range(1, waves):
        moved = table[:, lag:] - table[:, :-lag]
        there = np.isfinite(moved)
        number = there.sum(axis=0)
        means = np.where(there, moved, 0.0).sum(axis=0) / np.maximum(number, 1)
        freedom = int(np.maximum(number - 1, 0).sum())
        squares = float(np.where(there, moved - means, 0.0).ravel() @ np.where(there, moved - means, 0.0).ravel())
        found.append(squares / freedom / 2 if freedom else found[-1])
    if len(found) < 2 or not found[1] > 0:
        return CannotTell("no team ever moved more than another, or there is one wave", waves, 2, "waves")
    return np.array(found)


def _weights(found: list[_Window], shape: tuple[int, int], before: int, after: int) -> FloatArray:
    """Give how much every team and wave counts for the pooled effect."""
    weights = np.zeros(shape)
    total = sum(int(window.treated.sum()) for window in found)
    contrast = np.r_[np.full(before, -1 / before), np.full(after, 1 / after)]
    for window in found:
        own, treated = window.treated, int(window.treated.sum())
        each = np.where(own, 1 / treated, -1 / (len(own) - treated)) * treated / total
        weights[window.teams, window.start - before : window.start + after] += np.outer(each, contrast)
    return weights
