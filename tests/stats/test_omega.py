"""Omega agrees with lavaan, is the truth when the model is, and refuses scales without a factor."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyapp.stats.moments import Covariances, ItemMoments
from surveyapp.stats.omega import Omega, _misfit, omega
from surveyapp.stats.outcome import CannotTell

Floats = NDArray[np.float64]
LOADINGS, OWN = np.array([0.9, 0.8, 0.7, 0.6]), np.array([0.5, 0.5, 0.6, 0.7])
TRUTH = 9 / 11.3


def found(outcome: Omega | CannotTell) -> Omega:
    """Give an omega that is known to exist."""
    assert isinstance(outcome, Omega)
    return outcome


def drawn(rng: np.random.Generator, n: int) -> Covariances:
    """Covariances of sheets drawn from one factor."""
    answers = rng.normal(0, 1, (n, 1)) * LOADINGS + rng.normal(0, 1, (n, 4)) * np.sqrt(OWN)
    return ItemMoments.of(answers).complete()


def test_standardised_items_are_near_the_other_omega_of_r(
    oracle: Callable[[str], Any], table: Callable[[str], dict[str, Any]]
) -> None:
    """Omega of the correlations by least squares, as psych has it, differs in the third digit only."""
    expected, data = oracle("omega_psych_minres_lq2002"), table("lq2002.csv")
    answers = np.column_stack([data[f"LEAD{item:02d}"] for item in range(1, 12)])
    made = found(omega(Covariances(2042, np.corrcoef(answers, rowvar=False))))
    assert made.estimate == pytest.approx(expected["omega_std"], abs=0.002)


def test_a_scale_that_follows_the_model_gives_the_truth() -> None:
    """From the covariances of the model itself the parameters come back, and nothing misfits."""
    table = np.outer(LOADINGS, LOADINGS) + np.diag(OWN)
    made = found(omega(Covariances(100_000, table)))
    assert made.estimate == pytest.approx(TRUTH, rel=1e-9)
    assert made.loadings == pytest.approx(LOADINGS, rel=1e-4)
    assert made.chi_square == pytest.approx(0, abs=1e-6)
    assert made.rmsea == 0


def test_three_items_fit_exactly() -> None:
    """With three items the loadings are products of correlations, and there is no misfit to speak of."""
    table = np.array([[1.0, 0.42, 0.35], [0.42, 1.0, 0.3], [0.35, 0.3, 1.0]])
    made = found(omega(Covariances(10**9, table)))
    first = np.sqrt(0.42 * 0.35 / 0.3)
    assert made.loadings == pytest.approx([first, 0.42 / first, 0.35 / first], rel=1e-6)
    assert (made.degrees, made.rmsea) == (0, 0.0)


def test_the_interval_covers() -> None:
    """In 300 surveys of 150 sheets the interval holds the truth about 95 times in 100."""
    rng = np.random.default_rng(1)
    runs = [found(omega(drawn(rng, 150))) for _ in range(300)]
    assert 0.92 <= np.mean([run.low <= TRUTH <= run.high for run in runs]) <= 0.985


def test_two_factors_misfit() -> None:
    """Items that ask for two things give a large misfit."""
    table = np.full((6, 6), 0.1)
    table[:3, :3] = table[3:, 3:] = 0.7
    np.fill_diagonal(table, 1)
    assert found(omega(Covariances(500, table))).rmsea > 0.1


def test_the_sign_of_the_factor_does_not_matter() -> None:
    """Turning all items round leaves omega as it is."""
    rng = np.random.default_rng(2)
    covariances = drawn(rng, 200)
    assert found(omega(covariances)).loadings.min() > 0


def test_the_gradient_is_the_slope_of_the_likelihood() -> None:
    """Small steps change the value as the gradient says."""
    rng = np.random.default_rng(3)
    point = np.concatenate((rng.normal(0.6, 0.2, 4), rng.normal(-0.5, 0.2, 4)))
    table = np.asarray(np.corrcoef(rng.normal(0, 1, (50, 4)), rowvar=False))
    _, gradient = _misfit(point, table)
    steps = np.eye(8) * 1e-6
    slopes = [(_misfit(point + step, table)[0] - _misfit(point - step, table)[0]) / 2e-6 for step in steps]
    assert gradient == pytest.approx(slopes, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize(
    ("covariances", "refusal"),
    [
        (Covariances(99, np.eye(4)), CannotTell("too few answer sheets", 99, 100, "answers")),
        (Covariances(500, np.eye(2)), CannotTell("too few questions for a scale", 2, 3, "items")),
        (
            Covariances(500, np.diag([1.0, 1.0, 0.0])),
            CannotTell("one question has the same answer on all sheets", 500, None, "answers"),
        ),
        (
            Covariances(500, np.array([[1.0, 1.0, 0.3], [1.0, 1.0, 0.3], [0.3, 0.3, 1.0]])),
            CannotTell("one question can be computed from the others", 500, None, "answers"),
        ),
        (
            Covariances(500, np.eye(4)),
            CannotTell("the questions do not share one thing that can be measured", 500, None, "answers"),
        ),
        (
            Covariances(500, np.array([[1.0, 0.9, 0.8], [0.9, 1.0, 0.6], [0.8, 0.6, 1.0]])),
            CannotTell("the questions do not share one thing that can be measured", 500, None, "answers"),
        ),
    ],
)
def test_scales_without_a_factor_give_a_typed_refusal(covariances: Covariances, refusal: CannotTell) -> None:
    """Few sheets or items, constants, copies, unrelated items and a uniqueness below zero are told apart."""
    assert omega(covariances) == refusal


@pytest.mark.parametrize(("options", "named"), [({"minimum": 2}, "number from 3"), ({"level": 1.0}, "level must lie")])
def test_impossible_options_are_named(options: dict[str, Any], named: str) -> None:
    """A minimum under three and a level outside its range are named."""
    with pytest.raises(ValueError, match=named):
        omega(Covariances(500, np.eye(4)), **options)
