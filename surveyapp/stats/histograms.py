"""How often each answer was given, alone and together with each other answer: counts that say what sheets say."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.stats.checks import at_least
from surveyapp.stats.moments import Floats, ItemMoments, sheets

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class AnswerHistograms:
    """Counts of answers and of pairs of answers; two piles add up to the counts of both.

    Parameters
    ----------
    counts : array of int, shape (items + 1, items, points, items, points)
        Sheets that gave one answer to one item and another to a second one. The first axis is the number of items that
        a sheet has answered, as for `ItemMoments`.

    Notes
    -----
    Whole numbers throughout, so that nothing is lost by adding piles in any order. All scores, alpha, omega and
    correlations follow from these counts exactly as from the sheets. Do not publish them for few sheets: pairs of
    answers tell who somebody is sooner than anything else here.

    References
    ----------
    Burt, C. (1950). The factorial analysis of qualitative data. British Journal of Statistical Psychology 3, 166-185.
    https://doi.org/10.1111/j.2044-8317.1950.tb00296.x

    Examples
    --------
    >>> piles = AnswerHistograms.of([[4, 5], [3, 3]]) + AnswerHistograms.of([[3, float("nan")]])
    >>> piles.of_items.tolist()
    [[0, 0, 2, 1, 0], [0, 0, 1, 0, 1]]
    >>> piles.moments().item_sums.tolist()
    [10.0, 8.0]
    """

    counts: Integers

    @classmethod
    def of(cls, answers: ArrayLike, *, points: int = 5) -> "AnswerHistograms":
        """Count the answers of a table of sheets by items, NaN where an item was skipped.

        Parameters
        ----------
        answers : array_like, shape (sheets, items)
            Whole numbers from 1 to points.
        points : int
            Number of answers to choose from, at least 2.

        Returns
        -------
        AnswerHistograms
            Of this pile.

        Raises
        ------
        ValueError
            When an answer is not one of those to choose from.
        """
        table = sheets(answers)
        points = at_least("points", points, 2)
        bad = np.isfinite(table) & ((table < 1) | (table > points) | (table != np.floor(table)))
        if bad.any():
            raise ValueError(f"answers must be whole numbers from 1 to {points}, got {table[bad][0]:g}")
        items = table.shape[1]
        lengths = np.isfinite(table).sum(axis=1)
        chosen = (table[:, :, None] == np.arange(1, points + 1)).astype(np.float64).reshape(len(table), items * points)
        counts = np.zeros((items + 1, items * points, items * points))
        for length in np.unique(lengths[lengths > 0]):
            alike = chosen[lengths == length]
            counts[length] = alike.T @ alike
        return cls(counts.astype(np.int64).reshape(items + 1, items, points, items, points))

    @classmethod
    def nothing(cls, items: int, *, points: int = 5) -> "AnswerHistograms":
        """Start from no sheets at all."""
        return cls.of(np.empty((0, items)), points=points)

    def __add__(self, other: "AnswerHistograms") -> "AnswerHistograms":
        """Count both piles."""
        if self.counts.shape != other.counts.shape:
            raise ValueError(
                f"piles must have the same items and points, got {self.counts.shape[1:3]} and {other.counts.shape[1:3]}"
            )
        return AnswerHistograms(self.counts + other.counts)

    @property
    def of_items(self) -> Integers:
        """How often each answer was given to each item, shape (items, points)."""
        return np.asarray(np.einsum("lipip->ip", self.counts), dtype=np.int64)

    def moments(self) -> ItemMoments:
        """Give the sums and cross-products, equal to those of the sheets to the last digit."""
        answer = np.arange(1, self.counts.shape[2] + 1, dtype=np.float64)
        pairs: Floats = self.counts.sum(axis=(2, 4)).astype(np.float64)
        crossed = np.einsum("lipjq,p->lij", self.counts, answer)
        products = np.einsum("lipjq,p,q->lij", self.counts, answer, answer)
        return ItemMoments(pairs, crossed, products)
