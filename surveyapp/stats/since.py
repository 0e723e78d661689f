"""How far the line of each team has moved since a wave, and how far other teams of its size move anyway."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.stats.checks import FloatArray, above, at_least, matrix, share
from surveyapp.stats.estimates import quantile
from surveyapp.stats.levels import size_scale
from surveyapp.stats.outcome import CannotTell

# With fewer other teams than this, one team in more than twenty stands out by chance.
LEAST_OTHERS = 19


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """How far each line moved between two waves.

    Parameters
    ----------
    n : int
        Teams with a line at both waves.
    estimate, low, high : array of float, shape (teams,)
        Later less earlier, in points; NaN for teams without a line at both waves.
    usual : array of float, shape (teams,), or CannotTell
        What the other teams of its size stay within, all but one in twenty, in points; NaN as above.
    level : float
        Confidence of the intervals.
    method : str
        How it was computed.
    """

    n: int
    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    usual: FloatArray | CannotTell
    level: float
    method: str


def moves_since(
    line: ArrayLike, error: ArrayLike, first: int, last: int, *, chance: float = 0.05, level: float = 0.95
) -> Moves:
    """Tell how far lines moved between two waves.

    Parameters
    ----------
    line, error : array_like, shape (teams, waves)
        Lines and their standard errors, in points; NaN where a team has none.
    first, last : int
        The two waves, as columns.
    chance : float
        Share of teams that may move further than the usual without any reason.
    level : float
        Confidence.

    Returns
    -------
    Moves
        Its ``usual`` is CannotTell with fewer than 19 other teams, or when none of them moved.

    Raises
    ------
    ValueError
        When the shapes differ, a wave is no column, or a value lies outside its range.

    Notes
    -----
    The variances of both ends add up. What they have in common is left in, so that intervals are a little too wide.
    Each movement less the mean movement is divided by what movements of its size have been (``a + b * noise``). A team
    is held against the other teams only, and the usual is the rank that one in twenty of them exceeds: where teams are
    alike but for their size, no more than 5 % of them go beyond, whatever the distribution. That all moved together is
    in the estimate and not in the usual.

    References
    ----------
    Conover, W. J. (1999). Practical Nonparametric Statistics, 3rd ed. Wiley.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> line = 3.6 + rng.normal(0, 0.1, (30, 2))
    >>> line[4, 1] = line[4, 0] - 0.9
    >>> found = moves_since(line, np.full((30, 2), 0.1), 0, 1)
    >>> [bool(abs(found.estimate[team]) > found.usual[team]) for team in (3, 4)]
    [False, True]
    """
    y, errors = matrix("line", line, missing=True), np.asarray(error, dtype=np.float64)
    if y.shape != errors.shape:
        raise ValueError(f"line and error must have the same shape, got {y.shape} and {errors.shape}")
    first, last = at_least("first", first, 0), at_least("last", last, 0)
    if not first < last < y.shape[1]:
        raise ValueError(f"first and last must be columns of {y.shape[1]}, the first one earlier, got {first}, {last}")
    above("error", errors[np.isfinite(y)], 0, allowed=True)
    share("chance", chance)
    reach = quantile(share("level", level))
    moved = y[:, last] - y[:, first]
    noise = errors[:, last] ** 2 + errors[:, first] ** 2
    there = np.isfinite(moved)
    usual = np.full(moved.shape, np.nan)
    found = _usual(moved[there], noise[there], chance)
    if not isinstance(found, CannotTell):
        usual[there] = found
    ends = reach * np.sqrt(noise)
    return Moves(
        n=int(there.sum()),
        estimate=moved,
        low=moved - ends,
        high=moved + ends,
        usual=found if isinstance(found, CannotTell) else usual,
        level=level,
        method="difference of a line, held against the other teams by rank",
    )


def _usual(moved: FloatArray, noise: FloatArray, chance: float) -> FloatArray | CannotTell:
    """Find for each team the movement that as many of the others exceed as chance allows."""
    teams = moved.size
    exceed = int(chance * teams + 1e-9)
    if teams <= LEAST_OTHERS or exceed < 1:
        return CannotTell("too few teams to say how far teams move by chance", teams, LEAST_OTHERS + 1, "teams")
    apart = moved - moved.mean()
    scale = size_scale(apart**2, noise, noise)
    if not scale.min() > 1e-12:
        return CannotTell("no other team moved", teams, None, "teams")
    sizes = np.abs(apart) / scale
    ordered = np.sort(sizes)[::-1]
    # Without the team itself, the rank that was held by it or by a smaller one goes to the next.
    rank = np.where(sizes >= ordered[exceed - 1], ordered[exceed], ordered[exceed - 1])
    return np.asarray(rank * scale, dtype=np.float64)
