"""Tables to be filled in by those who read figures and do not compute with them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from surveyapp.stats.checks import FloatArray, IntArray


def filled(shape: tuple[int, ...], value: float) -> FloatArray:
    """Make a table with the same number everywhere.

    Parameters
    ----------
    shape : tuple of int
        Its size, such as teams by waves.
    value : float
        What stands where nothing is put in; NaN for a figure that is missing.

    Returns
    -------
    array of float

    Raises
    ------
    ValueError
        When a size is negative.

    Examples
    --------
    >>> filled((2, 3), 1.0).tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    return np.full(shape, value, dtype=np.float64)


class Places:
    """Finds the rows of keys, in lists that are often the same as the one before.

    Parameters
    ----------
    known : mapping of key to int
        The row of each key.

    Examples
    --------
    >>> places = Places({"a": 0, "b": 4})
    >>> places.of(["b", "a"]).tolist()
    [4, 0]
    """

    def __init__(self, known: Mapping[Any, int]) -> None:
        self._known = known
        self._keys: Sequence[Any] = ()
        self._rows = np.empty(0, dtype=np.intp)

    def of(self, keys: Sequence[Any]) -> IntArray:
        """Return the row of each key; one that is not known raises KeyError."""
        # Comparing two lists is much quicker than looking each key up.
        if keys != self._keys:
            self._keys = keys
            self._rows = np.array([self._known[key] for key in keys], dtype=np.intp)
        return self._rows
