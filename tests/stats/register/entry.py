"""What the register of reference values is made of."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

Columns = dict[str, Any]
Tables = Callable[[str], Columns]
Computed = Mapping[str, Any]
Kind = TypeVar("Kind")
Said = TypeVar("Said")

CLOSED = 1e-9
SEARCHED = 1e-6
# There R itself stops searching: power.t.test, and the single parameters of lavaan.
COARSE = 1e-5


@dataclass(frozen=True, slots=True)
class Ours:
    """An entry that our functions reproduce, value by value.

    Parameters
    ----------
    by : str
        The public functions, as ``module.function``.
    within : float
        Relative error allowed.
    loosely : mapping of str to float
        Values with another allowance.
    left : mapping of str to str
        Values of the entry that the product does not make, each with the reason.
    compute : callable
        Computes the others from the reference tables, under the names they have in R.
    """

    by: str
    within: float
    loosely: Mapping[str, float]
    left: Mapping[str, str]
    compute: Callable[[Tables], Computed]

    def error(self, value: str) -> float:
        """Relative error allowed for one value."""
        return self.loosely.get(value, self.within)


@dataclass(frozen=True, slots=True)
class NotOurs:
    """An entry that is not an estimate which the product makes."""

    reason: str


@dataclass(slots=True)
class Register:
    """Entries by name."""

    entries: dict[str, Ours | NotOurs] = field(default_factory=dict)

    def ours(
        self,
        name: str,
        by: str,
        within: float = CLOSED,
        *,
        loosely: Mapping[str, float] | None = None,
        left: Mapping[str, str] | None = None,
    ) -> Callable[[Callable[[Tables], Computed]], Callable[[Tables], Computed]]:
        """Enter the function that reproduces an entry."""

        def enter(compute: Callable[[Tables], Computed]) -> Callable[[Tables], Computed]:
            self.entries[name] = Ours(by, within, loosely or {}, left or {}, compute)
            return compute

        return enter

    def not_ours(self, name: str, reason: str) -> None:
        """Enter why an entry is left out."""
        self.entries[name] = NotOurs(reason)


def each(names: str, said: Said) -> dict[str, Said]:
    """Say the same of several values."""
    return dict.fromkeys(names.split(), said)


def told(kind: type[Kind], outcome: object) -> Kind:
    """Give an outcome that these data always allow."""
    assert isinstance(outcome, kind)
    return outcome


def numbers(value: Any) -> list[float]:
    """Lay out a number, a list or a record of R as numbers in order."""
    return list(_numbers(value))


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, Mapping):
        value = list(value.values())
    yield from np.asarray(value, dtype=np.float64).ravel().tolist()


def items(columns: Columns, *names: str) -> Any:
    """Put columns side by side."""
    return np.column_stack([columns[name] for name in names])


def only(columns: Columns, rows: Any) -> Columns:
    """Keep some rows of a table."""
    return {name: column[rows] for name, column in columns.items()}


def dummies(values: Any) -> Any:
    """All levels but the first, as R codes a factor."""
    return np.asarray(values[:, None] == np.unique(values)[1:], dtype=float)


def pulse_scores(pulse: Columns) -> Any:
    """Mean of the answered questions of each sheet of the made-up pulse."""
    return np.nanmean(items(pulse, *(f"q{item}" for item in range(1, 8))), axis=1)
