"""Mean models and their cluster-robust intervals, against R, theory and hand calculation."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from surveyapp.stats import glm
from surveyapp.stats.outcome import CannotTell

Table = dict[str, Any]


def fitted(outcome: glm.Fit | CannotTell) -> glm.Fit:
    """Give the fit, which these data always allow."""
    assert isinstance(outcome, glm.Fit)
    return outcome


def told(outcome: glm.Contrast | CannotTell) -> glm.Contrast:
    """Give the contrast, which these data always allow."""
    assert isinstance(outcome, glm.Contrast)
    return outcome


def test_a_single_rate_is_events_over_exposure() -> None:
    """With one column the maximum has a closed form, reached when the steps may go on."""
    fit = fitted(glm.fit_mean(np.ones((3, 1)), [2, 0, 7], "poisson", offset=np.log([4, 1, 13]), tolerance=1e-14))
    assert np.exp(fit.coefficients[0]) == pytest.approx(9 / 18, rel=1e-12)


def test_a_single_share_is_successes_over_trials() -> None:
    """The logistic mean of one group is its share."""
    fit = fitted(glm.fit_mean(np.ones((2, 1)), [3, 4], "binomial", trials=[5, 9], tolerance=1e-14))
    assert 1 / (1 + np.exp(-fit.coefficients[0])) == pytest.approx(0.5, rel=1e-12)


def test_cr2_of_single_observations_is_the_t_interval_of_a_mean() -> None:
    """Every observation its own team, equal variances: the textbook standard error and n - 1."""
    values = np.array([2.0, 3.5, 3.0, 6.0, 1.0])
    found = told(glm.sandwich(fitted(glm.fit_mean(np.ones((5, 1)), values, "gaussian")), range(5)).contrast([1]))
    assert (found.se, found.df) == pytest.approx((values.std(ddof=1) / 5**0.5, 4.0), rel=1e-12)


def test_satterthwaite_equals_the_matrix_of_teams() -> None:
    """The linear-cost degrees of freedom against the direct definition with a team-by-team matrix."""
    rng = np.random.default_rng(7)
    cluster = np.repeat(np.arange(6), [1, 2, 2, 3, 5, 4])
    design = np.column_stack([np.ones(17), rng.normal(size=17)])
    fit = fitted(glm.fit_mean(design, rng.normal(size=17), "gaussian"))
    found = told(glm.sandwich(fit, cluster).contrast([0.0, 1.0]))
    inverse = np.linalg.inv(design.T @ design)
    annihilator = np.eye(17) - design @ inverse @ design.T
    pulls = []
    for g in range(6):
        rows = np.flatnonzero(cluster == g)
        values, axes = np.linalg.eigh(annihilator[np.ix_(rows, rows)])
        pull = (axes / np.sqrt(values)) @ axes.T @ design[rows] @ inverse[:, 1]
        pulls.append(annihilator[:, rows] @ pull)
    covariance = np.array(pulls) @ np.array(pulls).T
    assert found.df == pytest.approx(np.trace(covariance) ** 2 / np.sum(covariance**2), rel=1e-10)


def test_order_of_rows_and_names_of_teams_do_not_matter() -> None:
    """Shuffled rows and other labels give the same interval."""
    rng = np.random.default_rng(3)
    cluster, x, order = np.repeat(np.arange(5), 4), rng.normal(size=20), rng.permutation(20)
    design, count = np.column_stack([np.ones(20), x]), rng.poisson(np.exp(x))
    one = told(glm.sandwich(fitted(glm.fit_mean(design, count, "poisson")), cluster).contrast([0, 1]))
    names = np.array(["e", "a", "d", "b", "c"])[cluster]
    fit = fitted(glm.fit_mean(design[order], count[order], "poisson"))
    other = told(glm.sandwich(fit, names[order]).contrast([0, 1]))
    assert (one.estimate, one.se, one.df) == pytest.approx((other.estimate, other.se, other.df), rel=1e-9)


@pytest.mark.parametrize(
    ("family", "outcome", "more", "message"),
    [
        ("poisson", [1, -1], {}, "outcome must be whole numbers from 0, got -1"),
        ("poisson", [1, 0.5], {}, r"outcome must be whole numbers from 0, got 0\.5"),
        ("poisson", [1, 2], {"offset": [0.0, np.inf]}, "offset must be finite, got inf"),
        ("binomial", [3, 1], {"trials": [2, 2]}, "outcome must not exceed trials, got 3 of 2"),
        ("binomial", [0, 1], {"trials": [0, 2]}, "trials must be above 0, got 0"),
        ("gaussian", [1, np.nan], {}, "outcome must be finite, got nan"),
        ("gaussian", [1, 2, 3], {}, "columns differ in length: design 2, outcome 3"),
        ("gaussian", [1, 2], {"tolerance": 0.0}, "tolerance must be above 0, got 0"),
    ],
)
def test_nonsense_is_refused(family: glm.Family, outcome: Any, more: Any, message: str) -> None:
    """The message names the argument, its value and what would be right."""
    with pytest.raises(ValueError, match=message):
        glm.fit_mean(np.ones((2, 1)), outcome, family, **more)


def test_one_cluster_is_refused() -> None:
    """Nothing can be learnt about variation between teams from one team."""
    fit = fitted(glm.fit_mean(np.ones((3, 1)), [1.0, 2.0, 3.0], "gaussian"))
    with pytest.raises(ValueError, match="cluster must name at least 2 clusters, got 1"):
        glm.sandwich(fit, [1, 1, 1])


def test_repeated_columns_cannot_tell() -> None:
    """Two columns that say the same have no separate coefficients."""
    outcome = glm.fit_mean([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]], [1.0, 2.0, 3.0], "gaussian")
    assert isinstance(outcome, CannotTell)


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_a_group_that_never_counts_cannot_tell(family: glm.Family) -> None:
    """Its log rate is minus infinity: said, not shown as a huge number."""
    design = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])
    assert isinstance(glm.fit_mean(design, [1, 0, 1, 0, 0, 0], family), CannotTell)


def test_data_without_residuals_cannot_tell() -> None:
    """Equal values in all teams give no standard error to speak of."""
    fit = fitted(glm.fit_mean(np.ones((4, 1)), [2.0, 2.0, 2.0, 2.0], "gaussian"))
    assert isinstance(glm.sandwich(fit, range(4)).contrast([1.0]), CannotTell)


@pytest.mark.parametrize(("method", "df"), [("CR0", np.inf), ("CR1", 5.0)])
def test_intervals_are_those_of_t_or_normal(method: glm.Method, df: float) -> None:
    """Estimate and quantile times the standard error, at the confidence asked for."""
    cluster = np.repeat(np.arange(6), 3)
    fit = fitted(glm.fit_mean(np.ones((18, 1)), np.random.default_rng(1).normal(1, 1, 18), "gaussian"))
    found = told(glm.sandwich(fit, cluster, method=method).contrast([1.0], confidence=0.9))
    margin = stats.t.isf(0.05, df) * found.se
    assert (found.low, found.high) == pytest.approx((found.estimate - margin, found.estimate + margin), rel=1e-9)
    assert found.p == pytest.approx(2 * stats.t.sf(abs(found.estimate) / found.se, df), rel=1e-9)
    assert found.df == df


def test_two_clusters_are_enough_for_an_interval() -> None:
    """A wide one, with one degree of freedom."""
    fit = fitted(glm.fit_mean(np.ones((4, 1)), [1.0, 2.0, 3.0, 5.0], "gaussian"))
    assert told(glm.sandwich(fit, [1, 1, 2, 2]).contrast([1.0])).df == pytest.approx(1.0)
