"""Does the score lead the counts? The same relation at several delays, as one family of questions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.stats import association, checks
from surveyapp.stats.association import SafetyAndCounts
from surveyapp.stats.multiplicity import Family, family
from surveyapp.stats.outcome import CannotTell

DELAYS = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Lagged:
    """A relation at several delays.

    Parameters
    ----------
    found : dict of int to SafetyAndCounts or CannotTell
        What each delay says, in waves.
    family : Family
        The within-team p-values of those that say something, corrected for how many there are.
    """

    found: dict[int, SafetyAndCounts | CannotTell]
    family: Family

    @property
    def size(self) -> int:
        """How many delays were tested; always show it next to a finding."""
        return self.family.size

    def adjusted_p(self, delay: int) -> float | None:
        """Give the corrected within-team p-value of a delay, or None when it cannot be told."""
        return self.family.adjusted.get(str(delay))


def counts_after_scores(
    score: ArrayLike,
    count: ArrayLike,
    exposure: ArrayLike,
    team: ArrayLike,
    wave: ArrayLike,
    *,
    delays: Sequence[int] = DELAYS,
    confidence: float = 0.95,
) -> Lagged:
    """Relate the counts of a wave to the team's score some waves earlier, for several delays.

    Parameters
    ----------
    score, count, exposure, team : array_like, shape (cells,)
        As in `surveyapp.stats.association.safety_and_counts`.
    wave : array_like of int, shape (cells,)
        Numbers of waves at equal distances.
    delays : sequence of int
        Waves between score and counts, from 0.
    confidence : float
        Coverage of each interval; the intervals are not widened for the number of delays.

    Returns
    -------
    Lagged

    Raises
    ------
    ValueError
        As `safety_and_counts`; if waves are not whole numbers, or a delay is negative or repeated.

    Notes
    -----
    Benjamini-Hochberg over the delays. Neighbouring delays share most of their data, so they tend to be found
    together: a peak says little about timing. Nothing here says that scores cause counts.

    Examples
    --------
    >>> rng = np.random.default_rng(4)
    >>> team, wave = np.repeat(np.arange(20), 12), np.tile(np.arange(12), 20)
    >>> score = rng.normal(3.5, 0.3, (20, 12))
    >>> count = rng.poisson(3 * np.exp(np.roll(score, 2, axis=1) - 3.5))
    >>> lagged = counts_after_scores(score.ravel(), count.ravel(), np.ones(240), team, wave)
    >>> lagged.size, lagged.adjusted_p(2) < 0.001
    (5, True)
    """
    if len(set(delays)) < len(delays):
        raise ValueError(f"delays must differ, got {tuple(delays)}")
    for delay in delays:
        checks.at_least("delay", delay, 0)
    numbers = checks.vector("wave", wave)
    if (bad := numbers != np.floor(numbers)).any():
        raise ValueError(f"wave must be whole numbers, got {numbers[bad][0]:g}")
    scores = checks.vector("score", score, missing=True)
    _, places = checks.labels("team", team)
    checks.same_length(score=scores, team=places, wave=numbers)
    found = {
        delay: association.safety_and_counts(
            earlier(scores, places, numbers, delay), count, exposure, team, wave, confidence=confidence
        )
        for delay in delays
    }
    told = {str(delay): one.within.p for delay, one in found.items() if isinstance(one, SafetyAndCounts)}
    return Lagged(found, family("counts some waves after the score", told))


def earlier(score: checks.FloatArray, team: checks.IntArray, wave: checks.FloatArray, delay: int) -> checks.FloatArray:
    """Give for each cell the score of its team some waves before, NaN where there is none."""
    if not len(score):
        return score
    numbers = (wave - wave.min()).astype(np.intp)
    table = np.full((int(team.max()) + 1, int(numbers.max()) + 1 + delay), np.nan)
    table[team, numbers + delay] = score
    return np.asarray(table[team, numbers])
