"""Do the questions of a scale pull in the same direction, and how much do people in one team differ."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri, fdtri, ndtri

from surveyapp.stats.moments import Covariances, Flags, Floats, ItemMoments
from surveyapp.stats.outcome import CannotTell

FLAG_BELOW = 0.30


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha of a scale.

    Parameters
    ----------
    n : int
        Answer sheets.
    items : int
        Questions.
    estimate, low, high : float
        Alpha and its interval, without unit, at most 1; alpha may be negative.
    standardised : float
        Alpha of the standardised items.
    level : float
        Confidence of the interval.
    method : str
        Which sheets and which interval.
    """

    n: int
    items: int
    estimate: float
    low: float
    high: float
    standardised: float
    level: float
    method: str


def alpha(answers: ArrayLike, *, pairwise: bool = False, minimum: int = 30, level: float = 0.95) -> Alpha | CannotTell:
    """Cronbach's alpha with Feldt's interval, from the answers.

    Parameters
    ----------
    answers : array_like, shape (sheets, items)
        Keyed answers, in points, NaN where an item was skipped.
    pairwise : bool
        Use all sheets that answered two items for their covariance, instead of complete sheets only. The interval then
        counts the rarest pair, which is careful.
    minimum : int
        Sheets needed; at least 2.
    level : float
        Confidence.

    Returns
    -------
    Alpha or CannotTell
        CannotTell with fewer sheets than the minimum, fewer than three items, or sheets that are all alike.

    Raises
    ------
    ValueError
        When the answers are no table, or minimum or level lie outside their range.

    Notes
    -----
    Assumes sheets that are independent and items that measure one thing with equal weight; sheets from teams that
    differ make the interval slightly too short (coverage 93 to 96 % at usual team differences). Not for a single team:
    it would tell how its people differ.

    References
    ----------
    Cronbach, L. J. (1951). https://doi.org/10.1007/BF02310555
    Feldt, L. S. (1965). https://doi.org/10.1007/BF02289499

    Examples
    --------
    >>> found = alpha([[1, 2, 1], [2, 2, 3], [4, 4, 5], [5, 4, 4]], minimum=4)
    >>> round(found.estimate, 3), round(found.low, 3)
    (0.938, 0.593)
    """
    moments = ItemMoments.of(answers)
    return alpha_from_covariances(
        moments.pairwise() if pairwise else moments.complete(),
        minimum=minimum,
        level=level,
        sheets="pairs of items" if pairwise else "complete sheets",
    )


def alpha_from_covariances(
    covariances: Covariances, *, minimum: int = 30, level: float = 0.95, sheets: str = "complete sheets"
) -> Alpha | CannotTell:
    """Cronbach's alpha with Feldt's interval, from sums that were collected pile by pile.

    Parameters
    ----------
    covariances : Covariances
        From `ItemMoments` or `Covariances.from_sums`.
    minimum : int
        Sheets needed; at least 2.
    level : float
        Confidence.
    sheets : str
        Which sheets were used, for the record.

    Returns
    -------
    Alpha or CannotTell
        As for `alpha`.

    Raises
    ------
    ValueError
        When minimum or level lie outside their range.

    Notes
    -----
    As for `alpha`, whose result it equals.

    References
    ----------
    Feldt, L. S. (1965). https://doi.org/10.1007/BF02289499

    Examples
    --------
    >>> sums = ItemMoments.of([[1, 2, 1], [2, 2, 3]]) + ItemMoments.of([[4, 4, 5], [5, 4, 4]])
    >>> round(alpha_from_covariances(sums.complete(), minimum=4).estimate, 3)
    0.938
    """
    _check(minimum, level)
    refusal = _too_thin(covariances, minimum)
    if refusal is not None:
        return refusal
    items, n = covariances.items, covariances.n
    estimate = _alpha(covariances.table)
    over, under = n - 1, (n - 1) * (items - 1)
    tail = (1 - level) / 2
    return Alpha(
        n=n,
        items=items,
        estimate=estimate,
        low=float(1 - (1 - estimate) * fdtri(over, under, 1 - tail)),
        high=float(1 - (1 - estimate) * fdtri(over, under, tail)),
        standardised=_alpha(_correlations(covariances.table)),
        level=level,
        method=f"alpha over {sheets}, Feldt interval",
    )


@dataclass(frozen=True, slots=True, eq=False)
class ItemRest:
    """How each item goes along with the sum of the others.

    Parameters
    ----------
    n : int
        Answer sheets.
    estimate, low, high : array of float, shape (items,)
        Correlation of each item with the sum of the others, and its Fisher interval.
    alpha_without : array of float, shape (items,)
        Alpha of the scale without the item; NaN when only two items are left of which one never varies.
    odd : array of bool, shape (items,)
        Items whose correlation lies below .30: check the wording and the reverse key.
    level : float
        Confidence of the intervals.
    method : str
        How it was computed.
    """

    n: int
    estimate: Floats
    low: Floats
    high: Floats
    alpha_without: Floats
    odd: Flags
    level: float
    method: str


def item_rest(covariances: Covariances, *, minimum: int = 30, level: float = 0.95) -> ItemRest | CannotTell:
    """Correlation of each item with the sum of the others.

    Parameters
    ----------
    covariances : Covariances
        Of complete sheets: ``ItemMoments.of(answers).complete()``.
    minimum : int
        Sheets needed; at least 2.
    level : float
        Confidence.

    Returns
    -------
    ItemRest or CannotTell
        CannotTell with too few sheets or items, or when an item has the same answer on all sheets.

    Raises
    ------
    ValueError
        When minimum or level lie outside their range.

    Notes
    -----
    The interval is Fisher's, for independent sheets and answers that are about normal; with four sheets or fewer it is
    from -1 to 1. A low value in a pulse of three items can also mean that its items ask for different things.

    References
    ----------
    Nunnally, J. C. and Bernstein, I. H. (1994). Psychometric Theory, 3rd ed. McGraw-Hill.

    Examples
    --------
    >>> sums = ItemMoments.of([[1, 2, 3], [2, 2, 1], [4, 4, 5], [5, 4, 2]])
    >>> item_rest(sums.complete(), minimum=4).odd.tolist()
    [False, False, False]
    """
    _check(minimum, level)
    refusal = _too_thin(covariances, minimum)
    if refusal is not None:
        return refusal
    table, n = covariances.table, covariances.n
    variances = np.diagonal(table)
    with_rest = table.sum(axis=1) - variances
    of_rest = table.sum() - 2 * with_rest - variances
    if not ((variances > 0) & (of_rest > 0)).all():
        return CannotTell("one question has the same answer on all sheets", n, None, "answers")
    r = with_rest / np.sqrt(variances * of_rest)
    low, high = _fisher(r, n, level)
    without = [_alpha(np.delete(np.delete(table, item, 0), item, 1)) for item in range(covariances.items)]
    return ItemRest(n, r, low, high, np.array(without), r < FLAG_BELOW, level, "item-rest correlation, Fisher interval")


@dataclass(frozen=True, slots=True)
class PooledSpread:
    """How far the scores of persons lie apart inside the teams of an organisation.

    Parameters
    ----------
    n : int
        Persons.
    teams : int
        Teams with at least one of them.
    estimate, low, high : float
        Standard deviation inside a team and its interval, in points.
    df : int
        Degrees of freedom: persons less teams.
    level : float
        Confidence of the interval.
    method : str
        How it was computed.
    """

    n: int
    teams: int
    estimate: float
    low: float
    high: float
    df: int
    level: float
    method: str


def pooled_spread(scores: ArrayLike, teams: ArrayLike, *, level: float = 0.95) -> PooledSpread | CannotTell:
    """Within-team standard deviation pooled over all teams, from the scores of persons.

    Parameters
    ----------
    scores : array_like, shape (persons,)
        Person scores in points; NaN for persons without a score, who are left out.
    teams : array_like, shape (persons,)
        Label of the team of each person.
    level : float
        Confidence.

    Returns
    -------
    PooledSpread or CannotTell
        CannotTell when no team has two scores.

    Raises
    ------
    ValueError
        When the lengths differ, a score is infinite, or level lies outside its range.

    Notes
    -----
    Assumes that people differ about as much in every team. The interval also assumes scores that are about normal.

    References
    ----------
    Snedecor, G. W. and Cochran, W. G. (1989). Statistical Methods, 8th ed. Iowa State University Press.

    Examples
    --------
    >>> found = pooled_spread([3.0, 4.0, 2.0, 2.5, 3.0], ["a", "a", "b", "b", "b"])
    >>> round(found.estimate, 4), found.df
    (0.5774, 3)
    """
    values, labels = np.asarray(scores, dtype=np.float64), np.asarray(teams)
    if values.ndim != 1 or values.shape != labels.shape:
        raise ValueError(f"scores and teams must have the same length, got {values.shape} and {labels.shape}")
    there = ~np.isnan(values)
    if np.isinf(values).any():
        raise ValueError("scores must be finite or NaN, got an infinite number")
    values = values[there]
    _, codes = np.unique(labels[there], return_inverse=True)
    counts = np.bincount(codes)
    # Deviations from the team mean lose no digits, unlike squares less squares.
    means = np.bincount(codes, weights=values) / np.maximum(counts, 1)
    squares = np.bincount(codes, weights=(values - means[codes]) ** 2)
    return pooled_spread_from_squares(counts, squares, level=level)


def pooled_spread_from_squares(
    counts: ArrayLike, squares: ArrayLike, *, level: float = 0.95
) -> PooledSpread | CannotTell:
    """Within-team standard deviation pooled over all teams, from counts and sums of squares.

    Parameters
    ----------
    counts : array_like, shape (teams,)
        Persons with a score in each team, whole numbers from 0.
    squares : array_like, shape (teams,)
        Sum of the squared deviations from the team mean, in squared points.
    level : float
        Confidence.

    Returns
    -------
    PooledSpread or CannotTell
        CannotTell when no team has two scores.

    Raises
    ------
    ValueError
        When the lengths differ, a value is negative, or level lies outside its range.

    Notes
    -----
    As for `pooled_spread`, whose result it equals.

    References
    ----------
    Snedecor, G. W. and Cochran, W. G. (1989). Statistical Methods, 8th ed. Iowa State University Press.

    Examples
    --------
    >>> round(pooled_spread_from_squares([2, 3], [0.5, 0.5]).estimate, 4)
    0.5774
    """
    sizes, sums = np.asarray(counts, dtype=np.float64), np.asarray(squares, dtype=np.float64)
    if sizes.ndim != 1 or sizes.shape != sums.shape:
        raise ValueError(f"counts and squares must have the same length, got {sizes.shape} and {sums.shape}")
    for name, values in (("counts", sizes), ("squares", sums)):
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise ValueError(f"{name} must be finite and at least 0, got {values.min():g}")
    _check(2, level)
    n, teams = int(sizes.sum()), int((sizes > 0).sum())
    df = n - teams
    if df < 1:
        return CannotTell("no team has two answer sheets", int(sizes.max(initial=0)), 2, "answers")
    total, tail = float(sums.sum()), (1 - level) / 2
    low, high = (sqrt(total / chdtri(df, area)) for area in (tail, 1 - tail))
    return PooledSpread(n, teams, sqrt(total / df), low, high, df, level, "pooled within teams, chi-square interval")


def _check(minimum: int, level: float) -> None:
    if minimum < 2:
        raise ValueError(f"minimum must be at least 2, got {minimum}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level:g}")


def _too_thin(covariances: Covariances, minimum: int) -> CannotTell | None:
    if covariances.items < 3:
        return CannotTell("too few questions for a scale", covariances.items, 3, "items")
    if covariances.n < minimum:
        return CannotTell("too few answer sheets", covariances.n, minimum, "answers")
    # Sums that cancel leave a remainder of rounding, which is no variance.
    if not covariances.table.sum() > 1e-12 * np.trace(covariances.table):
        return CannotTell("all sheets add up to the same score", covariances.n, None, "answers")
    return None


def _alpha(table: Floats) -> float:
    items, total = table.shape[0], table.sum()
    return float(items / (items - 1) * (1 - np.trace(table) / total)) if total > 0 else float("nan")


def _correlations(table: Floats) -> Floats:
    """Correlations; an item that never varies correlates with nothing."""
    spread = np.sqrt(np.diagonal(table))
    varying = np.outer(spread, spread)
    found = np.eye(table.shape[0])
    np.divide(table, varying, out=found, where=(varying > 0) & ~np.eye(table.shape[0], dtype=bool))
    return found


def _fisher(r: Floats, n: int, level: float) -> tuple[Floats, Floats]:
    if n <= 4:
        return np.full_like(r, -1.0), np.full_like(r, 1.0)
    reach = ndtri((1 + level) / 2) / sqrt(n - 3)
    z = np.arctanh(np.clip(r, -1 + 1e-15, 1 - 1e-15))
    return np.tanh(z - reach), np.tanh(z + reach)
