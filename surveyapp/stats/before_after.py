"""Did it help? What changed in treated teams beyond the others, by the one test that the design allows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.stats import checks, designs
from surveyapp.stats.change import adjusted_for_baseline, collapse, difference_of_changes
from surveyapp.stats.checks import BoolArray, FloatArray
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.permutation import flags, permutation_test, placebo_rank


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """What a programme can be said to have done.

    Parameters
    ----------
    n, n_treated : int
        Teams in all, and treated ones.
    waves_before, waves_after : int
        Waves on each side of the start.
    estimate, low, high : float
        Effect in points.
    p : float
        Two-sided, by the test that the design allows.
    method : str
        That test.
    rises_anyway : float or None
        How much teams as low moved without treatment, when the teams were chosen low.
    larger_than : int or None
        How many comparison teams moved less, when one team was treated.
    detectable : float or None
        The smallest change that the design could find, as computed before the start.
    """

    n: int
    n_treated: int
    waves_before: int
    waves_after: int
    estimate: float
    low: float
    high: float
    p: float
    method: str
    rises_anyway: float | None
    larger_than: int | None
    detectable: float | None

    @property
    def may_say_no_effect(self) -> bool:
        """Whether the interval excludes every change that the design was made to find."""
        limit = self.detectable
        return limit is not None and -limit < self.low and self.high < limit


def before_after(
    score: ArrayLike,
    treated: ArrayLike,
    start: int,
    *,
    rng: np.random.Generator,
    size: ArrayLike | None = None,
    chosen_on: ArrayLike | None = None,
    detectable: float | None = None,
    confidence: float = 0.95,
    draws: int = 9_999,
) -> BeforeAfter | CannotTell:
    """Say what changed in treated teams beyond the others, by the test that the design allows.

    Parameters
    ----------
    score : array_like, shape (teams, waves)
        Team scores in points, waves in order; NaN where withheld.
    treated : array_like of bool, shape (teams,)
        Which teams were treated.
    start : int
        Place of the first wave after the start.
    rng : numpy.random.Generator
        For the permutation; seed it from the record.
    size : array_like, shape (teams,), optional
        Answers behind one wave of a team, on average; equal when left out. Used when one team is treated.
    chosen_on : array_like, shape (teams,), optional
        The score that the teams were chosen on, when they were chosen because it was low.
    detectable : float, optional
        The smallest change that the design could find, from `surveyapp.stats.detectable.minimum_detectable_change`.
    confidence : float
        Coverage of the interval.
    draws : int
        Random assignments when there are too many to look at all.

    Returns
    -------
    BeforeAfter or CannotTell
        CannotTell for designs that `surveyapp.stats.designs.fitting_test` rules out.

    Raises
    ------
    ValueError
        If lengths differ, start leaves no wave on a side, or confidence is outside (0, 1).

    Notes
    -----
    One treated team: rank among the changes of the others. Two: permutation. Three or more: studentised
    permutation with the interval of `change.difference_of_changes`. Chosen low: `change.adjusted_for_baseline`.
    Teams without a score on both sides are left out. The test is fixed by the design, never by the data.

    Examples
    --------
    >>> rng = np.random.default_rng(5)
    >>> treated = np.arange(24) < 6
    >>> score = rng.normal(3.5, 0.3, (24, 8)) + 0.8 * treated[:, None] * (np.arange(8) >= 4)
    >>> found = before_after(score, treated, 4, rng=rng)
    >>> found.method, found.low < 0.8 < found.high, found.p < 0.05
    ('studentised permutation', True, True)
    """
    marked = flags("treated", treated)
    means = collapse(score, start, comparison=None if marked.all() else ~marked)
    checks.same_length(score=means.change, treated=marked)
    sizes = np.ones(len(marked)) if size is None else checks.vector("size", size)
    base = None if chosen_on is None else checks.vector("chosen_on", chosen_on, missing=True)
    checks.same_length(treated=marked, size=sizes, **({} if base is None else {"chosen_on": base}))
    kept = means.complete if base is None else means.complete & np.isfinite(base)
    marked, n_treated = marked[kept], int(marked[kept].sum())
    if not n_treated:
        return CannotTell("no treated team has scores on both sides of the start", 0, 1, "treated teams")
    waves = means.waves_before, means.waves_after
    test = designs.fitting_test(n_treated, len(marked) - n_treated, *waves, chosen_low=base is not None)
    if isinstance(test, CannotTell):
        return test
    if base is not None:
        found = _given_the_baseline(means.after[kept], base[kept], marked, confidence)
    elif n_treated == 1:
        found = _one(means.change[kept], sizes[kept], marked, confidence)
    else:
        found = _several(means.change[kept], marked, rng, confidence, draws)
    if isinstance(found, CannotTell):
        return found
    return BeforeAfter(
        len(marked), n_treated, *waves, *found.interval, found.p, test, found.rise, found.larger, detectable
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What a test says, whichever it was."""

    interval: tuple[float, float, float]
    p: float
    rise: float | None = None
    larger: int | None = None


def _given_the_baseline(
    after: FloatArray, base: FloatArray, marked: BoolArray, confidence: float
) -> _Found | CannotTell:
    found = adjusted_for_baseline(after, base, marked, confidence=confidence)
    if isinstance(found, CannotTell):
        return found
    effect = found.effect
    return _Found((effect.estimate, effect.low, effect.high), effect.p, rise=found.rises_anyway)


def _one(change: FloatArray, sizes: FloatArray, marked: BoolArray, confidence: float) -> _Found | CannotTell:
    found = placebo_rank(change, sizes, int(np.argmax(marked)), confidence=confidence)
    if isinstance(found, CannotTell):
        return found
    return _Found((found.estimate, found.low, found.high), found.p, larger=found.larger_than)


def _several(
    change: FloatArray, marked: BoolArray, rng: np.random.Generator, confidence: float, draws: int
) -> _Found | CannotTell:
    if marked.sum() < designs.FEWEST_TREATED:
        plain = permutation_test(change, marked, rng=rng, statistic="difference", confidence=confidence, draws=draws)
        if isinstance(plain, CannotTell):
            return plain
        return _Found((plain.estimate, plain.low, plain.high), plain.p)
    test = permutation_test(change, marked, rng=rng, confidence=confidence, draws=draws)
    effect = difference_of_changes(change, marked, confidence=confidence)
    if isinstance(test, CannotTell):
        return test
    if isinstance(effect, CannotTell):
        return effect
    return _Found((effect.estimate, effect.low, effect.high), test.p)
