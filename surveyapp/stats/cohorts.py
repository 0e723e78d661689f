"""Teams that start at different times: each cohort beside those that have not started yet."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.stats import checks, designs, glm
from surveyapp.stats.change import collapse
from surveyapp.stats.checks import BoolArray, FloatArray, IntArray
from surveyapp.stats.outcome import CannotTell


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
    checks.at_least("waves_before", waves_before, 1)
    checks.at_least("waves_after", waves_after, 1)
    known = starts[np.isfinite(starts)]
    if (bad := (known < 0) | (known != np.floor(known))).any():
        raise ValueError(f"start must be a whole number from 0, or NaN, got {known[bad][0]:g}")
    found = [
        window
        for first in np.unique(known).astype(int)
        if (window := _window(table, starts, int(first), waves_before, waves_after)) is not None
    ]
    if not found:
        return CannotTell("no cohort has enough teams and others to compare with", 0, 1, "cohorts")
    return _pool(found, len(known), confidence)


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
