"""Before anything is tried: which test a design allows, how much teams move anyway, and a fair draw of who starts."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from surveyapp.stats import checks
from surveyapp.stats.checks import FloatArray
from surveyapp.stats.levels import size_scale
from surveyapp.stats.outcome import CannotTell

Test = Literal["placebo rank", "permutation", "studentised permutation", "adjusted for the baseline"]

FEWEST_ASSIGNMENTS = 40
FEWEST_TEAMS = 8
FEWEST_TREATED = 3
BESIDE_TWO = 18
BESIDE_ONE = 19
WAVES_FOR_ONE = 6


def fitting_test(
    treated: int, comparison: int, waves_before: int, waves_after: int, *, chosen_low: bool = False
) -> Test | CannotTell:
    """Name the before/after test that keeps its error rate in a design.

    Parameters
    ----------
    treated, comparison : int
        Teams to which something is done, and teams measured in the same waves to which nothing is done.
    waves_before, waves_after : int
        Waves on each side of the start.
    chosen_low : bool
        Whether the treated teams were chosen because their score was low.

    Returns
    -------
    str or CannotTell
        CannotTell for designs whose tests give false alarms too often, or can never give any.

    Raises
    ------
    ValueError
        If a number is negative or no team is treated.

    Notes
    -----
    Without an effect, tests of single answers before and after give false alarms in 11 to 21 % of programmes,
    tests of one team alone in 14 to 23 %, and comparing changes of teams that were chosen low in 76 %.

    Examples
    --------
    >>> fitting_test(6, 18, 6, 6)
    'studentised permutation'
    >>> fitting_test(1, 10, 6, 6)
    CannotTell(reason='one team takes 19 others to compare with', n=10, needed=19, unit='comparison teams')
    """
    treated, comparison = checks.at_least("treated", treated, 1), checks.at_least("comparison", comparison, 0)
    for name, value in (("waves_before", waves_before), ("waves_after", waves_after)):
        checks.at_least(name, value, 0)
    if not min(waves_before, waves_after):
        return CannotTell("a change takes waves on both sides of the start", min(waves_before, waves_after), 1, "waves")
    if not comparison:
        return CannotTell("without other teams nobody can say why a team moved", 0, BESIDE_ONE, "comparison teams")
    if treated >= FEWEST_TREATED:
        return _test_for_several(treated, comparison, chosen_low=chosen_low)
    if chosen_low:
        return CannotTell("low teams rise anyway, and a few cannot be told from that", treated, FEWEST_TREATED, "teams")
    return _test_for_few(treated, comparison, min(waves_before, waves_after))


def _test_for_few(treated: int, comparison: int, waves: int) -> Test | CannotTell:
    needed, who = (BESIDE_ONE, "one team takes") if treated == 1 else (BESIDE_TWO, "two teams take")
    if comparison < needed:
        return CannotTell(f"{who} {needed} others to compare with", comparison, needed, "comparison teams")
    if treated == 1 and waves < WAVES_FOR_ONE:
        return CannotTell(f"one team takes {WAVES_FOR_ONE} waves on each side", waves, WAVES_FOR_ONE, "waves")
    return "placebo rank" if treated == 1 else "permutation"


def _test_for_several(treated: int, comparison: int, *, chosen_low: bool) -> Test | CannotTell:
    if comparison < FEWEST_TREATED:
        return CannotTell("too few teams to compare with", comparison, FEWEST_TREATED, "comparison teams")
    if treated + comparison < FEWEST_TEAMS:
        return CannotTell("too few teams in all", treated + comparison, FEWEST_TEAMS, "teams")
    if (ways := math.comb(treated + comparison, treated)) < FEWEST_ASSIGNMENTS:
        return CannotTell("too few ways to choose the treated teams", ways, FEWEST_ASSIGNMENTS, "ways to choose")
    return "adjusted for the baseline" if chosen_low else "studentised permutation"


@dataclass(frozen=True, slots=True)
class Spread:
    """How much teams move by themselves between two stretches of waves.

    Parameters
    ----------
    n : int
        Teams.
    estimate, low, high : float
        Standard deviation of a team's change, in points, what all teams share taken out.
    windows : int
        How many start waves were looked at.
    method : str
        How it was estimated.
    """

    n: int
    estimate: float
    low: float
    high: float
    windows: int
    method: str


def spread_of_change(
    score: ArrayLike, waves_before: int, waves_after: int, *, confidence: float = 0.95
) -> Spread | CannotTell:
    """Estimate from an organisation's own past how much a team's mean moves by itself.

    Parameters
    ----------
    score : array_like, shape (teams, waves)
        Team scores of waves in which nothing was tried, in points; NaN where withheld.
    waves_before, waves_after : int
        Waves on each side of the planned start.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    Spread or CannotTell
        CannotTell with fewer waves than the design has, or fewer than 8 teams.

    Raises
    ------
    ValueError
        If score is not two-dimensional or a number of waves is under 1.

    Notes
    -----
    All start waves with a full window are used. Overlapping windows say much the same, so the interval counts
    each team once for each window that does not overlap: it is a little too wide. A team counts in a window
    when it has a score on both sides.

    Examples
    --------
    >>> score = np.random.default_rng(4).normal(3.5, 0.3, (40, 12))
    >>> 0.22 < spread_of_change(score, 3, 3).estimate < 0.27
    True
    """
    table = checks.matrix("score", score, missing=True)
    checks.share("confidence", confidence)
    changes = _past_changes(table, waves_before, waves_after)
    if isinstance(changes, CannotTell):
        return changes
    usable = [change[np.isfinite(change)] for change in changes]
    teams = max(len(change) for change in usable)
    if teams < FEWEST_TEAMS:
        return CannotTell("too few teams to see how much teams move", teams, FEWEST_TEAMS, "teams")
    freedom = sum(len(change) - 1 for change in usable if len(change))
    sd = math.sqrt(sum(float(np.sum((change - change.mean()) ** 2)) for change in usable if len(change)) / freedom)
    if not sd > 0:
        return CannotTell("no team ever moved more than another", teams, None, "teams")
    low, high = _around(sd, (teams - 1) * max(1, table.shape[1] // (waves_before + waves_after)), confidence)
    return Spread(teams, sd, low, high, len(changes), "pooled over start waves")


def spread_by_size(score: ArrayLike, size: ArrayLike, waves_before: int, waves_after: int) -> FloatArray | CannotTell:
    """Estimate how much each team's mean moves by itself, given how many people answer in it.

    Parameters
    ----------
    score : array_like, shape (teams, waves)
        Team scores of waves in which nothing was tried, in points; NaN where withheld.
    size : array_like, shape (teams,)
        Answers behind one wave of the team, on average.
    waves_before, waves_after : int
        Waves on each side of the planned start.

    Returns
    -------
    ndarray, shape (teams,), or CannotTell
        Standard deviation of each team's change, in points. CannotTell with fewer waves than the design has, with
        fewer than 20 teams, or when none of them moved.

    Raises
    ------
    ValueError
        If score is not two-dimensional, lengths differ, a size is not above 0 or a number of waves is under 1.

    Notes
    -----
    The squared change is expected to be a + b / size with a, b >= 0, fitted over all teams and start waves. With fewer
    teams the fit says less than the common spread of `spread_of_change`.

    Examples
    --------
    >>> size = np.repeat([4, 16], 30)
    >>> score = np.random.default_rng(4).normal(3.5, 1 / np.sqrt(size)[:, None], (60, 12))
    >>> spread_by_size(score, size, 3, 3)[[0, -1]].round(1).tolist()
    [0.4, 0.2]
    """
    table, sizes = checks.matrix("score", score, missing=True), checks.above("size", checks.vector("size", size), 0)
    checks.same_length(score=table, size=sizes)
    changes = _past_changes(table, waves_before, waves_after)
    if isinstance(changes, CannotTell):
        return changes
    seen = np.isfinite(changes)
    number = seen.sum(axis=1, keepdims=True)
    if number.max() <= BESIDE_ONE:
        return CannotTell("too few teams to see what their size does", int(number.max()), BESIDE_ONE + 1, "teams")
    means = np.where(seen, changes, 0.0).sum(axis=1, keepdims=True) / np.maximum(number, 1)
    # What a team is away from a mean that it is part of is a little less than what it moved.
    squares = ((changes - means) ** 2 * number / np.maximum(number - 1, 1))[seen]
    if not squares.max() > 0:
        return CannotTell("no team ever moved more than another", int(number.max()), None, "teams")
    return size_scale(squares, np.broadcast_to(1 / sizes, changes.shape)[seen], 1 / sizes)


def spread_given_baseline(
    score: ArrayLike, waves_between: int, waves_after: int, *, confidence: float = 0.95
) -> Spread | CannotTell:
    """Estimate from the past how far a team's mean ends up from what its score on one wave lets expect.

    Parameters
    ----------
    score : array_like, shape (teams, waves)
        Team scores of waves in which nothing was tried, in points; NaN where withheld.
    waves_between : int
        Waves between the one that teams are chosen on and the start.
    waves_after : int
        Waves after the start.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    Spread or CannotTell
        CannotTell with fewer waves than that takes, or fewer than 8 teams.

    Raises
    ------
    ValueError
        If score is not two-dimensional or a number of waves is out of range.

    Notes
    -----
    Regression of later means on the score of one wave, with a level for each start wave and one slope for all, which is
    what `surveyapp.stats.change.adjusted_for_baseline` does after the fact.

    Examples
    --------
    >>> rng = np.random.default_rng(4)
    >>> score = rng.normal(3.5, 0.3, (400, 1)) + rng.normal(0, 0.3, (400, 12))
    >>> 0.26 < spread_given_baseline(score, 0, 3).estimate < 0.29
    True
    """
    table = checks.matrix("score", score, missing=True)
    waves_between = checks.at_least("waves_between", waves_between, 0)
    waves_after = checks.at_least("waves_after", waves_after, 1)
    checks.share("confidence", confidence)
    length = 1 + waves_between + waves_after
    if table.shape[1] < length:
        return CannotTell("the past is shorter than the plan", table.shape[1], length, "waves")
    base, later = [], []
    for start in range(table.shape[1] - length + 1):
        first, mean = table[:, start], mean_of_seen(table[:, start + 1 + waves_between : start + length])
        there = np.isfinite(first) & np.isfinite(mean)
        if there.any():
            base.append(first[there] - first[there].mean())
            later.append(mean[there] - mean[there].mean())
    teams = max((len(window) for window in base), default=0)
    if teams < FEWEST_TEAMS:
        return CannotTell("too few teams to see how much teams move", teams, FEWEST_TEAMS, "teams")
    x, y = np.concatenate(base), np.concatenate(later)
    slope = float(x @ y / (x @ x)) if x.any() else 0.0
    squares = float(np.sum((y - slope * x) ** 2))
    if not squares > 0:
        return CannotTell("no team ever moved more than another", teams, None, "teams")
    sd = math.sqrt(squares / (len(y) - len(base) - 1))
    low, high = _around(sd, (teams - 2) * max(1, table.shape[1] // length), confidence)
    return Spread(teams, sd, low, high, len(base), "given one wave, pooled over start waves")


def _past_changes(table: FloatArray, before: int, after: int) -> FloatArray | CannotTell:
    """Give the change of every team over every window of the plan's length, shape (windows, teams)."""
    before, after = checks.at_least("waves_before", before, 1), checks.at_least("waves_after", after, 1)
    length = before + after
    if table.shape[1] < length:
        return CannotTell("the past is shorter than the plan", table.shape[1], length, "waves")
    return np.array(
        [
            mean_of_seen(table[:, start + before : start + length]) - mean_of_seen(table[:, start : start + before])
            for start in range(table.shape[1] - length + 1)
        ]
    )


def _around(sd: float, df: float, confidence: float) -> tuple[float, float]:
    """Give the chi-square interval of a standard deviation."""
    tails = (1 - confidence) / 2, (1 + confidence) / 2
    low, high = (sd * math.sqrt(df / special.chdtri(df, tail)) for tail in tails)
    return low, high


def mean_of_seen(table: FloatArray) -> FloatArray:
    """Average each row over what is there; NaN where nothing is."""
    seen = np.isfinite(table)
    number = seen.sum(axis=1)
    return np.where(number > 0, np.where(seen, table, 0.0).sum(axis=1) / np.maximum(number, 1), np.nan)


@dataclass(frozen=True, slots=True)
class WaitingList:
    """Who starts now and who starts later, by lot.

    Parameters
    ----------
    first, later : tuple of str
        Teams in the order given.
    assignments : int
        How many draws were possible.
    """

    first: tuple[str, ...]
    later: tuple[str, ...]
    assignments: int


def waiting_list_draw(teams: list[str], first: int, *, rng: np.random.Generator) -> WaitingList | CannotTell:
    """Draw by lot which teams start now; the others wait and are the comparison.

    Parameters
    ----------
    teams : list of str
        All teams that want to take part.
    first : int
        How many start now.
    rng : numpy.random.Generator
        Seed it from the record of the plan and keep the seed with it: the draw can then be checked.

    Returns
    -------
    WaitingList or CannotTell
        CannotTell when the draw would leave no valid test.

    Raises
    ------
    ValueError
        If a team appears twice, or first is not from 1 to one less than the teams.

    Notes
    -----
    Low teams rise anyway. Whoever waits rises as much, so a draw is the plain way to a fair comparison even
    when only low teams take part.

    Examples
    --------
    >>> draw = waiting_list_draw(list("abcdefgh"), 4, rng=np.random.default_rng(2))
    >>> len(draw.first), len(draw.later), draw.assignments
    (4, 4, 70)
    """
    if len(set(teams)) < len(teams):
        twice = next(team for team in teams if teams.count(team) > 1)
        raise ValueError(f"teams must name each team once, got {twice!r} more than once")
    first = checks.at_least("first", first, 1)
    if first >= len(teams):
        raise ValueError(f"first must leave a team to wait, got {first} of {len(teams)}")
    test = fitting_test(first, len(teams) - first, WAVES_FOR_ONE, WAVES_FOR_ONE)
    if isinstance(test, CannotTell):
        return test
    now = set(rng.choice(len(teams), size=first, replace=False).tolist())
    starting = tuple(team for place, team in enumerate(teams) if place in now)
    waiting = tuple(team for place, team in enumerate(teams) if place not in now)
    return WaitingList(starting, waiting, math.comb(len(teams), first))
