"""Scores of persons and teams that a skipped item does not shift, and scores from published rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.stats import checks
from surveyapp.stats.estimates import Coding
from surveyapp.stats.moments import Floats, ItemMoments, sheets

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PersonScores:
    """One score for each answer sheet.

    Parameters
    ----------
    n : int
        Sheets with a score.
    estimate : array of float, shape (sheets,)
        In points; NaN for sheets with too few answers.
    item_means : array of float, shape (items,)
        The item means that were taken out, in points; NaN for items nobody answered.
    method : str
        How the scores were made.
    """

    n: int
    estimate: Floats
    item_means: Floats
    method: str


def person_scores(
    answers: ArrayLike, *, item_means: ArrayLike | None = None, answered_share: float = 0.5
) -> PersonScores:
    """Item-adjusted mean of each answer sheet.

    Parameters
    ----------
    answers : array_like, shape (sheets, items)
        Keyed answers, in points, NaN where an item was skipped.
    item_means : array_like, shape (items,), optional
        Mean of each item over the organisation, in points; from these answers by default. With items that rotate from
        wave to wave they must come from all waves, or a true change between waves would be taken out.
    answered_share : float
        Share of the items that a sheet must have answered, above 0 and at most 1.

    Returns
    -------
    PersonScores
        With NaN for sheets with too few answers.

    Raises
    ------
    ValueError
        When answers are no table, or another value lies outside its range.

    Notes
    -----
    The mean over the answered items of (answer - item mean), plus the mean of the item means. Without gaps this is the
    plain mean. Assumes that an item is skipped for what it asks, not for what the answer would have been.

    References
    ----------
    Schafer, J. L. and Graham, J. W. (2002). https://doi.org/10.1037/1082-989X.7.2.147

    Examples
    --------
    >>> person_scores([[4, 2], [5, 3], [4, float("nan")]], item_means=[4, 2]).estimate.tolist()
    [3.0, 4.0, 3.0]
    """
    table = sheets(answers)
    answered = np.isfinite(table)
    lengths = answered.sum(axis=1)
    if item_means is None:
        means = _divide(np.where(answered, table, 0).sum(axis=0), answered.sum(axis=0))
    else:
        means = _item_means(item_means, table.shape[1])
    deviations = np.where(answered, table - means, 0).sum(axis=1)
    enough = lengths >= _enough(table.shape[1], answered_share)
    scores = np.where(enough, _grand_mean(means) + deviations / np.maximum(lengths, 1), np.nan)
    return PersonScores(int(enough.sum()), scores, means, "item-adjusted mean")


@dataclass(frozen=True, slots=True, eq=False)
class TeamScores:
    """The mean score of each team.

    Parameters
    ----------
    n : array of int, shape (teams,)
        Sheets with a score.
    estimate : array of float, shape (teams,)
        In points; NaN for teams without a score.
    squares : array of float, shape (teams,)
        Sum of the squared deviations of its person scores from the team's mean, for the pooled spread.
    method : str
        How the scores were made.
    """

    n: Integers
    estimate: Floats
    squares: Floats
    method: str


def team_scores(scores: ArrayLike, teams: ArrayLike, *, count: int) -> TeamScores:
    """Mean person score of each team.

    Parameters
    ----------
    scores : array_like, shape (sheets,)
        Person scores in points; NaN for sheets without one, which are left out.
    teams : array_like of int, shape (sheets,)
        Team of each sheet, from 0 to count - 1.
    count : int
        Number of teams.

    Returns
    -------
    TeamScores
        In the order of the team numbers.

    Raises
    ------
    ValueError
        When the lengths differ or a team number is out of range.

    Notes
    -----
    Every person counts the same, however many items they answered.

    References
    ----------
    Bliese, P. D. (2000). Within-group agreement, non-independence, and reliability. In Multilevel theory, research, and
    methods in organizations, 349-381. Jossey-Bass.

    Examples
    --------
    >>> team_scores([3.0, 4.0, 2.0], [0, 0, 2], count=3).estimate.tolist()
    [3.5, nan, 2.0]
    """
    values, numbers, count = (
        checks.numbers("scores", scores),
        checks.numbers("teams", teams),
        checks.at_least("count", count, 0),
    )
    if values.ndim != 1 or values.shape != numbers.shape:
        raise ValueError(f"scores and teams must have the same length, got {values.shape} and {numbers.shape}")
    if (bad := ~((numbers >= 0) & (numbers < count) & (numbers == np.floor(numbers)))).any():
        raise ValueError(f"teams must be numbered from 0 to {count - 1}, got {numbers[bad][0]:g}")
    there = np.isfinite(values)
    values, codes = values[there], numbers[there].astype(np.int64)
    n = np.bincount(codes, minlength=count)
    means = _divide(np.bincount(codes, values, count), n)
    squares = np.asarray(np.bincount(codes, (values - means[codes]) ** 2, count), dtype=np.float64)
    return TeamScores(n, means, squares, "mean of person scores")


def team_scores_from_moments(
    moments: Sequence[ItemMoments], *, item_means: ArrayLike | None = None, answered_share: float = 0.5
) -> TeamScores:
    """Mean person score of each team from sums alone, equal to what the sheets would give.

    Parameters
    ----------
    moments : sequence of ItemMoments
        One for each team, at least one.
    item_means : array_like, shape (items,), optional
        As for `person_scores`; from all teams together by default.
    answered_share : float
        As for `person_scores`.

    Returns
    -------
    TeamScores
        In the order of the teams.

    Raises
    ------
    ValueError
        When there is no team, or a value lies outside its range.

    Notes
    -----
    Sheets of the same length weigh their answers alike, so sums kept by length are enough for exact person-weighted
    means and squares.

    References
    ----------
    Schafer, J. L. and Graham, J. W. (2002). https://doi.org/10.1037/1082-989X.7.2.147

    Examples
    --------
    >>> teams = [ItemMoments.of([[4, 2], [5, 3]]), ItemMoments.of([[4, float("nan")]])]
    >>> team_scores_from_moments(teams, item_means=[4, 2]).estimate.tolist()
    [3.5, 3.0]
    """
    if not moments:
        raise ValueError("moments must hold at least one team, got none")
    items = moments[0].items
    if item_means is None:
        counts = np.sum([team.item_counts for team in moments], axis=0)
        means = _divide(np.sum([team.item_sums for team in moments], axis=0), counts)
    else:
        means = _item_means(item_means, items)
    least = _enough(items, answered_share)
    sums = [_score_sums(team, np.nan_to_num(means), least) for team in moments]
    n, total, squares = (np.array(column) for column in zip(*sums, strict=True))
    middle = _divide(total, n)
    around = np.maximum(squares - n * np.nan_to_num(middle) ** 2, 0)
    return TeamScores(
        n.astype(np.int64), middle + _grand_mean(means), around, "mean of item-adjusted scores, from sums"
    )


@dataclass(frozen=True, slots=True, eq=False)
class ReleasedScores:
    """Scores made of published figures, with what publishing hides.

    Parameters
    ----------
    n : array of int
        Sheets counted.
    estimate, low, high : array of float
        Middle and range of what the published figures allow, in points; NaN where one of them is withheld.
    rounding : array of float
        Variance of the rounding error, in squared points.
    below, above : array of float
        How far end-coded figures let the score lie under and over the estimate, in points.
    method : str
        How the scores were made.
    """

    n: Integers
    estimate: Floats
    low: Floats
    high: Floats
    rounding: Floats
    below: Floats
    above: Floats
    method: str

    def coding(self, *place: int) -> Coding:
        """Give what publishing hides of one score, for its band."""
        return Coding(sqrt(12 * self.rounding[place]), float(self.below[place]), float(self.above[place]))


def released_scale(
    values: ArrayLike, lows: ArrayLike, highs: ArrayLike, counts: ArrayLike, *, grid: float
) -> ReleasedScores:
    """Scale scores as means of published item figures.

    Parameters
    ----------
    values, lows, highs : array_like, shape (..., items)
        Middle and range of each published figure, in points; NaN where it is withheld.
    counts : array_like, shape (..., items)
        Sheets counted in each figure.
    grid : float
        Step of the published figures, in points: a wider range is an end-coded one.

    Returns
    -------
    ReleasedScores
        With arrays of shape (...); n is the count of the least answered item.

    Raises
    ------
    ValueError
        When the shapes differ, a value lies outside its range, or the grid is negative.

    Notes
    -----
    Rounding errors of different items are taken as independent and equally likely anywhere in their cell. Where in an
    end-coded range the score lies is left open: bands are widened by all of it.

    References
    ----------
    Manski, C. F. (2003). Partial identification of probability distributions. https://doi.org/10.1007/b97478

    Examples
    --------
    >>> made = released_scale([3.5, 4.7], [3.4, 4.4], [3.6, 5.0], [7, 7], grid=0.2)
    >>> round(float(made.estimate), 2), round(float(made.high), 2), made.coding().above.__round__(2)
    (4.1, 4.3, 0.15)
    """
    table = _figures(values, lows, highs, counts, grid)
    weights = np.full(table[0].shape, 1 / table[0].shape[-1])
    return _combined(*table[:3], weights, grid, n=np.min(table[3], axis=-1), method="mean of published items")


def released_union(
    values: ArrayLike, lows: ArrayLike, highs: ArrayLike, counts: ArrayLike, *, grid: float
) -> ReleasedScores:
    """Scores of higher units as means of the published figures of their groups, weighted by sheets.

    Parameters
    ----------
    values, lows, highs : array_like, shape (..., groups)
        Middle and range of each published figure, in points; withheld groups are left out by the caller.
    counts : array_like, shape (..., groups)
        Sheets counted in each figure.
    grid : float
        Step of the published figures, in points.

    Returns
    -------
    ReleasedScores
        With arrays of shape (...); n is the sum of the counts.

    Raises
    ------
    ValueError
        As for `released_scale`, and when nobody is counted.

    Notes
    -----
    As for `released_scale`. People in groups that are not published are in no number, hence not in this one.

    References
    ----------
    Manski, C. F. (2003). Partial identification of probability distributions. https://doi.org/10.1007/b97478

    Examples
    --------
    >>> made = released_union([3.0, 4.0], [2.9, 3.9], [3.1, 4.1], [6, 18], grid=0.2)
    >>> float(made.estimate), int(made.n)
    (3.75, 24)
    """
    table = _figures(values, lows, highs, counts, grid)
    total = table[3].sum(axis=-1, keepdims=True)
    if not (total > 0).all():
        raise ValueError("counts must add up to at least 1, got 0")
    return _combined(*table[:3], table[3] / total, grid, n=total[..., 0], method="published groups weighted by sheets")


def _combined(
    values: Floats,
    lows: Floats,
    highs: Floats,
    weights: Floats,
    grid: float,
    *,
    n: Floats,
    method: str,
) -> ReleasedScores:
    widths = highs - lows
    ended = widths > grid * (1 + 1e-9)
    return ReleasedScores(
        n=n.astype(np.int64),
        estimate=(weights * values).sum(axis=-1),
        low=(weights * lows).sum(axis=-1),
        high=(weights * highs).sum(axis=-1),
        rounding=(np.where(ended, 0, weights * widths) ** 2).sum(axis=-1) / 12,
        below=np.where(ended, weights * (values - lows), 0).sum(axis=-1),
        above=np.where(ended, weights * (highs - values), 0).sum(axis=-1),
        method=method,
    )


def _figures(
    values: ArrayLike, lows: ArrayLike, highs: ArrayLike, counts: ArrayLike, grid: float
) -> tuple[Floats, Floats, Floats, Floats]:
    arrays = [np.asarray(array, dtype=np.float64) for array in (values, lows, highs, counts)]
    if arrays[0].ndim == 0 or len({array.shape for array in arrays}) > 1:
        raise ValueError(f"figures must have the same shape, got {[array.shape for array in arrays]}")
    if not (np.isfinite(grid) and grid >= 0):
        raise ValueError(f"grid must be finite and at least 0, got {grid}")
    middle, low, high, count = arrays
    checks.above("counts", count, 0, allowed=True)
    if ((middle < low) | (middle > high)).any():
        worst = int(np.argmax((middle < low) | (middle > high)))
        raise ValueError(
            f"values must lie in their range, got {middle.flat[worst]:g} in {low.flat[worst]:g} to {high.flat[worst]:g}"
        )
    return middle, low, high, count


def _score_sums(team: ItemMoments, means: Floats, least: int) -> tuple[float, float, float]:
    """Count, add up and square the scores of a team, as deviations from the grand mean."""
    lengths = np.arange(least, team.items + 1)
    pairs, crossed, products = (sums[least:] for sums in (team.pairs, team.crossed, team.products))
    own = np.diagonal(pairs, axis1=1, axis2=2)
    n = own.sum(axis=1) / lengths
    sums = (np.diagonal(crossed, axis1=1, axis2=2) - own * means).sum(axis=1) / lengths
    both = products - 2 * crossed * means + pairs * np.outer(means, means)
    squares = both.sum(axis=(1, 2)) / lengths**2
    return float(n.sum()), float(sums.sum()), float(squares.sum())


def _enough(items: int, share: float) -> int:
    if not 0 < share <= 1:
        raise ValueError(f"answered_share must be above 0 and at most 1, got {share:g}")
    return max(1, ceil(items * share - 1e-9))


def _item_means(item_means: ArrayLike, items: int) -> Floats:
    means = np.asarray(item_means, dtype=np.float64)
    if means.shape != (items,):
        raise ValueError(f"item_means must have one value for each of {items} items, got shape {means.shape}")
    if not np.isfinite(means).all():
        raise ValueError("item_means must be finite, got a value that is not")
    return means


def _grand_mean(means: Floats) -> float:
    known = means[np.isfinite(means)]
    return float(known.mean()) if known.size else float("nan")


def _divide(sums: ArrayLike, counts: ArrayLike) -> Floats:
    """Divide where there is something to divide by, NaN elsewhere."""
    divisor = np.asarray(counts, dtype=np.float64)
    quotient = np.full(divisor.shape, np.nan)
    np.divide(np.asarray(sums, dtype=np.float64), divisor, out=quotient, where=divisor > 0)
    return quotient
