"""Validation shared by the estimators: what makes no sense raises, and the message names it."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]


def vector(name: str, values: ArrayLike, *, missing: bool = False) -> FloatArray:
    """Read one-dimensional numbers; NaN passes only where a missing value has a meaning."""
    array = numbers(name, values)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got {array.ndim} dimensions")
    _refuse_unusable(name, array, missing=missing)
    return array


def matrix(name: str, values: ArrayLike, *, missing: bool = False) -> FloatArray:
    """Read a table of numbers, rows by columns; NaN passes only where a missing value has a meaning."""
    array = numbers(name, values)
    if array.ndim != 2:
        raise ValueError(f"{name} must be two-dimensional, got {array.ndim} dimensions")
    _refuse_unusable(name, array, missing=missing)
    return array


def numbers(name: str, values: ArrayLike) -> FloatArray:
    """Read numbers of any shape; what is masked is missing."""
    try:
        # Only where something is masked, for looking into each element of a list takes far longer than reading it.
        plain = np.ma.filled(values.astype(np.float64), np.nan) if isinstance(values, np.ma.MaskedArray) else values
        return np.asarray(plain, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be a table of numbers, got what is none: {error}") from error


def alike(name: str, values: ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    """Read one number for all places of a table, or one for each."""
    array = numbers(name, values)
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise ValueError(f"{name} must be one number or of shape {shape}, got {array.shape}") from None


def _refuse_unusable(name: str, array: FloatArray, *, missing: bool) -> None:
    bad = np.isinf(array) if missing else ~np.isfinite(array)
    if bad.any():
        raise ValueError(f"{name} must be finite{' or NaN' if missing else ''}, got {array[bad][0]}")


def counts(name: str, values: ArrayLike) -> FloatArray:
    """Read one-dimensional whole numbers from 0."""
    array = vector(name, values)
    bad = (array < 0) | (array != np.floor(array))
    if bad.any():
        raise ValueError(f"{name} must be whole numbers from 0, got {array[bad][0]:g}")
    return array


def above(name: str, array: FloatArray, limit: float, *, allowed: bool = False) -> FloatArray:
    """Refuse values under a limit, and the limit itself unless it is allowed."""
    # What is not a number is not above anything.
    bad = ~np.isfinite(array) | (array < limit if allowed else array <= limit)
    if bad.any():
        raise ValueError(f"{name} must be {'at least' if allowed else 'above'} {limit:g}, got {array[bad][0]:g}")
    return array


def same_length(**arrays: NDArray[Any]) -> None:
    """Refuse columns of one table that differ in length."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError("columns differ in length: " + ", ".join(f"{name} {n}" for name, n in lengths.items()))


def share(name: str, value: float) -> float:
    """Read a number strictly between 0 and 1, such as a confidence level."""
    if not 0 < value < 1:
        raise ValueError(f"{name} must lie between 0 and 1, got {value:g}")
    return float(value)


def positive(name: str, value: float) -> float:
    """Read one finite number above 0."""
    if not (np.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be above 0, got {value:g}")
    return float(value)


def at_least(name: str, value: int, limit: int) -> int:
    """Read a whole number from a limit on."""
    if not np.isfinite(value) or value != int(value) or value < limit:
        raise ValueError(f"{name} must be a whole number from {limit}, got {value!r}")
    return int(value)


def all_alike(values: FloatArray) -> bool:
    """Tell whether values differ by nothing but rounding."""
    return not len(values) or bool(np.ptp(values) <= max(1e-9 * float(np.abs(values).max(initial=0.0)), 1e-12))


def place(name: str, value: int, first: int, last: int) -> int:
    """Read the place of a row or column."""
    if not np.isfinite(value) or value != int(value) or not first <= value <= last:
        raise ValueError(f"{name} must be a whole number from {first} to {last}, got {value!r}")
    return int(value)


def labels(name: str, values: ArrayLike) -> tuple[NDArray[Any], IntArray]:
    """Give the distinct labels in order, and for each row the place of its label among them."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got {array.ndim} dimensions")
    if (array.dtype.kind == "f" and np.isnan(array).any()) or np.ma.is_masked(values):
        raise ValueError(f"{name} must name each row, got a row without a label")
    if array.dtype.kind in "iu" and (found := _places(array)) is not None:
        return found
    try:
        distinct, codes = np.unique(array, return_inverse=True)
    except TypeError as error:
        raise ValueError(f"{name} must have labels of one kind, got several: {error}") from error
    return distinct, codes.astype(np.intp)


def _places(array: NDArray[Any]) -> tuple[NDArray[Any], IntArray] | None:
    """Look whole numbers up in a table, which is quicker than sorting them; None when they lie too far apart."""
    if not array.size:
        return None
    low, high = int(array.min()), int(array.max())
    if high - low > 4 * array.size:
        return None
    shifted = (array - low if low else array).astype(np.intp, copy=False)
    seen = np.bincount(shifted, minlength=high - low + 1) > 0
    distinct = (np.flatnonzero(seen) + low).astype(array.dtype)
    # What is a place already stays one.
    return distinct, shifted if seen.all() else (np.cumsum(seen) - 1)[shifted]
