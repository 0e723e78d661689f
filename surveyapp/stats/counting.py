"""Counting cases by cell, such as a team in the period of a wave: where each belongs, how many, and how long."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from surveyapp.stats.checks import FloatArray, IntArray

HOUR = 3_600_000_000
Moments = NDArray[np.int64]


def moments(values: Sequence[str] | Sequence[datetime]) -> Moments:
    """Read moments as whole microseconds since 1970.

    Parameters
    ----------
    values : sequence of str or of datetime
        Aware, or in UTC when they have no zone; strings as databases write them.

    Returns
    -------
    array of int

    Raises
    ------
    ValueError
        When a string is no moment.

    Examples
    --------
    >>> moments(["1970-01-01 00:00:01.000002"]).tolist()
    [1000002]
    >>> moments([datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC)]).tolist()
    [2000000]
    """
    plain = [each.astimezone(UTC).replace(tzinfo=None) if isinstance(each, datetime) and each.tzinfo else each
             for each in values]  # fmt: skip
    return np.array(plain, dtype="datetime64[us]").astype(np.int64)


def periods_of(when: Moments, start: int, ends: Moments) -> IntArray:
    """Find the period in which each moment lies; a period holds its end and not its beginning.

    Parameters
    ----------
    when : array of int
        Moments.
    start : int
        When the first period begins.
    ends : array of int
        When the periods end, rising; each begins where the one before ends.

    Returns
    -------
    array of int
        Places of periods, -1 before the first and after the last.

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> periods_of(np.array([0, 1, 5, 6, 9]), 0, np.array([5, 8])).tolist()
    [-1, 0, 0, 1, -1]
    """
    places = np.searchsorted(ends, when, side="left")
    return np.where((when > start) & (places < len(ends)), places, -1)


def began(when: Moments, hours: FloatArray) -> Moments:
    """Go back so many hours from each moment.

    Parameters
    ----------
    when : array of int
        Moments.
    hours : array of float
        How many; none may be missing.

    Returns
    -------
    array of int

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> began(np.array([HOUR]), np.array([0.5])).tolist()
    [1800000000]
    """
    return when - np.rint(hours * HOUR).astype(np.int64)


def count(cells: IntArray, shape: tuple[int, int]) -> FloatArray:
    """Count how many cases belong to each cell.

    Parameters
    ----------
    cells : array of int
        Places in the table, row by row; those below 0 belong nowhere.
    shape : tuple of int
        Of the table.

    Returns
    -------
    array of float

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> count(np.array([0, 3, 3, -1]), (2, 2)).tolist()
    [[1.0, 0.0], [0.0, 2.0]]
    """
    return np.bincount(cells[cells >= 0], minlength=shape[0] * shape[1]).astype(np.float64).reshape(shape)


def medians(cells: IntArray, values: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """Find the median of the cases of each cell.

    Parameters
    ----------
    cells : array of int
        As in `count`.
    values : array of float
        Of the same cases.
    shape : tuple of int
        Of the table.

    Returns
    -------
    array of float
        NaN where there is no case.

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> medians(np.array([0, 1, 0, 1, 1, -1]), np.array([4.0, 1, 3, 9, 2, 7]), (1, 3)).tolist()
    [[3.5, 2.0, nan]]
    """
    inside = cells >= 0
    places, known = cells[inside], values[inside]
    ordered = known[np.lexsort((known, places))]
    size = np.bincount(places, minlength=shape[0] * shape[1])
    first, there = np.cumsum(size) - size, size > 0
    found = np.full(size.size, np.nan)
    lower, upper = (first + (size - 1) // 2)[there], (first + size // 2)[there]
    found[there] = (ordered[lower] + ordered[upper]) / 2
    return found.reshape(shape)
