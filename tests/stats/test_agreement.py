"""Indices of agreement agree with R, and spread is sorted by the organisation's own quartiles."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyapp.stats.agreement import Agreement, TeamSpread, awg, rwg, rwg_lindell, team_spread
from surveyapp.stats.outcome import CannotTell

Oracle = Callable[[str], Any]
Table = Callable[[str], dict[str, Any]]
Survey = tuple[NDArray[np.float64], NDArray[Any]]


def test_full_agreement_is_one_and_a_split_is_its_opposite() -> None:
    """A team of one mind has all indices at 1; a team split between the ends has them at their lowest."""
    same, split = [[4, 4]] * 6, [[1, 5]] * 3 + [[5, 1]] * 3
    teams = ["a"] * 6
    assert rwg(same, teams).estimate[0] == rwg_lindell(same, teams).estimate[0] == 1
    assert rwg(split, teams).estimate[0] == 0
    assert rwg_lindell(split, teams).estimate[0] == pytest.approx(1 - 4.8 / 2)
    assert awg(split, teams).estimate[0] == pytest.approx(-1.0)


def test_awg_is_open_near_the_ends_of_the_scale() -> None:
    """When nearly everybody chose the end, the largest variance cannot be reached and nothing is claimed."""
    assert np.isnan(awg([[5], [5], [5], [4]], ["a"] * 4).estimate[0])
    assert np.isnan(awg([[2], [2], [2], [1]], ["a"] * 4).estimate[0])
    assert np.isfinite(awg([[4], [4], [3], [5]], ["a"] * 4).estimate[0])
    assert np.isfinite(awg([[2], [2], [3], [1]], ["a"] * 4).estimate[0])


def test_teams_without_two_complete_sheets_stay_open() -> None:
    """They are listed, with what they have."""
    made = rwg(np.array([[4, 4], [4, np.nan], [3, 3], [4, 3]]), ["a", "a", "b", "b"])
    assert made.teams.tolist() == ["a", "b"]
    assert made.n.tolist() == [1, 2]
    assert np.isnan(made.estimate).tolist() == [True, False]


@pytest.mark.parametrize("index", [rwg, rwg_lindell, awg])
def test_teams_without_any_complete_sheet_are_listed_and_open(index: Callable[..., Agreement]) -> None:
    """Nobody answered everything, or nobody at all."""
    gaps = index(np.array([[np.nan, 4.0], [np.nan, np.nan], [3.0, 3.0], [3.0, 3.0]]), ["a", "a", "b", "b"])
    assert gaps.n.tolist() == [0, 2]
    assert np.isnan(gaps.estimate).tolist() == [True, False]
    assert index(np.empty((0, 2)), []).estimate.size == 0


def test_spread_is_sorted_by_the_quartiles_of_large_teams() -> None:
    """The widest quarter is "spread", the narrowest "close", small teams are not sorted."""
    rng = np.random.default_rng(1)
    teams = np.repeat(np.arange(13), [*[8] * 12, 4])
    answers = np.clip(np.rint(3 + rng.normal(0, 1, (100, 1)) * (0.2 + teams[:, None] / 12) + np.zeros((1, 3))), 1, 5)
    made = team_spread(answers, teams)
    assert isinstance(made, TeamSpread)
    assert made.views[12] == ""
    order = np.argsort(made.estimate[:12])
    assert {made.views[team] for team in order[:3]} == {"close"}
    assert {made.views[team] for team in order[4:8]} == {"usual"}
    assert {made.views[team] for team in order[-3:]} == {"spread"}


def test_spread_is_the_standard_deviation_of_person_scores() -> None:
    """With the usual denominator n - 1, over complete sheets."""
    rng = np.random.default_rng(2)
    answers, teams = rng.integers(1, 6, (70, 4)).astype(float), np.repeat(np.arange(10), 7)
    made = team_spread(answers, teams)
    assert isinstance(made, TeamSpread)
    assert made.estimate[3] == pytest.approx(answers[21:28].mean(axis=1).std(ddof=1), rel=1e-12)


def test_too_few_large_teams_give_a_typed_refusal() -> None:
    """Nine teams of seven have no quartiles worth the name."""
    answers, teams = np.full((66, 2), 3), np.repeat(np.arange(11), 6)
    refusal = CannotTell("too few teams that are large enough", 0, 10, "teams")
    assert team_spread(answers, teams) == refusal
    assert team_spread(np.empty((0, 2)), []) == refusal


def test_impossible_input_is_named() -> None:
    """Unequal lengths, a variance of nothing and answers off the scale are named."""
    with pytest.raises(ValueError, match="answers 1, teams 2"):
        rwg([[3, 3]], ["a", "b"])
    with pytest.raises(ValueError, match="null_variance must be above 0, got 0"):
        rwg_lindell([[3, 3]], ["a"], null_variance=0)
    with pytest.raises(ValueError, match="between 1 and 5, got 0 to 3"):
        awg([[0, 3]], ["a"])
    with pytest.raises(ValueError, match="between 1 and 5, got 3 to 6"):
        awg([[6, 3]], ["a"])
