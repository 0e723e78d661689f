"""Sums of piles say the same as the sheets themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from surveyapp.stats.moments import Covariances, ItemMoments, keyed, sheets

ANSWERS = arrays(np.int8, st.tuples(st.integers(0, 12), st.integers(1, 5)), elements=st.integers(0, 5))


def gappy(answers: np.ndarray[tuple[int, ...], np.dtype[np.int8]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Read 0 as a skipped item."""
    return np.where(answers == 0, np.nan, answers.astype(np.float64))


@given(ANSWERS, st.integers(0, 12))
def test_piles_add_up_to_the_whole(answers: np.ndarray[tuple[int, ...], np.dtype[np.int8]], cut: int) -> None:
    """However the sheets are cut into piles, the sums are exactly the same."""
    table = gappy(answers)
    whole, piles = ItemMoments.of(table), ItemMoments.of(table[:cut]) + ItemMoments.of(table[cut:])
    assert np.array_equal(whole.products, piles.products)
    assert np.array_equal(whole.crossed, piles.crossed)
    assert np.array_equal(whole.pairs, piles.pairs)
    assert whole.n == np.isfinite(table).any(axis=1).sum()


def test_complete_covariances_are_those_of_the_complete_sheets() -> None:
    """Sheets with a gap are left out, and numpy agrees on the rest."""
    table = np.random.default_rng(1).integers(1, 6, (40, 4)).astype(float)
    table[:7, 2] = np.nan
    found = ItemMoments.of(table).complete()
    assert found.n == 33
    np.testing.assert_allclose(found.table, np.cov(table[7:], rowvar=False), rtol=1e-12, atol=1e-13)


def test_pairwise_covariances_use_all_sheets_with_both_answers() -> None:
    """Each pair of items uses its own sheets; n is that of the rarest pair."""
    table = np.random.default_rng(2).integers(1, 6, (30, 3)).astype(float)
    table[:5, 0] = np.nan
    table[3:9, 1] = np.nan
    found = ItemMoments.of(table).pairwise()
    assert found.n == 21
    both = np.isfinite(table[:, 1]) & np.isfinite(table[:, 2])
    assert found.table[1, 2] == pytest.approx(np.cov(table[both, 1], table[both, 2])[0, 1], rel=1e-12)


def test_covariances_from_sums_are_those_of_the_table() -> None:
    """The three sums of a pile are enough."""
    table = np.random.default_rng(3).integers(1, 6, (25, 3))
    found = Covariances.from_sums(25, table.sum(axis=0), table.T @ table)
    np.testing.assert_allclose(found.table, np.cov(table, rowvar=False), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("sheets_there", [0, 1])
def test_too_few_sheets_have_no_covariances(sheets_there: int) -> None:
    """One sheet varies with nothing."""
    found = ItemMoments.of(np.ones((sheets_there, 2))).complete()
    assert found.n == sheets_there
    assert np.isnan(found.table).all()
    assert np.isnan(Covariances.from_sums(sheets_there, [1, 1], np.ones((2, 2))).table).all()


def test_nothing_is_neutral() -> None:
    """Adding no sheets changes nothing."""
    some = ItemMoments.of(np.array([[1, 2], [3, np.nan]]))
    assert np.array_equal((ItemMoments.nothing(2) + some).products, some.products)


def test_reverse_items_are_turned_round_and_gaps_stay() -> None:
    """On a scale of 7 a 2 becomes a 6, and a gap stays a gap."""
    assert keyed([[2, 3]], reverse=[0], points=7).tolist() == [[6, 3]]
    assert np.isnan(keyed([[np.nan, 3]], reverse=[0])[0, 0])


def test_keying_leaves_the_input_alone() -> None:
    """The table that was handed in keeps its answers."""
    given_in = np.array([[1.0, 2.0]])
    keyed(given_in, reverse=[0])
    assert given_in.tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize(
    ("answers", "reverse", "named"),
    [
        ([[6]], [], "between 1 and 5, got 6"),
        ([[0]], [], "between 1 and 5, got 0"),
        ([[3]], [1], "items 0 to 0, got"),
        ([[3]], [-1], "items 0 to 0, got"),
    ],
)
def test_impossible_answers_are_named(answers: list[list[int]], reverse: list[int], named: str) -> None:
    """An answer off the scale and an unknown item are named."""
    with pytest.raises(ValueError, match=named):
        keyed(answers, reverse=reverse)


@pytest.mark.parametrize("table", [[1, 2], [[]], [[np.inf]]])
def test_what_is_no_table_is_refused(table: object) -> None:
    """One row, no items and infinite answers make no table."""
    with pytest.raises(ValueError, match="answers must be"):
        sheets(table)  # type: ignore[arg-type]


def test_piles_of_different_items_do_not_add() -> None:
    """The message names both numbers of items."""
    with pytest.raises(ValueError, match="got 2 and 3"):
        ItemMoments.nothing(2) + ItemMoments.nothing(3)


def test_sums_of_wrong_shape_are_refused() -> None:
    """Cross-products must be items by items, and a count cannot be negative."""
    with pytest.raises(ValueError, match="items by items"):
        Covariances.from_sums(3, [1, 2], np.ones((2, 3)))
    with pytest.raises(ValueError, match="n must be at least 0, got -1"):
        Covariances.from_sums(-1, [1], [[1]])
