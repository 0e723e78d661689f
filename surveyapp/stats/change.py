"""Changes of treated teams beside those of other teams over the same waves.

Every team is collapsed to one mean before and one after, so that a team counts once however often it answers.
On a complete panel this equals two-way fixed effects with a cluster-robust interval, digit by digit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.stats import checks, designs, glm
from surveyapp.stats.checks import BoolArray, FloatArray
from surveyapp.stats.estimates import quantile
from surveyapp.stats.levels import wave_levels
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.permutation import flags


@dataclass(frozen=True, slots=True, eq=False)
class Collapsed:
    """One mean before and one after for each team; made by `collapse`.

    Parameters
    ----------
    before, after : ndarray, shape (teams,)
        Means in points; NaN for a team without a score on that side.
    waves_before, waves_after : int
        Waves on each side.
    """

    before: FloatArray
    after: FloatArray
    waves_before: int
    waves_after: int

    @property
    def change(self) -> FloatArray:
        """After less before, in points; NaN where a side is missing."""
        return self.after - self.before

    @property
    def complete(self) -> BoolArray:
        """Teams with a score on both sides."""
        return np.isfinite(self.change)


def collapse(score: ArrayLike, start: int, *, comparison: ArrayLike | None = None) -> Collapsed:
    """Collapse each team to its mean before and its mean after a start.

    Parameters
    ----------
    score : array_like, shape (teams, waves)
        Team scores in points, waves in order; NaN where withheld.
    start : int
        Place of the first wave after the start.
    comparison : array_like of bool, shape (teams,), optional
        Teams that say what a wave did to everybody, all when left out; used only when scores are missing.

    Returns
    -------
    Collapsed

    Raises
    ------
    ValueError
        If start leaves no wave on a side or lengths differ.

    Notes
    -----
    A team that misses a wave would take the mood of the other waves for its own. When scores are missing, what a
    wave did to everybody is therefore estimated by team and wave effects in the comparison teams, and every team
    is given the same waves. A complete table is averaged as it is.

    Examples
    --------
    >>> collapse([[3.0, 3.2, 3.8], [2.8, np.nan, 3.6]], 2).change.round(2).tolist()
    [0.7, 0.7]
    """
    table = checks.matrix("score", score, missing=True)
    start = checks.place("start", start, 1, table.shape[1] - 1)
    others = np.ones(len(table), dtype=np.bool_) if comparison is None else flags("comparison", comparison)
    checks.same_length(score=table, comparison=others)
    gaps = np.isnan(table)
    wave = wave_levels(table[others], ~gaps[others]) if gaps.any() else np.zeros(table.shape[1])
    sides = [
        designs.mean_of_seen(table[:, side] - wave[side]) + designs.mean_of_seen(wave[None, side])
        for side in (slice(None, start), slice(start, None))
    ]
    return Collapsed(sides[0], sides[1], start, table.shape[1] - start)


@dataclass(frozen=True, slots=True)
class MeanChange:
    """How far teams of one kind moved on average.

    Parameters
    ----------
    n : int
        Teams.
    estimate, low, high : float
        In points.
    method : str
        How the interval was made.
    """

    n: int
    estimate: float
    low: float
    high: float
    method: str


def mean_change(change: ArrayLike, *, confidence: float = 0.95) -> MeanChange | CannotTell:
    """Average the changes of teams of one kind, to show beside an effect and never instead of it.

    Parameters
    ----------
    change : array_like, shape (teams,)
        Change of each team, in points; NaN where a side is missing.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    MeanChange or CannotTell
        CannotTell under 3 teams, or when all moved alike.

    Raises
    ------
    ValueError
        If confidence is outside (0, 1).

    Notes
    -----
    Student's t over teams. Without other teams beside them, nobody can say why teams moved.

    Examples
    --------
    >>> found = mean_change([0.1, 0.2, 0.3, 0.2])
    >>> round(found.estimate, 2), round(found.low, 2), round(found.high, 2)
    (0.2, 0.07, 0.33)
    """
    values = checks.vector("change", change, missing=True)
    values = values[np.isfinite(values)]
    reach = quantile(checks.share("confidence", confidence), max(len(values) - 1, 1))
    if (n := len(values)) < designs.FEWEST_TREATED:
        return CannotTell("too few teams for an average with an interval", n, designs.FEWEST_TREATED, "teams")
    if checks.all_alike(values):
        return CannotTell("no team changed more than another", n, None, "teams")
    middle, half = float(values.mean()), reach * float(values.std(ddof=1)) / np.sqrt(n)
    return MeanChange(n, middle, float(middle - half), float(middle + half), "mean over teams, Student's t")


@dataclass(frozen=True, slots=True)
class ChangeEffect:
    """How much more treated teams changed than others.

    Parameters
    ----------
    n, n_treated : int
        Teams in all, and treated ones.
    estimate, low, high : float
        In points.
    se, df : float
        Standard error and degrees of freedom behind the interval.
    p : float
        Two-sided.
    method : str
        How it was estimated.
    """

    n: int
    n_treated: int
    estimate: float
    low: float
    high: float
    se: float
    df: float
    p: float
    method: str


def difference_of_changes(
    change: ArrayLike, treated: ArrayLike, *, confidence: float = 0.95
) -> ChangeEffect | CannotTell:
    """Compare mean changes with an interval that allows both sides their own variance.

    Parameters
    ----------
    change : array_like, shape (teams,)
        Change of each team, in points.
    treated : array_like of bool, shape (teams,)
        Which teams were treated.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    ChangeEffect or CannotTell
        CannotTell under 3 treated, under 3 other or under 8 teams in all, or when nothing varies.

    Raises
    ------
    ValueError
        If lengths differ or confidence is outside (0, 1).

    Notes
    -----
    HC2 standard error with Bell-McCaffrey degrees of freedom [1]_. Assumes independent teams whose treatment does
    not depend on their earlier scores. With 1 or 2 treated teams the interval is useless; see
    `surveyapp.stats.permutation`. Do not use it for teams that were chosen low: `adjusted_for_baseline`.

    References
    ----------
    .. [1] Imbens, Kolesar (2016). Review of Economics and Statistics 98, 701-712.
       https://doi.org/10.1162/REST_a_00552

    Examples
    --------
    >>> found = difference_of_changes([0.1, 0.0, -0.2, 0.1, -0.1, 0.6, 0.5, 0.7], [0] * 5 + [1] * 3)
    >>> round(found.estimate, 2), round(found.low, 2), round(found.high, 2)
    (0.62, 0.4, 0.84)
    """
    values, marked = checks.vector("change", change), flags("treated", treated)
    checks.same_length(change=values, treated=marked)
    if isinstance(refusal := _too_few(marked), CannotTell):
        return refusal
    return _effect(values, marked, np.ones((len(values), 1)), confidence, "difference of mean changes")


def _too_few(marked: BoolArray) -> CannotTell | None:
    treated = int(marked.sum())
    if not treated:
        return CannotTell("no team was treated", 0, designs.FEWEST_TREATED, "treated teams")
    if treated < designs.FEWEST_TREATED:
        reason = "too few treated teams for an interval"
        return CannotTell(reason, treated, designs.FEWEST_TREATED, "treated teams")
    test = designs.fitting_test(treated, len(marked) - treated, 1, 1)
    return test if isinstance(test, CannotTell) else None


def _effect(
    outcome: FloatArray, marked: BoolArray, others: FloatArray, confidence: float, what: str
) -> ChangeEffect | CannotTell:
    """Regress on the treatment and other columns, each team its own cluster: HC2 and Bell-McCaffrey."""
    fit = glm.fit_mean(np.column_stack([marked, others]), outcome, "gaussian")
    if isinstance(fit, CannotTell):
        return CannotTell(fit.reason, len(outcome), None, "teams")
    weights = np.zeros(1 + others.shape[1])
    weights[0] = 1.0
    found = glm.sandwich(fit, np.arange(len(outcome))).contrast(weights, confidence=confidence)
    if isinstance(found, CannotTell):
        return found
    method = f"{what}, HC2 with Bell-McCaffrey degrees of freedom"
    return ChangeEffect(
        found.n, int(marked.sum()), found.estimate, found.low, found.high, found.se, found.df, found.p, method
    )


@dataclass(frozen=True, slots=True)
class BaselineEffect:
    """How much better treated teams did than others that started as low.

    Parameters
    ----------
    effect : ChangeEffect
        The effect itself.
    rises_anyway : float
        How much teams as low as the treated ones moved without treatment, in points.
    """

    effect: ChangeEffect
    rises_anyway: float


def adjusted_for_baseline(
    after: ArrayLike, baseline: ArrayLike, treated: ArrayLike, *, confidence: float = 0.95
) -> BaselineEffect | CannotTell:
    """Compare teams that were chosen because they were low with others, given the score they were chosen on.

    Parameters
    ----------
    after : array_like, shape (teams,)
        Mean after the start, in points.
    baseline : array_like, shape (teams,)
        The very score that the choice was made on: of the selection wave, or the mean of these waves.
    treated : array_like of bool, shape (teams,)
        Which teams were chosen.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    BaselineEffect or CannotTell
        CannotTell under 3 treated, under 3 other or under 8 teams in all, or when nothing varies.

    Raises
    ------
    ValueError
        If lengths differ or confidence is outside (0, 1).

    Notes
    -----
    after = a + b · baseline + effect · treated, HC2 with Bell-McCaffrey degrees of freedom. A low score is partly
    bad luck that does not repeat; in a simulated organisation the lowest fifth rose by 0.29 points without any
    treatment, and 76 % of comparisons of changes called that an effect. Given the baseline the luck is equal
    on both sides [1]_. Another baseline than the one used for choosing does not do it. Assumes one slope for all.

    References
    ----------
    .. [1] Van Breukelen (2006). ANCOVA versus change from baseline. Journal of Clinical Epidemiology 59, 920-925.
       https://doi.org/10.1016/j.jclinepi.2006.02.007

    Examples
    --------
    >>> baseline = np.array([2.6, 2.7, 2.8, 3.2, 3.4, 3.5, 3.7, 3.9, 4.1])
    >>> after = 2.0 + 0.5 * baseline + np.array([1, -1, 0, 1, -1, 0, 1, -1, 0]) / 50
    >>> found = adjusted_for_baseline(after, baseline, baseline < 3)
    >>> round(found.rises_anyway, 1), found.effect.low < 0 < found.effect.high
    (0.7, True)
    """
    values, base = checks.vector("after", after), checks.vector("baseline", baseline)
    marked = flags("treated", treated)
    checks.same_length(after=values, baseline=base, treated=marked)
    if isinstance(refusal := _too_few(marked), CannotTell):
        return refusal
    others = np.column_stack([np.ones(len(base)), base])
    effect = _effect(values, marked, others, confidence, "adjusted for the baseline")
    if isinstance(effect, CannotTell):
        return effect
    rise = float((values - base)[marked].mean()) - effect.estimate
    return BaselineEffect(effect, rise)
