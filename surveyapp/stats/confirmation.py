"""A second look at scores and counts that assumes no model: swap whole series between teams.

If scores and counts of a team have nothing to do with each other, any team's counts go as well with any other
team's scores. Series are swapped whole, so what makes them smooth in time stays in; what all teams share in a
wave is taken out first.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from surveyapp.stats import association, checks
from surveyapp.stats.association import Cells
from surveyapp.stats.checks import FloatArray, IntArray
from surveyapp.stats.outcome import CannotTell

BLOCK = 1_000
# Above this many teams the products of all pairs of series would not fit in memory.
PAIRWISE = 2_000


@dataclass(frozen=True, slots=True)
class Swapped:
    """A rank correlation beside those of swapped teams.

    Parameters
    ----------
    n : int
        Teams.
    estimate : float
        Rank correlation.
    low, high : float
        The range that chance alone stays in, at the confidence asked for: not an interval for the correlation.
    p : float
        Two-sided, (1 + hits) / (1 + swaps) unless all swaps were looked at.
    swaps : int
        How many were looked at.
    method : str
        What was swapped.
    """

    n: int
    estimate: float
    low: float
    high: float
    p: float
    swaps: int
    method: str


def swap_whole_series(
    score: ArrayLike,
    count: ArrayLike,
    exposure: ArrayLike,
    team: ArrayLike,
    wave: ArrayLike,
    *,
    rng: np.random.Generator,
    swaps: int = 9_999,
    confidence: float = 0.95,
) -> Swapped | CannotTell:
    """Test whether counts go with scores inside teams by swapping the series of whole teams.

    Parameters
    ----------
    score, count, exposure, team, wave : array_like, shape (cells,)
        As in `surveyapp.stats.association.safety_and_counts`.
    rng : numpy.random.Generator
        Seed it from the record, so that the p-value is the same wherever it is computed.
    swaps : int
        Random ways to swap.
    confidence : float
        Width of the range of chance.

    Returns
    -------
    Swapped or CannotTell
        CannotTell under 12 teams, under 3 waves, or without variation.

    Raises
    ------
    ValueError
        As `safety_and_counts`; if swaps is under 99.

    Notes
    -----
    Scores and rates are ranked inside the team, the mean rank of a wave is taken out, and the correlation over all
    cells is compared with those after swapping teams [1]_. It confirms the p-value of `safety_and_counts` without
    its model and gives no size of the effect. Missing cells count as average. Assumes exchangeable teams: not when
    some were watched over other waves than others.

    References
    ----------
    .. [1] Good (2005). Permutation, Parametric and Bootstrap Tests of Hypotheses, 3rd ed. Springer.
       https://doi.org/10.1007/b138696

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> team, wave = np.repeat(np.arange(15), 10), np.tile(np.arange(10), 15)
    >>> score = rng.normal(3.5, 0.3, 150)
    >>> count = rng.poisson(3 * np.exp(score - 3.5))
    >>> swap_whole_series(score, count, np.ones(150), team, wave, rng=rng).p < 0.05
    True
    """
    swaps = checks.at_least("swaps", swaps, 99)
    checks.share("confidence", confidence)
    cells = association.read_cells(score, count, exposure, team, wave)
    if isinstance(refusal := _refusal(cells, waves=3), CannotTell):
        return refusal
    scores = _ranked_series(cells, cells.score)
    rates = _ranked_series(cells, cells.count / cells.exposure)
    if not (scores.any() and rates.any()):
        return CannotTell("scores or counts do not vary inside teams", cells.n_teams, None, "teams")
    orders = itertools.chain([np.arange(len(scores))[None, :]], _orders(len(scores), swaps, rng))
    found = np.concatenate([_correlations(scores, rates, block) for block in orders])
    return _judge(found, len(scores), confidence, "whole series swapped between teams")


def swap_averages(
    score: ArrayLike,
    count: ArrayLike,
    exposure: ArrayLike,
    team: ArrayLike,
    wave: ArrayLike,
    *,
    rng: np.random.Generator,
    swaps: int = 9_999,
    confidence: float = 0.95,
) -> Swapped | CannotTell:
    """Test whether teams with a higher average score have a higher rate, by Spearman's correlation.

    Parameters
    ----------
    score, count, exposure, team, wave : array_like, shape (cells,)
        As in `surveyapp.stats.association.safety_and_counts`.
    rng : numpy.random.Generator
        Seed it from the record.
    swaps : int
        Random ways to swap.
    confidence : float
        Width of the range of chance.

    Returns
    -------
    Swapped or CannotTell
        CannotTell under 12 teams or without variation between them.

    Raises
    ------
    ValueError
        As `safety_and_counts`; if swaps is under 99.

    Notes
    -----
    One score and one rate for each team, so that nothing is repeated. A relation between teams can come from the
    kind of work; compare like with like.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> team, score = np.arange(15), np.linspace(3, 4, 15)
    >>> count = rng.poisson(40 * np.exp(score - 3.5))
    >>> swap_averages(score, count, np.ones(15), team, np.zeros(15), rng=rng).p < 0.05
    True
    """
    swaps = checks.at_least("swaps", swaps, 99)
    checks.share("confidence", confidence)
    cells = association.read_cells(score, count, exposure, team, wave)
    if isinstance(refusal := _refusal(cells, waves=1), CannotTell):
        return refusal
    average = np.bincount(cells.team, cells.score) / np.bincount(cells.team)
    rate = np.bincount(cells.team, cells.count) / np.bincount(cells.team, cells.exposure)
    series = [_standard(stats.rankdata(column)) for column in (average, rate)]
    if not (series[0].any() and series[1].any()):
        return CannotTell("scores or counts do not vary between teams", cells.n_teams, None, "teams")
    orders = itertools.chain([np.arange(len(rate))[None, :]], _orders(len(rate), swaps, rng))
    found = np.concatenate([series[0][block] @ series[1] for block in orders])
    return _judge(found, len(rate), confidence, "averages swapped between teams")


def _refusal(cells: Cells, *, waves: int) -> CannotTell | None:
    if not len(cells.count):
        return CannotTell("nothing was counted", 0, None, "events")
    if cells.n_teams < association.FEWEST_TEAMS:
        return CannotTell("too few teams", cells.n_teams, association.FEWEST_TEAMS, "teams")
    if cells.n_waves < waves:
        return CannotTell("too few waves", cells.n_waves, waves, "waves")
    return None


def _ranked_series(cells: Cells, values: FloatArray) -> FloatArray:
    """Rank inside each team, take out the mean of each wave; 0 where a cell is missing. Shape (teams, waves)."""
    table = np.full((int(cells.team.max()) + 1, int(cells.wave.max()) + 1), np.nan)
    table[cells.team, cells.wave] = values
    ranks = stats.rankdata(table, axis=1, nan_policy="omit")
    seen = np.isfinite(ranks)
    length = seen.sum(axis=1, keepdims=True)
    # Centred at 0 and of one width, so that teams with few waves do not count less.
    ranks = np.where(seen, (ranks - (length + 1) / 2) / length, 0.0)
    ranks = np.where(seen, ranks - ranks.sum(axis=0) / np.maximum(seen.sum(axis=0), 1), 0.0)
    return np.where(np.abs(ranks) < 1e-12, 0.0, ranks)


def _orders(n: int, swaps: int, rng: np.random.Generator) -> Iterator[IntArray]:
    for start in range(0, swaps, BLOCK):
        size = min(BLOCK, swaps - start)
        yield rng.permuted(np.broadcast_to(np.arange(n), (size, n)), axis=1)


def _correlations(scores: FloatArray, rates: FloatArray, orders: IntArray) -> FloatArray:
    n, norm = len(scores), math.sqrt(float(np.sum(scores**2) * np.sum(rates**2)))
    if n <= PAIRWISE:
        return np.asarray((scores @ rates.T)[orders, np.arange(n)].sum(axis=1) / norm)
    return np.array([np.vdot(scores[order], rates) for order in orders]) / norm


def _standard(values: FloatArray) -> FloatArray:
    centred = values - values.mean()
    length = float(np.sqrt(centred @ centred))
    return centred / length if length > 1e-9 else np.zeros_like(centred)


def _judge(found: FloatArray, n: int, confidence: float, method: str) -> Swapped:
    size = np.abs(found)
    p = float(np.mean(size >= size[0] - 1e-12))
    low, high = np.quantile(found[1:], [(1 - confidence) / 2, (1 + confidence) / 2])
    return Swapped(n, float(found[0]), float(low), float(high), p, len(found) - 1, method)
