"""Descriptive correlations: against R, by definition, refusals."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from surveyapp.stats.correlation import Correlation, between_teams, pearson, spearman, within_teams
from surveyapp.stats.outcome import CannotTell

Table = dict[str, Any]


def told(outcome: Correlation | CannotTell) -> Correlation:
    """Give the correlation, which these data always allow."""
    assert isinstance(outcome, Correlation)
    return outcome


def test_pearson_equals_r(oracle: Callable[[str], Any], table: Callable[[str], Table]) -> None:
    """Rating and handling of complaints in 30 departments."""
    attitude, values = table("attitude.csv"), oracle("pearson_ci_attitude")
    found = told(pearson(attitude["rating"], attitude["complaints"]))
    expected = [values[name] for name in ("r", "lower", "upper")]
    assert [found.estimate, found.low, found.high] == pytest.approx(expected, rel=1e-10)
    assert found.p == pytest.approx(values["p"], rel=1e-9)


def test_spearman_equals_r(oracle: Callable[[str], Any], table: Callable[[str], Table]) -> None:
    """Six relations with ties."""
    attitude, values = table("attitude.csv"), oracle("spearman_attitude")
    for name, rho in values["rho"].items():
        found = told(spearman(attitude["rating"], attitude[name]))
        assert found.estimate == pytest.approx(rho, rel=1e-10)
        assert found.p == pytest.approx(values["p"][name], rel=1e-9)


@pytest.mark.parametrize("name", ["bland1995", "synth"])
def test_repeated_measures_equal_r(name: str, oracle: Callable[[str], Any], table: Callable[[str], Table]) -> None:
    """Estimate, degrees of freedom, interval and p of rmcorr."""
    if name == "synth":
        log = table("synth_log.csv")
        columns = log["score"], log["self_reported"] / log["person_weeks"], log["team"]
    else:
        bland = table("bland1995.csv")
        columns = bland["PaCO2"], bland["pH"], bland["Subject"]
    found, values = told(within_teams(*columns)), oracle(f"rmcorr_{name}")
    expected = [values[key] for key in ("r", "df", "p", "lower", "upper")]
    assert [found.estimate, found.df, found.p, found.low, found.high] == pytest.approx(expected, rel=1e-9)


def test_within_and_between_parts_equal_r(oracle: Callable[[str], Any], table: Callable[[str], Table]) -> None:
    """Columns that agree inside groups and not between them, and the other way round."""
    data, values = table("withinBetween.csv"), oracle("withinbetween_cor")
    for other in ("V2", "V4"):
        pair = data["V1"], data[other], data["Group"]
        assert told(within_teams(*pair)).estimate == pytest.approx(values[f"rwg_V1{other}"], abs=1e-9)
        between = between_teams(*pair)
        assert told(between).estimate == pytest.approx(values[f"rbg_V1{other}"], abs=1e-9)


def test_the_interval_of_ranks_is_wider_than_fishers() -> None:
    """Ranks carry less."""
    x = np.random.default_rng(1).normal(size=40)
    y = x + np.random.default_rng(2).normal(size=40)
    ranks_x, ranks_y = (np.argsort(np.argsort(column)) for column in (x, y))
    plain, ranked = told(pearson(ranks_x, ranks_y)), told(spearman(x, y))
    assert plain.estimate == pytest.approx(ranked.estimate)
    assert ranked.high - ranked.low > plain.high - plain.low


def test_a_perfect_correlation_has_no_p_of_zero() -> None:
    """A p-value of exactly 0 is never right."""
    found = told(pearson(np.arange(10.0), 2 * np.arange(10.0)))
    assert found.estimate == pytest.approx(1.0)
    assert 0 < found.p < 1e-12
    assert found.high <= 1


@pytest.mark.parametrize(
    "outcome",
    [
        pearson([1, 2, 3], [1, 3, 2]),
        pearson([], []),
        pearson([1, 1, 1, 1], [1, 2, 3, 4]),
        spearman([1, 2, 3, 4, 5], [2, 2, 2, 2, 2]),
        within_teams([1, 2, 1, 2], [1, 2, 3, 3], list("aabb")),
        within_teams([1, 1, 2, 2, 3, 3], [1, 2, 3, 4, 5, 6], list("aabbcc")),
        between_teams([1, 2, 3, 4], [1, 2, 3, 5], list("abab")),
    ],
)
def test_thin_or_constant_data_cannot_tell(outcome: Correlation | CannotTell) -> None:
    """Too few pairs, or a column that does not vary."""
    assert isinstance(outcome, CannotTell)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pearson([1, 2], [1, 2, 3]), "first 2, second 3"),
        (lambda: spearman([1, 2, np.nan], [1, 2, 3]), "first must be finite, got nan"),
        (lambda: within_teams([], [], []), "first must hold at least one pair, got none"),
        (lambda: between_teams([1.0], [1.0], ["a"], confidence=2), "confidence must lie between 0 and 1, got 2"),
    ],
)
def test_nonsense_is_refused(call: Callable[[], object], message: str) -> None:
    """The message names the argument, its value and the limit."""
    with pytest.raises(ValueError, match=message):
        call()
