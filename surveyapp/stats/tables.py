"""Tables to be filled in, and columns to be kept, by those who read figures and do not compute with them."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from surveyapp.stats.checks import FloatArray, IntArray

Keys = NDArray[np.bytes_]
Columns = Mapping[str, NDArray[Any]]


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


def keys(ids: Sequence[str | UUID]) -> Keys:
    """Put ids into an array, as their 32 digits.

    Parameters
    ----------
    ids : sequence of str or of UUID
        As databases give them.

    Returns
    -------
    array of bytes

    Raises
    ------
    UnicodeEncodeError
        When a string holds other signs than digits and letters from a to f.

    Examples
    --------
    >>> keys([UUID(int=10), "0000000000000000000000000000000a"]).tolist()[0]
    b'0000000000000000000000000000000a'
    """
    return np.array([each.hex if isinstance(each, UUID) else each for each in ids], dtype="S32")


class Places:
    """Finds the rows of many keys at once.

    Parameters
    ----------
    known : array of bytes
        Keys, each once.
    rows : array of int
        The row of each.

    Examples
    --------
    >>> places = Places(keys(["0b", "0a"]), np.array([4, 0]))
    >>> places.of(keys(["0a", "0b", "0b"])).tolist()
    [0, 4, 4]
    """

    def __init__(self, known: Keys, rows: IntArray) -> None:
        self._known = dict(zip(known.tolist(), rows.tolist(), strict=True))
        self._wanted, self._found = keys([]), np.empty(0, dtype=np.intp)

    def of(self, wanted: Keys) -> IntArray:
        """Return the row of each key; one that is not known raises KeyError."""
        # From wave to wave the keys are mostly the same, and comparing all is much quicker than looking each up.
        if not np.array_equal(wanted, self._wanted):
            self._found = np.array([self._known[key] for key in wanted.tolist()], dtype=np.intp)
            self._wanted = wanted
        return self._found


def packed(columns: Columns) -> bytes:
    """Write columns down, the same columns as the same bytes.

    Parameters
    ----------
    columns : mapping of str to array
        Numbers and keys, each as long as the others.

    Returns
    -------
    bytes
        A table of numpy, as `numpy.save` writes it.

    Raises
    ------
    ValueError
        When columns differ in length or hold objects.

    Examples
    --------
    >>> unpacked(packed({"n": np.array([7.0, 5.0])}))["n"].tolist()
    [7.0, 5.0]
    """
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1:
        message = f"columns are {sorted(lengths)} long; they must be equally long"
        raise ValueError(message)
    table = np.empty(lengths.pop(), dtype=[(name, column.dtype) for name, column in columns.items()])
    for name, column in columns.items():
        table[name] = column
    written = BytesIO()
    np.save(written, table, allow_pickle=False)
    return written.getvalue()


def unpacked(content: bytes) -> Columns:
    """Read columns that `packed` has written.

    Parameters
    ----------
    content : bytes
        What `packed` returned.

    Returns
    -------
    mapping of str to array

    Raises
    ------
    ValueError
        When it is something else.

    Examples
    --------
    >>> unpacked(b"something else")
    Traceback (most recent call last):
    ...
    ValueError: these bytes are no columns
    """
    try:
        table = np.load(BytesIO(content), allow_pickle=False)
        return {name: table[name] for name in table.dtype.names}
    except (ValueError, EOFError, TypeError) as error:
        message = "these bytes are no columns"
        raise ValueError(message) from error
