"""Before anything is tried: which test a design allows, what it could find, and a fair draw of who starts."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import integrate, optimize, special

from surveyapp.stats import checks, power
from surveyapp.stats.checks import FloatArray
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
    checks.at_least("treated", treated, 1)
    for name, value in (("comparison", comparison), ("waves_before", waves_before), ("waves_after", waves_after)):
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
    checks.at_least("waves_before", waves_before, 1)
    checks.at_least("waves_after", waves_after, 1)
    checks.share("confidence", confidence)
    length = waves_before + waves_after
    if table.shape[1] < length:
        return CannotTell("the past is shorter than the plan", table.shape[1], length, "waves")
    changes = [
        mean_of_seen(table[:, start + waves_before : start + length])
        - mean_of_seen(table[:, start : start + waves_before])
        for start in range(table.shape[1] - length + 1)
    ]
    usable = [change[np.isfinite(change)] for change in changes]
    teams = max(len(change) for change in usable)
    if teams < FEWEST_TEAMS:
        return CannotTell("too few teams to see how much teams move", teams, FEWEST_TEAMS, "teams")
    freedom = sum(len(change) - 1 for change in usable if len(change))
    sd = math.sqrt(sum(float(np.sum((change - change.mean()) ** 2)) for change in usable if len(change)) / freedom)
    if not sd > 0:
        return CannotTell("no team ever moved more than another", teams, None, "teams")
    df = (teams - 1) * max(1, table.shape[1] // length)
    low, high = (sd * math.sqrt(df / special.chdtri(df, tail)) for tail in ((1 - confidence) / 2, (1 + confidence) / 2))
    return Spread(teams, sd, low, high, len(changes), "pooled over start waves")


def mean_of_seen(table: FloatArray) -> FloatArray:
    """Average each row over what is there; NaN where nothing is."""
    seen = np.isfinite(table)
    number = seen.sum(axis=1)
    return np.where(number > 0, np.where(seen, table, 0.0).sum(axis=1) / np.maximum(number, 1), np.nan)


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest true change that a design finds with the wanted power.

    Parameters
    ----------
    n : int
        Teams in all.
    estimate : float
        In points.
    power : float
        Probability of a significant result at a true change of this size.
    method : str
        The test it is computed for.
    """

    n: int
    estimate: float
    power: float
    method: str


def minimum_detectable_change(
    sd: float, treated: int, comparison: int, *, wanted: float = 0.8, level: float = 0.05
) -> Detectable | CannotTell:
    """Give the smallest change that the test of a design would find, before anything is tried.

    Parameters
    ----------
    sd : float
        Standard deviation of one team's change without any effect, in points; from `spread_of_change`.
    treated, comparison : int
        Teams of the design.
    wanted : float
        Power.
    level : float
        Two-sided significance level.

    Returns
    -------
    Detectable or CannotTell
        CannotTell for designs without a valid test.

    Raises
    ------
    ValueError
        If sd is not above 0, no team is treated, level is outside (0, 1), or power is not above level.

    Notes
    -----
    One team: exact for the rank among equally spread normal changes. Two: noncentral t with the pooled degrees of
    freedom, at the largest level that the number of assignments allows. Three or more: noncentral t with the
    Bell-McCaffrey degrees of freedom and one more, because the permutation test learns the noise from the teams
    of both sides. Within 10 % of simulation from 3 to 60 teams a side. Teams that were chosen low are adjusted for
    their baseline, which needs 3 to 10 % less.

    Examples
    --------
    >>> plan = minimum_detectable_change(0.21, 10, 30)
    >>> round(plan.estimate, 2), plan.method
    (0.23, 'studentised permutation')
    """
    checks.positive("sd", sd)
    checks.share("level", level)
    test = fitting_test(treated, comparison, WAVES_FOR_ONE, WAVES_FOR_ONE)
    if isinstance(test, CannotTell):
        return test
    root = math.sqrt(1 / treated + 1 / comparison)
    if treated == 1:
        shift = _rank_shift(comparison, wanted, level)
    else:
        df = treated + comparison - 2.0
        if treated >= FEWEST_TREATED:
            df = min(df, 1 + _bell_mccaffrey(treated, comparison))
        shift = power.detectable_shift(df, power=wanted, level=_reachable(treated, comparison, level))
    return Detectable(treated + comparison, shift * sd * root, wanted, test)


def _bell_mccaffrey(first: int, second: int) -> float:
    """Degrees of freedom of the unequal-variance interval when the variances are equal after all."""
    return (1 / first + 1 / second) ** 2 / (1 / (first**2 * (first - 1)) + 1 / (second**2 * (second - 1)))


def _reachable(treated: int, comparison: int, level: float) -> float:
    """Give the largest p-value of a permutation test that does not exceed the level."""
    # With equal sides every assignment has a mirror image that is exactly as extreme.
    step = (2 if treated == comparison else 1) / math.comb(treated + comparison, treated)
    return math.floor(level / step + 1e-9) * step


def _rank_shift(comparison: int, wanted: float, level: float) -> float:
    """Give the shift, in standard errors, at which the rank among placebo changes is significant often enough."""
    checks.share("level", level)
    if not level < checks.share("power", wanted):
        raise ValueError(f"power must be above level {level:g}, got {wanted:g}")
    ahead = math.floor(level * (comparison + 1) + 1e-9) - 1
    widening = math.sqrt(1 + 1 / comparison)

    def found(shift: float) -> float:
        def at(size: float) -> float:
            tail = 2 * special.ndtr(-size * widening)
            density = math.exp(-((size - shift) ** 2) / 2) + math.exp(-((size + shift) ** 2) / 2)
            return float(special.bdtr(ahead, comparison, tail)) * density / math.sqrt(2 * math.pi)

        return float(integrate.quad(at, 0, shift + 10, limit=200)[0])

    return float(optimize.brentq(lambda shift: found(shift) - wanted, 0, 20))


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
    checks.at_least("first", first, 1)
    if first >= len(teams):
        raise ValueError(f"first must leave a team to wait, got {first} of {len(teams)}")
    test = fitting_test(first, len(teams) - first, WAVES_FOR_ONE, WAVES_FOR_ONE)
    if isinstance(test, CannotTell):
        return test
    now = set(rng.choice(len(teams), size=first, replace=False).tolist())
    starting = tuple(team for place, team in enumerate(teams) if place in now)
    waiting = tuple(team for place, team in enumerate(teams) if place not in now)
    return WaitingList(starting, waiting, math.comb(len(teams), first))
