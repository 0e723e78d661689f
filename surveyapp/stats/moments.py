"""Sums that say all there is to say about a pile of answer sheets, so that sheets can be read one pile at a time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def keyed(answers: ArrayLike, *, reverse: ArrayLike = (), points: int = 5) -> Floats:
    """Turn reverse-keyed items round, so that a high answer is favourable in every column.

    Parameters
    ----------
    answers : array_like, shape (sheets, items)
        Answers from 1 to points, NaN where an item was skipped.
    reverse : array_like of int
        Positions of the items worded the other way round.
    points : int
        Number of answers to choose from.

    Returns
    -------
    array of float, shape (sheets, items)
        In points.

    Raises
    ------
    ValueError
        When an answer is off the scale, or a position is not an item.

    Examples
    --------
    >>> keyed([[5, 1], [4, float("nan")]], reverse=[1]).tolist()
    [[5.0, 5.0], [4.0, nan]]
    """
    table = sheets(answers)
    outside = (table < 1) | (table > points)
    if outside.any():
        raise ValueError(f"answers must lie between 1 and {points}, got {table[outside][0]:g}")
    turned = np.asarray(reverse, dtype=np.int64).reshape(-1)
    if ((turned < 0) | (turned >= table.shape[1])).any():
        raise ValueError(f"reverse must name items 0 to {table.shape[1] - 1}, got {turned.tolist()}")
    table[:, turned] = points + 1 - table[:, turned]
    return table


def sheets(answers: ArrayLike) -> Floats:
    """Read a copy of a table of answers, one sheet a row, NaN where an item was skipped.

    Parameters
    ----------
    answers : array_like, shape (sheets, items)
        Any finite numbers, or NaN.

    Returns
    -------
    array of float, shape (sheets, items)
        A copy.

    Raises
    ------
    ValueError
        When the table has no items or holds an infinite number.

    Examples
    --------
    >>> sheets([[4, 5]]).tolist()
    [[4.0, 5.0]]
    """
    table = np.array(answers, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] == 0:
        raise ValueError(f"answers must be a table of sheets by items, got shape {table.shape}")
    if np.isinf(table).any():
        raise ValueError("answers must be finite or NaN, got an infinite number")
    return table


@dataclass(frozen=True, slots=True, eq=False)
class ItemMoments:
    """Counts, sums and cross-products of answers; two piles add up to the sums of both.

    The first axis is the number of items that a sheet has answered, because the mean of a sheet with three answers
    weighs each of them by a third. The other axes are items.

    Parameters
    ----------
    pairs : array of float, shape (items + 1, items, items)
        Sheets that answered both items.
    crossed : array of float, shape (items + 1, items, items)
        Sum of the answers to the first item over the sheets that answered the second one too.
    products : array of float, shape (items + 1, items, items)
        Sum of the products of both answers.

    Notes
    -----
    Answers are whole numbers, so that all sums are exact and nothing is lost by adding piles in any order.

    Examples
    --------
    >>> piles = ItemMoments.of([[4, 5], [3, 3]]) + ItemMoments.of([[2, float("nan")]])
    >>> piles.n, piles.item_counts.tolist(), piles.item_sums.tolist()
    (3, [3.0, 2.0], [9.0, 8.0])
    """

    pairs: Floats
    crossed: Floats
    products: Floats

    @classmethod
    def of(cls, answers: ArrayLike) -> "ItemMoments":
        """Sum up a table of sheets by items, NaN where an item was skipped."""
        table = sheets(answers)
        answered = np.isfinite(table)
        filled = np.where(answered, table, 0.0)
        there = answered.astype(np.float64)
        items = table.shape[1]
        sums = np.zeros((3, items + 1, items, items))
        lengths = answered.sum(axis=1)
        for length in np.unique(lengths[lengths > 0]):
            chosen = lengths == length
            has, value = there[chosen], filled[chosen]
            sums[:, length] = has.T @ has, value.T @ has, value.T @ value
        return cls(*sums)

    @classmethod
    def nothing(cls, items: int) -> "ItemMoments":
        """Start from no sheets at all."""
        return cls.of(np.empty((0, items)))

    def __add__(self, other: "ItemMoments") -> "ItemMoments":
        """Sum up both piles."""
        if self.items != other.items:
            raise ValueError(f"piles must have the same items, got {self.items} and {other.items}")
        return ItemMoments(self.pairs + other.pairs, self.crossed + other.crossed, self.products + other.products)

    @property
    def items(self) -> int:
        """Number of items."""
        return int(self.pairs.shape[1])

    @property
    def n(self) -> int:
        """Sheets with at least one answer."""
        lengths = np.arange(1, self.items + 1)
        return int(np.rint((np.trace(self.pairs[1:], axis1=1, axis2=2) / lengths).sum()))

    @property
    def item_counts(self) -> Floats:
        """Answers to each item, shape (items,)."""
        return np.asarray(np.diagonal(self.pairs.sum(axis=0)), dtype=np.float64)

    @property
    def item_sums(self) -> Floats:
        """Sum of the answers to each item, shape (items,)."""
        return np.asarray(np.diagonal(self.crossed.sum(axis=0)), dtype=np.float64)

    def complete(self) -> "Covariances":
        """Covariances over the sheets that answered every item."""
        return self._covariances(self.items)

    def pairwise(self) -> "Covariances":
        """Covariances of each two items over the sheets that answered both."""
        return self._covariances(1)

    def _covariances(self, at_least: int) -> "Covariances":
        pairs, crossed, products = (sums[at_least:].sum(axis=0) for sums in (self.pairs, self.crossed, self.products))
        table = np.full(pairs.shape, np.nan)
        np.divide(products - crossed * crossed.T / np.maximum(pairs, 1), pairs - 1, out=table, where=pairs > 1)
        return Covariances(int(pairs.min()), table)


@dataclass(frozen=True, slots=True, eq=False)
class Covariances:
    """How items vary together.

    Parameters
    ----------
    n : int
        Sheets behind the rarest pair of items.
    table : array of float, shape (items, items)
        In squared points, divided by n - 1; NaN for pairs that fewer than two sheets answered.
    """

    n: int
    table: Floats

    @classmethod
    def from_sums(cls, n: int, sums: ArrayLike, products: ArrayLike) -> "Covariances":
        """Covariances from the number of complete sheets, the sum of each item and all cross-products.

        Parameters
        ----------
        n : int
            Complete sheets, at least 0.
        sums : array_like, shape (items,)
            Sum of the answers to each item.
        products : array_like, shape (items, items)
            Sum of the products of the answers to each two items.

        Returns
        -------
        Covariances
            With n - 1 in the denominator.

        Raises
        ------
        ValueError
            When the shapes disagree or n is negative.

        Examples
        --------
        >>> Covariances.from_sums(2, [7, 8], [[25, 29], [29, 34]]).table.tolist()
        [[0.5, 1.0], [1.0, 2.0]]
        """
        totals, table = np.asarray(sums, dtype=np.float64), np.asarray(products, dtype=np.float64)
        if totals.ndim != 1 or table.shape != (totals.size, totals.size):
            raise ValueError(f"products must be items by items, got {table.shape} for {totals.shape} sums")
        if n < 0:
            raise ValueError(f"n must be at least 0, got {n}")
        if n < 2:
            return cls(n, np.full(table.shape, np.nan))
        return cls(n, (table - np.outer(totals, totals) / n) / (n - 1))

    @property
    def items(self) -> int:
        """Number of items."""
        return int(self.table.shape[0])
