"""Who was treated could have been drawn otherwise: tests that compare with all those other draws.

They assume nothing about the shape of the noise, only that without an effect every team could as well have
been the treated one. That holds by design after a waiting-list draw, and by assumption otherwise; it does
not hold when teams were chosen because they were low.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.stats import checks
from surveyapp.stats.checks import BoolArray, FloatArray, IntArray
from surveyapp.stats.levels import size_scale
from surveyapp.stats.outcome import CannotTell

Statistic = Literal["difference", "studentised"]

FEWEST_ASSIGNMENTS = 40
ENUMERATED = 200_000
BLOCK = 20_000
# Differences under this share of the spread are ties that rounding has torn apart.
TIE = 1e-9


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """A difference between treated and other teams among the differences of all other assignments.

    Parameters
    ----------
    n, n_treated : int
        Teams in all, and treated ones.
    estimate : float
        Mean change of the treated teams less that of the others, in points.
    low, high : float
        The differences that the test does not reject; infinite ends when there are too few assignments.
    p : float
        Two-sided. Over all assignments when `exact`, else (1 + hits) / (1 + drawn).
    assignments : int
        How many assignments there are.
    exact : bool
        Whether all were looked at.
    method : str
        Which statistic was compared.
    """

    n: int
    n_treated: int
    estimate: float
    low: float
    high: float
    p: float
    assignments: int
    exact: bool
    method: str


def permutation_test(
    change: ArrayLike,
    treated: ArrayLike,
    *,
    rng: np.random.Generator,
    statistic: Statistic = "studentised",
    confidence: float = 0.95,
    draws: int = 9_999,
) -> PermutationTest | CannotTell:
    """Compare the changes of treated and other teams with all ways to choose as many treated teams.

    Parameters
    ----------
    change : array_like, shape (teams,)
        Change of each team, in points.
    treated : array_like of bool, shape (teams,)
        Which teams were treated.
    rng : numpy.random.Generator
        Used only when there are more than 200,000 assignments. Seed it from the record, so that the p-value
        is the same wherever it is computed.
    statistic : {"studentised", "difference"}
        Studentised stays right when the treated teams are smaller and noisier; it needs 2 teams on each side.
    confidence : float
        Coverage of the interval.
    draws : int
        Random assignments when not all are looked at.

    Returns
    -------
    PermutationTest or CannotTell
        CannotTell when fewer than 40 assignments exist or no change differs from another.

    Raises
    ------
    ValueError
        If lengths differ, a side has too few teams, confidence is outside (0, 1) or draws is under 99.

    Notes
    -----
    Two-sided by the absolute statistic. The interval inverts the test of the plain difference exactly: for
    each assignment the shifts under which it is as extreme lie between two roots [1]_. Studentised
    tests keep their level when variances differ [2]_; their interval here is still that of the difference,
    so prefer the one of `surveyapp.stats.change.difference_of_changes`.

    Do not use it for teams that were chosen by their score, nor for single answers.

    References
    ----------
    .. [1] Ernst (2004). Permutation methods: a basis for exact inference. Statistical Science 19, 676-685.
       https://doi.org/10.1214/088342304000000396
    .. [2] Janssen (1997). Studentized permutation tests for non-i.i.d. hypotheses. Statistics & Probability
       Letters 36, 9-21. https://doi.org/10.1016/S0167-7152(97)00043-6

    Examples
    --------
    >>> change = [0.1, 0.0, -0.2, 0.1, 0.6, 0.5, 0.7, -0.1]
    >>> treated = [False] * 4 + [True] * 3 + [False]
    >>> test = permutation_test(change, treated, rng=np.random.default_rng(1))
    >>> round(test.estimate, 2), round(test.p, 4), test.assignments, test.exact
    (0.62, 0.0179, 56, True)
    """
    values, marked = checks.vector("change", change), flags("treated", treated)
    checks.same_length(change=values, treated=marked)
    checks.share("confidence", confidence)
    draws = checks.at_least("draws", draws, 99)
    n, k = len(values), int(marked.sum())
    least = 2 if statistic == "studentised" else 1
    for name, size in (("treated", k), ("not treated", n - k)):
        if size < least:
            raise ValueError(f"at least {least} teams must be {name} for this statistic, got {size}")
    assignments = math.comb(n, k)
    if assignments < FEWEST_ASSIGNMENTS:
        return CannotTell("too few ways to choose the treated teams", assignments, FEWEST_ASSIGNMENTS, "ways to choose")
    if checks.all_alike(values):
        return CannotTell("no team changed more than another", n, None, "teams")
    exact = assignments <= ENUMERATED
    chosen = itertools.chain([np.flatnonzero(marked)[None, :]], _all(n, k) if exact else _some(n, k, rng, draws))
    found = [_compare(values, marked, places, statistic) for places in chosen]
    sizes, differences, overlaps = (np.concatenate(column) for column in zip(*found, strict=True))
    first = 1 if exact else 0
    p = float(np.mean(sizes[first:] >= sizes[0] * (1 - TIE)))
    low, high = _not_rejected(differences[first:], overlaps[first:], differences[0], 1 - confidence)
    return PermutationTest(
        n, k, float(differences[0]), low, high, p, assignments, exact, f"permutation of the {statistic} change"
    )


def flags(name: str, values: ArrayLike) -> BoolArray:
    """Read one-dimensional marks: bool, or 0 and 1."""
    array = np.asarray(values)
    if array.ndim != 1 or not np.isin(array, (0, 1)).all():
        raise ValueError(f"{name} must be one-dimensional, with True or False for each team")
    return array.astype(np.bool_)


def _all(n: int, k: int) -> Iterator[IntArray]:
    """Give all choices of k places among n, in blocks."""
    rest = itertools.combinations(range(n), k)
    while block := list(itertools.islice(rest, BLOCK)):
        yield np.array(block, dtype=np.intp)


def _some(n: int, k: int, rng: np.random.Generator, draws: int) -> Iterator[IntArray]:
    for start in range(0, draws, BLOCK):
        yield np.argpartition(rng.random((min(BLOCK, draws - start), n)), k - 1, axis=1)[:, :k]


def _compare(
    values: FloatArray, marked: BoolArray, places: IntArray, statistic: Statistic
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give for each choice: size of the statistic, difference, and the same difference of the marks themselves."""
    n, k = len(values), places.shape[1]
    centred = values - values.mean()
    total = centred[places].sum(axis=1)
    difference = total / k + total / (n - k)
    hits = marked[places].sum(axis=1)
    overlap = hits / k - (k - hits) / (n - k)
    if statistic == "difference":
        return np.abs(difference), difference, overlap
    squares = (centred**2)[places].sum(axis=1)
    inside = squares - total**2 / k
    outside = float(centred @ centred) - squares - total**2 / (n - k)
    variance = inside / (k * max(k - 1, 1)) + outside / ((n - k) * max(n - k - 1, 1))
    # Two constant groups: infinitely large when they differ.
    floor = 1e-24 * float(centred @ centred)
    return np.abs(difference) / np.sqrt(np.maximum(variance, floor)), difference, overlap


def _not_rejected(differences: FloatArray, overlaps: FloatArray, observed: float, level: float) -> tuple[float, float]:
    # Shifting the treated teams by s moves the observed difference by s, and that of an assignment by its
    # overlap times s. The assignment is at least as large as the observed one between two roots, or always
    # when it is the observed one or its mirror image.
    bound = np.abs(overlaps) < 1 - TIE
    with np.errstate(divide="ignore", invalid="ignore"):
        roots = (observed - differences) / (1 - overlaps), (observed + differences) / (1 + overlaps)
    lower = np.where(bound, np.minimum(*roots), -np.inf)
    upper = np.where(bound, np.maximum(*roots), np.inf)
    place = math.floor(level * len(overlaps))
    return float(np.sort(lower)[place]), float(np.sort(upper)[-1 - place])


@dataclass(frozen=True, slots=True)
class PlaceboRank:
    """The change of one team among the changes of teams to which nothing was done.

    Parameters
    ----------
    n : int
        Comparison teams.
    estimate : float
        Change of the team less the mean change of the others, in points.
    low, high : float
        The effects that the rank does not reject.
    p : float
        Share of all teams, the treated one among them, with a change as large for its size.
    larger_than : int
        How many comparison teams changed less, for their size.
    method : str
        How it was compared.
    """

    n: int
    estimate: float
    low: float
    high: float
    p: float
    larger_than: int
    method: str


def placebo_rank(
    change: ArrayLike,
    size: ArrayLike,
    treated: int,
    *,
    history: ArrayLike | None = None,
    confidence: float = 0.95,
) -> PlaceboRank | CannotTell:
    """Rank the change of one treated team among teams to which nothing was done, each scaled for its size.

    Parameters
    ----------
    change : array_like, shape (teams,)
        Change over the same waves for all, in points.
    size : array_like, shape (teams,)
        Answers behind one wave of the team, on average.
    treated : int
        Place of the treated team.
    history : array_like, shape (windows, teams), optional
        Changes over earlier windows of the same length, NaN where there is none: they say better how much
        teams of a size move by chance.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    PlaceboRank or CannotTell
        CannotTell with so few comparison teams that no rank could be significant (19 at 95 %).

    Raises
    ------
    ValueError
        If lengths differ, sizes are not above 0, or treated is no place.

    Notes
    -----
    The squared change is expected to be a + b / size, fitted with a, b >= 0: for each team over all others, or over all
    teams of earlier windows. Small teams move more by chance; an unscaled rank flags them twice as often, and where a
    change counts for its own scale the smallest are hardly ever found. Without an effect the p-value is at most its
    nominal size when changes are exchangeable but for the size of the team [1]_. It has steps of 1 / (teams).

    Do not use it when the team was chosen because it was low: it would have risen anyway.

    References
    ----------
    .. [1] Abadie, Diamond, Hainmueller (2010). Synthetic control methods for comparative case studies.
       Journal of the American Statistical Association 105, 493-505. https://doi.org/10.1198/jasa.2009.ap08746

    Examples
    --------
    >>> change = np.r_[np.linspace(-0.3, 0.3, 24), 0.9]
    >>> rank = placebo_rank(change, np.full(25, 8), 24)
    >>> rank.larger_than, rank.n, rank.p
    (24, 24, 0.04)
    """
    values, sizes = checks.vector("change", change), checks.above("size", checks.vector("size", size), 0)
    past = None if history is None else checks.matrix("history", history, missing=True)
    checks.same_length(change=values, size=sizes, **({} if past is None else {"history": past.T}))
    level = 1 - checks.share("confidence", confidence)
    n = len(values) - 1
    treated = checks.place("treated", treated, 0, n)
    needed = math.ceil(1 / level - TIE) - 1
    if n < needed:
        return CannotTell("too few teams to compare one team with", n, needed, "teams")
    if checks.all_alike(np.delete(values, treated)):
        return CannotTell("no team changed more than another", n, None, "teams")
    scale = None if past is None else _scale(past - np.nanmean(past, axis=1, keepdims=True), sizes)
    mark = np.arange(n + 1) == treated
    larger = _smaller_placebos(values, sizes, mark, scale)

    def rejected(effect: float) -> bool:
        return (1 + n - _smaller_placebos(values - effect * mark, sizes, mark, scale)) / (1 + n) <= level + TIE

    estimate = float(values[mark][0] - values[~mark].mean())
    step = float(np.ptp(values)) + abs(estimate)
    low, high = _furthest(rejected, estimate, -step), _furthest(rejected, estimate, step)
    return PlaceboRank(n, estimate, low, high, (1 + n - larger) / (1 + n), larger, "rank among placebo changes")


def scaled_changes(change: ArrayLike, size: ArrayLike) -> FloatArray:
    """Express changes in what teams of their size move by chance, for a picture of `placebo_rank`.

    Parameters
    ----------
    change : array_like, shape (teams,)
        Change over the same waves for all, in points.
    size : array_like, shape (teams,)
        Answers behind one wave of the team, on average.

    Returns
    -------
    ndarray, shape (teams,)
        Change less the mean of the others, divided by what the others let expect; the rank goes by its absolute value.

    Raises
    ------
    ValueError
        If lengths differ, a size is not above 0, or there are fewer than 3 teams.

    Examples
    --------
    >>> scaled_changes([0.1, -0.1, 0.3, -0.2, 0.9], [8, 8, 8, 8, 8]).round(1).tolist()
    [-0.3, -0.9, 0.3, -1.3, 4.6]
    """
    values, sizes = checks.vector("change", change), checks.above("size", checks.vector("size", size), 0)
    checks.same_length(change=values, size=sizes)
    if len(values) < 3:
        raise ValueError(f"change must be that of 3 teams at least, got {len(values)}")
    return _beside_others(values, sizes)


def _beside_others(values: FloatArray, sizes: FloatArray) -> FloatArray:
    """Hold each change against those of the others, for its size.

    A change counts neither for the mean nor for the usual size that it is held against: a large one of a small team
    would make itself look usual.
    """
    change, noise, others = values - values.mean(), 1 / sizes, len(values) - 1

    def rest(each: FloatArray) -> FloatArray:
        return np.asarray(each.sum() - each)

    mean, share, shares = rest(change) / others, rest(noise), rest(noise**2)
    squares = rest(change**2) - others * mean**2
    crossed = rest(noise * change**2) - 2 * mean * rest(noise * change) + mean**2 * share
    # Least squares of a + b / size on the squares of the others, neither below zero.
    spread = others * shares - share**2
    with np.errstate(divide="ignore", invalid="ignore"):
        per_noise = np.where(spread > TIE * others * shares, (others * crossed - share * squares) / spread, 0.0)
    per_noise = np.maximum(per_noise, 0.0)
    lasting = (squares - per_noise * share) / others
    per_noise, lasting = np.where(lasting < 0, crossed / shares, per_noise), np.maximum(lasting, 0.0)
    return np.asarray((change - mean) / np.maximum(np.sqrt(lasting + per_noise * noise), 1e-6))


def _scale(change: FloatArray, size: FloatArray) -> FloatArray:
    """Give the expected size of a change for each team size, from changes (windows, teams)."""
    seen = np.isfinite(change)
    noise = np.broadcast_to(1 / size, change.shape)
    return np.maximum(size_scale(change[seen] ** 2, noise[seen], 1 / size), 1e-6)


def _smaller_placebos(values: FloatArray, sizes: FloatArray, mark: BoolArray, scale: FloatArray | None) -> int:
    scaled = np.abs(_beside_others(values, sizes) if scale is None else (values - values.mean()) / scale)
    return int(np.sum(scaled[~mark] < scaled[mark] * (1 - TIE)))


def _furthest(rejected: Callable[[float], bool], start: float, step: float) -> float:
    """Find by halving the effect furthest from the start, in the direction of the step, that is not rejected."""
    inside, outside = start, start + step
    while not rejected(outside) and abs(outside - start) < 1e4 * abs(step):
        inside, outside = outside, start + 2 * (outside - start)
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if rejected(middle) else (middle, outside)
    return inside
