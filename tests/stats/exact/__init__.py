"""What every public function answers to one small table, and to the same table with one argument spoilt.

Whether the figures are right is asked of R, of theory and of enumeration elsewhere. Here they are held where they are,
with every refusal, reason and message: a figure that moves was moved on purpose, and the record written again with
``python -m tests.stats.exact``.
"""

import json
import math
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

Call = Callable[..., object]
Case = tuple[Call, dict[str, Any]]
FOLDER = Path(__file__).parent
LONG = 8


def plain(found: Any) -> Any:
    """Tell an outcome in what JSON holds; long arrays by their shape, gaps, sum and a sum with weights."""
    for kind, tell in TELL.items():
        if isinstance(found, kind):
            return tell(found)
    return _fields(found) if is_dataclass(found) else found


def _fields(found: Any) -> dict[str, Any]:
    names = [field.name for field in fields(found)]
    names += [name for name, value in vars(type(found)).items() if isinstance(value, property)]
    return {"": type(found).__name__} | {name: plain(getattr(found, name)) for name in names}


def _float(found: Any) -> float | str:
    return float(f"{found:.10g}") if math.isfinite(found) else str(float(found))


def _array(found: Any) -> Any:
    if found.dtype.kind not in "biuf" or found.size <= LONG:
        return [plain(one) for one in found.tolist()] if found.ndim else plain(found.item())
    gaps = ~np.isfinite(found.astype(float))
    values = np.where(gaps, 0.0, found).ravel().astype(float)
    weights = np.cos(np.arange(values.size))
    return {"shape": list(found.shape), "gaps": int(gaps.sum()), "sums": [plain(values.sum()), plain(values @ weights)]}


def short(found: Any) -> Any:
    """Tell the words of an outcome, and its numbers by two sums; a refusal and a few numbers as they are."""
    leaves = list(_leaves(found))
    if len(leaves) <= LONG:
        return found
    numbers = np.array([leaf for leaf in leaves if isinstance(leaf, (int, float))], dtype=float)
    words = {str(leaf): None for leaf in leaves if not isinstance(leaf, (int, float))}
    return [*words, len(leaves), plain(numbers.sum()), plain(numbers @ np.cos(np.arange(numbers.size)))]


def _leaves(found: Any) -> Iterator[Any]:
    if isinstance(found, dict):
        found = list(found.values())
    if not isinstance(found, list):
        yield found
        return
    for one in found:
        yield from _leaves(one)


# The first kind that fits: a truth value is a number as well.
TELL: dict[Any, Call] = {
    Enum: lambda found: found.name,
    np.ndarray: _array,
    Mapping: lambda found: {str(plain(key)): plain(value) for key, value in found.items()},
    (tuple, list): lambda found: [plain(one) for one in found],
    (bool, np.bool_): bool,
    (float, np.floating): _float,
    np.integer: int,
}


def same(found: Any, recorded: Any) -> bool:
    """Compare two outcomes; numbers to five digits."""
    if isinstance(found, dict) and isinstance(recorded, dict):
        return found.keys() == recorded.keys() and all(same(found[key], recorded[key]) for key in found)
    if isinstance(found, list) and isinstance(recorded, list):
        return len(found) == len(recorded) and all(map(same, found, recorded))
    if isinstance(found, float | int) and isinstance(recorded, float | int):
        return math.isclose(found, recorded, rel_tol=1e-5, abs_tol=1e-8)
    return bool(found == recorded)


def answers(case: Case, *, spoil: bool = True) -> dict[str, Any]:
    """Call a function as it should be and with each argument spoilt in turn; what breaks without a word is left out."""
    function, arguments = case
    told: dict[str, Any] = {}
    for name, changed in [("", {}), *(spoilt(arguments) if spoil else ())]:
        try:
            found = plain(function(**(arguments | changed)))
            told[name] = short(found) if name else found
        except (ValueError, ArithmeticError, LookupError, TypeError, Warning, AttributeError) as error:
            if _is_ours(error):
                told[name] = f"{type(error).__name__}: {error}"
    return told


def _is_ours(error: Exception) -> bool:
    last = traceback.extract_tb(error.__traceback__)[-1].filename
    return isinstance(error, ValueError) and "surveyapp" in last and "site-packages" not in last


def spoilt(arguments: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each argument with one fault at a time."""
    for name, value in arguments.items():
        for fault, changed in faults(value):
            yield f"{name} {fault}", {name: changed}


def faults(value: Any) -> Iterator[tuple[str, Any]]:
    """Give what can be wrong with an argument of this kind."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        yield from _of_floats(value)
    elif isinstance(value, np.ndarray):
        yield from {"short": value[:-1], "flat": value[None], "one": np.full_like(value, value.flat[0])}.items()
        if value.dtype.kind == "b":
            yield "none", np.zeros_like(value)
    elif isinstance(value, str):
        yield "unknown", "neither"
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        for other in (0, -1, 1, 1.5, 30, math.nan):
            yield str(other), other


def _of_floats(value: Any) -> Iterator[tuple[str, Any]]:
    def first(other: float) -> Any:
        changed = value.copy()
        changed.flat[0] = other
        return changed

    yield "short", value[:-1]
    yield "half", value[: len(value) // 2]
    yield "flat", value[None] if value.ndim == 1 else value.ravel()
    yield "equal", np.full_like(value, value.flat[0])
    for other in (-math.inf, math.nan, -1.0, 0.0, 0.5, 99.0):
        yield f"from {other}", first(other)


def record(name: str) -> Any:
    """Read what is recorded for a room of functions."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def write(name: str, told: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the record, one outcome on a line."""
    lines = [
        f" {json.dumps(function)}: {{\n"
        + ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in found.items())
        + "\n }"
        for function, found in told.items()
    ]
    (FOLDER / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
