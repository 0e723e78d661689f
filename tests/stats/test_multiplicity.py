"""Corrections for many questions: against R, by hand, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.stats.multiplicity import benjamini_hochberg, family, holm


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_corrections_only_raise_and_keep_the_order(p: list[float]) -> None:
    """Never smaller, never above 1, and a smaller p stays no larger."""
    order = np.argsort(p)
    for adjusted in (holm(p), benjamini_hochberg(p)):
        assert (adjusted >= np.array(p) - 1e-12).all()
        assert (adjusted <= 1).all()
        assert (np.diff(adjusted[order]) >= -1e-12).all()


def test_one_question_needs_no_correction() -> None:
    """A family of one keeps its p-value."""
    assert holm([0.03]).tolist() == benjamini_hochberg([0.03]).tolist() == [0.03]


def test_a_p_of_one_is_one() -> None:
    """The ends of the range belong to it."""
    assert holm([0.0, 1.0]).tolist() == [0.0, 1.0]


def test_no_question_gives_no_p() -> None:
    """An empty family is empty, not an error."""
    assert not len(holm([]))
    assert not len(benjamini_hochberg([]))


def test_family_keeps_its_size_and_its_questions() -> None:
    """Both must be shown next to a finding."""
    asked = family("lags", {"0": 0.001, "1": 0.04, "2": 0.5}, method="Holm")
    assert (asked.name, asked.size, asked.method) == ("lags", 3, "Holm")
    assert asked.adjusted == pytest.approx({"0": 0.003, "1": 0.08, "2": 0.5})
    assert asked.found() == ("0",)
    assert asked.found(0.1) == ("0", "1")


def test_family_under_any_dependence() -> None:
    """Benjamini-Yekutieli multiplies by the harmonic number."""
    asked = family("lags", {"0": 0.01, "1": 0.5}, method="Benjamini-Yekutieli")
    assert asked.adjusted["0"] == pytest.approx(0.01 * 2 * 1.5)


@pytest.mark.parametrize("p", [[-0.1], [1.1], [np.nan]])
def test_impossible_p_values_are_refused(p: list[float]) -> None:
    """The message names the value."""
    with pytest.raises(ValueError, match="p must"):
        holm(p)


def test_unknown_corrections_are_refused() -> None:
    """The message lists those that exist."""
    with pytest.raises(ValueError, match=r"method must be Holm, Benjamini-Hochberg or .* got 'Bonferroni'"):
        family("lags", {"0": 0.1}, method="Bonferroni")  # type: ignore[arg-type]
