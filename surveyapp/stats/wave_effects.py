"""Slopes beside an effect for every wave, for few teams and for ten thousand.

Up to 300 teams the effects are columns like any other, and the interval is CR2. With more teams the
columns would fill the memory and change nothing: the effects are then taken out by weighted means at every step,
which gives the same slopes, and the interval is CR1 with teams - 1 degrees of freedom.

Either way it is kept what each team adds to a slope. Of many slopes at once these parts say what chance does to all
of them together: `surveyapp.stats.flips`.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy import special

from surveyapp.stats import checks, glm
from surveyapp.stats.checks import FloatArray, IntArray
from surveyapp.stats.flips import TeamParts
from surveyapp.stats.glm import Contrast
from surveyapp.stats.outcome import CannotTell

# CR2 of more teams takes seconds and changes nothing that is shown.
EXACT_TEAMS = 300
# With more teams the other effects of a model take less than a hundredth from what a flip of signs leaves.
FEW_TEAMS = 200


@dataclass(frozen=True, slots=True)
class Slopes:
    """Slopes with their intervals, one for each column, the dispersion, and what each team adds.

    Parameters
    ----------
    slopes : tuple of Contrast
        In the order of the columns.
    dispersion : float
        Variance of the outcome over what the working model says.
    by_team : tuple of TeamParts
        What each team adds to each slope, teams in the order of their labels.
    """

    slopes: tuple[Contrast, ...]
    dispersion: float
    by_team: tuple[TeamParts, ...] = field(compare=False, repr=False)


def slopes_beside_waves(
    columns: FloatArray,
    outcome: FloatArray,
    family: glm.Family,
    *,
    wave: IntArray,
    team: IntArray,
    offset: FloatArray | None = None,
    trials: FloatArray | None = None,
    confidence: float = 0.95,
) -> Slopes | CannotTell:
    """Estimate slopes with an effect for every wave and errors that may depend in any way inside a team.

    Parameters
    ----------
    columns : ndarray, shape (cells, slopes)
        What the outcome may depend on.
    outcome : ndarray, shape (cells,)
        Values, counts or successes.
    family : {"gaussian", "poisson", "binomial"}
        As in `surveyapp.stats.glm.fit_mean`.
    wave, team : ndarray of int, shape (cells,)
        Places of waves and teams; one wave for all gives a plain constant.
    offset, trials : ndarray, shape (cells,), optional
        As in `surveyapp.stats.glm.fit_mean`.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Slopes or CannotTell
        CannotTell under two teams, or when the columns say the same as each other or the waves.

    Raises
    ------
    ValueError
        As `surveyapp.stats.glm.fit_mean`.

    Notes
    -----
    What a team adds to a slope is its part of the score, divided by the information: the sum over its cells of weight
    x what the column has left beside all others x the residual that the cell would have without this slope. For
    values with a normal mean that is the residual of the model without the column; for counts and shares it is that
    of the last step of reweighting.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> team, wave, x = np.repeat(np.arange(20), 5), np.tile(np.arange(5), 20), rng.normal(size=(100, 1))
    >>> found = slopes_beside_waves(x, 2 * x[:, 0] + wave + rng.normal(size=100), "gaussian", wave=wave, team=team)
    >>> found.slopes[0].low < 2 < found.slopes[0].high
    True
    >>> bool(np.isclose(found.by_team[0].added.sum(), found.slopes[0].estimate))
    True
    """
    checks.share("confidence", confidence)
    teams, place = checks.labels("team", team)
    if len(teams) < 2:
        return CannotTell("a relation takes several teams", len(teams), 2, "teams")
    waves, time = checks.labels("wave", wave)
    columns, outcome = checks.matrix("columns", columns), checks.vector("outcome", outcome)
    known = np.zeros(len(outcome)) if offset is None else offset
    m = np.ones(len(outcome)) if trials is None else trials
    checks.same_length(columns=columns, outcome=outcome, wave=time, team=place, offset=known, trials=m)
    if len(teams) > EXACT_TEAMS:
        return _many_teams(_Data(outcome / m, known, m), columns, family, time, place, confidence)
    effects = np.asarray(time[:, None] == np.arange(len(waves)), dtype=np.float64)
    fit = glm.fit_mean(np.column_stack([columns, effects]), outcome, family, offset=known, trials=m)
    if isinstance(fit, CannotTell):
        return CannotTell(fit.reason, len(teams), None, "teams")
    robust = glm.sandwich(fit, place)
    units = np.eye(columns.shape[1], fit.design.shape[1])
    found = [robust.contrast(unit, confidence=confidence) for unit in units]
    return _together(found, fit.dispersion, tuple(_parts(fit, column, place) for column in range(len(units))))


def _parts(fit: glm.Fit, column: int, team: IntArray) -> TeamParts:
    """Give what each team adds to the slope of a column, and how it hangs on the other columns."""
    weight, information = fit.derivative**2 / fit.variance, 1 / fit.bread[column, column]
    left = fit.design @ fit.bread[:, column]
    without = fit.residual / fit.derivative + left * information * fit.coefficients[column]
    added = np.asarray(np.bincount(team, left * weight * without), dtype=np.float64)
    if len(added) > FEW_TEAMS:
        return TeamParts(added, np.zeros((len(added), 0)))
    others = np.delete(fit.design, column, axis=1)
    weighted = others * weight[:, None]
    overlap = np.zeros((len(added), others.shape[1]))
    np.add.at(overlap, team, weighted * left[:, None])
    root = np.linalg.cholesky(weighted.T @ others)
    return TeamParts(added, np.linalg.solve(root, overlap.T).T * np.sqrt(information))


@dataclass(frozen=True, slots=True, eq=False)
class _Data:
    """What is explained: values or shares, the known part of the linear predictor, trials."""

    y: FloatArray
    known: FloatArray
    trials: FloatArray

    def taken(self, order: IntArray) -> "_Data":
        return _Data(self.y[order], self.known[order], self.trials[order])


def _together(
    found: list[Contrast | CannotTell], dispersion: float, by_team: tuple[TeamParts, ...]
) -> Slopes | CannotTell:
    for one in found:
        if isinstance(one, CannotTell):
            return one
    return Slopes(tuple(one for one in found if isinstance(one, Contrast)), dispersion, by_team)


class _Waves:
    """Cells that stand wave by wave: sums over each wave, and what belongs to a wave put at its cells."""

    def __init__(self, time: IntArray) -> None:
        self.sizes = np.bincount(time)
        self._starts = np.cumsum(self.sizes) - self.sizes

    def sums(self, values: FloatArray) -> FloatArray:
        return np.asarray(np.add.reduceat(values, self._starts, axis=-1))

    def at_cells(self, of_waves: FloatArray) -> FloatArray:
        return np.repeat(of_waves, self.sizes, axis=-1)

    def beside(self, values: FloatArray, weight: FloatArray) -> FloatArray:
        """Take the weighted mean of its wave out of each value."""
        return values - self.at_cells(self.sums(values * weight) / self.sums(weight))


def _many_teams(
    data: _Data, columns: FloatArray, family: glm.Family, time: IntArray, team: IntArray, confidence: float
) -> Slopes | CannotTell:
    if (np.diff(time) < 0).any():
        order = np.argsort(time, kind="stable")
        data, columns, time, team = data.taken(order), columns[order], time[order], team[order]
    # What is added up lies side by side, which is several times quicker for half a million cells.
    n, x, waves = int(team.max()) + 1, np.ascontiguousarray(columns.T), _Waves(time)
    if _repeat(waves.beside(x, np.ones_like(data.y))):
        return CannotTell("the columns of the model repeat each other", n, None, "teams")

    def solve(weight: FloatArray, target: FloatArray) -> tuple[FloatArray, tuple[FloatArray, FloatArray, FloatArray]]:
        own = waves.beside(x, weight)
        level = waves.at_cells(waves.sums(target * weight) / waves.sums(weight))
        weighted = own * weight
        bread = glm.inverse_of(weighted @ own.T)
        # What a column has left beside the waves knows nothing of their levels.
        beta = bread @ (weighted @ target)
        return beta @ own + level, (own, beta, bread)

    end = glm.reweight(data.y, family, data.known, data.trials, solve, start=_without_slopes(data, family, waves))
    if end is None:
        return CannotTell(glm.UNBOUNDED, n, None, "teams")
    own, beta, bread = end.state
    pull = end.slope * end.residual / end.variance
    scores = np.array([np.bincount(team, column * pull, minlength=n) for column in own])
    errors = np.sqrt(np.diag(bread @ scores @ scores.T @ bread) * n / (n - 1))
    if not (errors > 0).all() or glm.only_rounding(end.residual, float(np.abs(data.y).max())):
        return CannotTell("the data do not vary enough for an interval", n, None, "teams")
    slopes = tuple(
        glm.interval(n, float(estimate), float(se), n - 1.0, confidence, "CR1")
        for estimate, se in zip(beta, errors, strict=True)
    )
    # What teams add where there is no slope: what they add at the slope that was found, and their part of it.
    weight, found = end.slope**2 / end.variance, beta / np.diag(bread)
    parts = np.array([np.bincount(team, left**2 * weight, minlength=n) for left in bread @ own])
    sums = bread @ scores + parts * found[:, None]
    by_team = tuple(TeamParts(added, np.zeros((n, 0))) for added in sums)
    return Slopes(slopes, end.pearson / (len(time) - len(x) - len(waves.sizes)), by_team)


def _without_slopes(data: _Data, family: glm.Family, waves: _Waves) -> FloatArray | None:
    """Give the linear predictor with effects of the waves alone, which slopes change little; None for no finite one."""
    if family == "gaussian":
        return None
    rate = waves.sums(data.y * data.trials) / waves.sums(np.exp(data.known) * data.trials)
    if rate.min() <= 0 or (family == "binomial" and rate.max() >= 1):
        return None
    return data.known + waves.at_cells(np.log(rate) if family == "poisson" else special.logit(rate))


def _repeat(own: FloatArray) -> bool:
    """Tell whether columns, what the waves say taken out, say the same as each other or nothing."""
    overlap = own @ own.T
    length = np.sqrt(np.diag(overlap))
    if (length < 1e-9 * np.sqrt(own.shape[1])).any():
        return True
    return bool(np.linalg.cond(overlap / np.outer(length, length)) > 1e12)
