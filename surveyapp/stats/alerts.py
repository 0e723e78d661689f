"""Which teams fell more than teams here fall by chance: the last waves against the year before, calibrated at home."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.stats.checks import BoolArray, FloatArray, at_least, positive, share
from surveyapp.stats.levels import panel, size_scale, wave_levels
from surveyapp.stats.outcome import CannotTell

LEAST_TEAMS = 10
LEAST_WINDOWS = 200
# However rarely alarms begin here, no more of the windows than this may lie beyond the limit on one side.
MOST_BEYOND = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Alerts:
    """The last waves of every team against its waves before.

    Parameters
    ----------
    n : int
        Teams that could be judged.
    estimate, low, high : array of float, shape (teams,)
        Change beyond that of the organisation, in points; NaN for teams with too many gaps. The interval is what the
        team's own change can be, given how teams of its size move here by chance.
    fallen : array of bool, shape (teams,)
        Teams that fell beyond the limit.
    limit : array of float, shape (teams,)
        Fall in points from which a team of this size is noticed.
    usual : array of float, shape (teams,)
        Size of the movements within which 95 of 100 teams of this size stay, in points.
    windows : int
        Windows of the past, over all teams, that gave the measure.
    level : float
        Confidence of the intervals.
    method : str
        How the alert was made.
    """

    n: int
    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    fallen: BoolArray
    limit: FloatArray
    usual: FloatArray
    windows: int
    level: float
    method: str


def drop_alerts(
    means: ArrayLike,
    counts: ArrayLike,
    *,
    recent: int = 4,
    before: int = 12,
    false_alarms: float = 0.44,
    waves_a_year: float = 26,
    level: float = 0.95,
) -> Alerts | CannotTell:
    """Find teams whose last waves lie lower than their waves before by more than chance does here.

    Parameters
    ----------
    means : array_like, shape (teams, waves)
        Team means up to the present wave, in points; NaN where a team has no figure.
    counts : array_like, shape (teams, waves)
        Sheets in each mean, at least 1 where there is one.
    recent, before : int
        Waves that are compared, and waves before them that they are compared with.
    false_alarms : float
        Alarms that may begin in a team's year without any reason.
    waves_a_year : float
        Waves in a year, above 1: biweekly by default.
    level : float
        Confidence of the intervals.

    Returns
    -------
    Alerts or CannotTell
        CannotTell with fewer than 10 teams that can be judged, or fewer than 200 windows over all teams and waves.

    Raises
    ------
    ValueError
        When the shapes differ or a value lies outside its range.

    Notes
    -----
    The mean of each wave is taken out, so that a change of all is no alert. A window needs half of its waves on both
    sides. The size of its movement is divided by what movements of teams of its size have been (``a + b * noise``) over
    all windows of the organisation. The limit is where alarms would have begun as often as allowed in this past: where
    shocks last, neighbouring windows are alike and a lower limit gives no more alarms. So the measure needs no model of
    how teams move; it assumes that they have mostly moved without a reason so far. A lasting fall of half a point is
    found within six waves in half of the teams where ups and downs are strong, and in six of ten elsewhere.

    References
    ----------
    Montgomery, D. C. (2012). Introduction to Statistical Quality Control, 7th ed. Wiley.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> means = rng.normal(3.6, 0.2, (20, 26))
    >>> means[4, -4:] -= 0.6
    >>> found = drop_alerts(means, np.full((20, 26), 6))
    >>> bool(found.fallen[4]), int(found.fallen.sum()) <= 2
    (True, True)
    """
    y, n, there = panel(means, counts)
    recent, before = at_least("recent", recent, 1), at_least("before", before, 1)
    share("level", level)
    allowed = positive("false_alarms", false_alarms) / positive("waves_a_year", waves_a_year)
    if allowed >= MOST_BEYOND:
        raise ValueError(f"false_alarms must be below {MOST_BEYOND:g} a wave, got {false_alarms:g} in {waves_a_year:g}")
    moves, noise = _moves(np.where(there, y - wave_levels(y, there), 0.0), np.where(there, n, 0.0), recent, before)
    judged = np.isfinite(moves[:, -1]) if moves.shape[1] else np.zeros(y.shape[0], dtype=bool)
    past = np.isfinite(moves)
    refusal = _too_thin(int(judged.sum()), int(past.sum()))
    if refusal is not None:
        return refusal
    scale = size_scale(moves[past] ** 2, noise[past], np.where(past, noise, np.nan))
    if not scale[judged, -1].min() > 1e-12:
        return CannotTell("teams did not move at all so far", int(judged.sum()), None, "teams")
    sizes = np.abs(moves[past] / scale[past])
    now, unit = moves[:, -1], scale[:, -1]
    limit = _limit(moves / scale, allowed) * unit
    reach = float(np.quantile(sizes, level)) * unit
    return Alerts(
        n=int(judged.sum()),
        estimate=now,
        low=now - reach,
        high=now + reach,
        fallen=judged & (now < -limit),
        limit=limit,
        usual=float(np.quantile(sizes, 0.95)) * unit,
        windows=int(past.sum()),
        level=level,
        method=f"{recent} waves against {before} before, calibrated on the organisation's own windows",
    )


def _moves(deviation: FloatArray, weight: FloatArray, recent: int, before: int) -> tuple[FloatArray, FloatArray]:
    """Difference of both sides of every window, and the noise of that difference for a unit variance of sheets."""
    waves = deviation.shape[1]
    windows = max(waves - recent - before + 1, 0)
    middles, ends = np.arange(before, before + windows), np.arange(before + recent, before + recent + windows)

    def sums(values: FloatArray) -> tuple[FloatArray, FloatArray]:
        total = np.cumsum(np.concatenate((np.zeros((values.shape[0], 1)), values), axis=1), axis=1)
        middle = total[:, middles]
        return middle - total[:, middles - before], total[:, ends] - middle

    figures = sums((weight > 0).astype(np.float64))
    enough = (figures[0] >= before / 2) & (figures[1] >= recent / 2)
    (sheets_before, sheets_now), (sum_before, sum_now) = sums(weight), sums(weight * deviation)
    old, new = (np.where(enough, sheets, np.nan) for sheets in (sheets_before, sheets_now))
    return sum_now / new - sum_before / old, 1 / new + 1 / old


def _limit(sizes: FloatArray, allowed: float) -> float:
    """Find the lowest limit that movements of the past began to exceed no more often than allowed in a window."""
    # Movements are as likely up as down, so that both sides of the past tell how far chance goes.
    both = np.concatenate((sizes, -sizes))
    before, after = both[:, :-1], both[:, 1:]
    pairs = np.isfinite(before) & np.isfinite(after)
    reached, lasting = np.sort(after[pairs]), np.sort(np.minimum(before, after)[pairs])
    candidates = np.unique(reached)[::-1]
    # An alarm begins where a window reaches the limit and the one before does not.
    begun = (reached.size - np.searchsorted(reached, candidates)) - (
        lasting.size - np.searchsorted(lasting, candidates)
    )
    too_many = candidates[begun > allowed * pairs.sum()]
    limit = too_many[0] if too_many.size else 0.0
    return float(max(limit, np.quantile(both[np.isfinite(both)], 1 - MOST_BEYOND)))


def _too_thin(teams: int, windows: int) -> CannotTell | None:
    if teams < LEAST_TEAMS:
        return CannotTell("too few teams with enough waves", teams, LEAST_TEAMS, "teams")
    if windows < LEAST_WINDOWS:
        return CannotTell("too short a history to tell what is usual here", windows, LEAST_WINDOWS, "windows")
    return None
