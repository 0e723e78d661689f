"""Movements of lines are told with their interval, and held against those of the other teams."""

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.since import LEAST_OTHERS, moves_since

TEAMS = 40
Numbers = NDArray[np.float64]


def lines(teams: int = TEAMS, seed: int = 5) -> tuple[Numbers, Numbers]:
    """Make lines of teams of different sizes that go nowhere, with their errors."""
    rng = np.random.default_rng(seed)
    error = np.repeat(rng.uniform(0.05, 0.3, (teams, 1)), 2, axis=1)
    return 3.5 + rng.normal(0, error), error


def beyond(line: Numbers, error: Numbers) -> NDArray[np.bool_]:
    """Tell which teams moved further than usual."""
    found = moves_since(line, error, 0, 1)
    assert not isinstance(found.usual, CannotTell)
    apart = found.estimate - found.estimate.mean()
    return np.asarray(np.abs(apart) > found.usual)


def test_a_movement_has_the_variances_of_both_ends() -> None:
    """Three and four tenths make five."""
    found = moves_since([[3.0, 3.5]], [[0.3, 0.4]], 0, 1)
    assert found.estimate.tolist() == [0.5]
    assert [found.low[0], found.high[0]] == pytest.approx([0.5 - 1.96 * 0.5, 0.5 + 1.96 * 0.5], abs=1e-3)


def test_no_more_than_one_in_twenty_goes_beyond_the_usual() -> None:
    """In each of many organisations where nothing happens; small teams no more often than large ones."""
    flags, large = np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
    for seed in range(200):
        line, error = lines(seed=seed)
        flags, large = np.append(flags, beyond(line, error)), np.append(large, error[:, 0] < np.median(error))
    assert 0.03 < flags.mean() <= 0.05
    assert flags[large].mean() < 0.08
    assert flags[~large].mean() < 0.08


def test_a_team_that_moved_by_itself_is_beyond() -> None:
    """However the others move together."""
    line, error = lines()
    line[:, 1] += 0.7
    line[7, 1] -= 2
    assert np.flatnonzero(beyond(line, error)).tolist().count(7) == 1


def test_all_moving_together_is_in_the_movement_and_not_in_the_usual() -> None:
    """The usual is what teams move apart."""
    line, error = lines()
    still = moves_since(line, error, 0, 1)
    line[:, 1] += 1
    moved = moves_since(line, error, 0, 1)
    assert moved.estimate == pytest.approx(still.estimate + 1)
    assert moved.usual == pytest.approx(still.usual)


@pytest.mark.parametrize("teams", [1, LEAST_OTHERS])
def test_few_teams_tell_nothing_of_chance(teams: int) -> None:
    """The movement has its interval all the same."""
    found = moves_since(*lines(teams), 0, 1)
    assert isinstance(found.usual, CannotTell)
    assert found.usual.shortfall == LEAST_OTHERS + 1 - teams
    assert np.isfinite(found.low).all()


def test_lines_that_all_stand_still_tell_nothing_of_chance() -> None:
    """There is no size to compare with."""
    assert isinstance(moves_since(np.full((30, 2), 3.0), np.full((30, 2), 0.1), 0, 1).usual, CannotTell)


def test_a_team_without_both_ends_is_left_out() -> None:
    """It neither moves nor counts."""
    line, error = lines()
    line[3, 0] = np.nan
    found = moves_since(line, error, 0, 1)
    assert found.n == TEAMS - 1
    assert np.isnan(found.estimate[3])
    assert not isinstance(found.usual, CannotTell)
    assert np.isnan(found.usual[3])
    assert np.isfinite(found.usual[4])


@pytest.mark.parametrize(
    ("line", "error", "first", "last", "message"),
    [
        ([[1.0, 2.0]], [[0.1]], 0, 1, "same shape"),
        ([[1.0, 2.0]], [[0.1, 0.1]], 1, 1, "got 1, 1"),
        ([[1.0, 2.0]], [[0.1, 0.1]], 0, 2, "got 0, 2"),
        ([[1.0, 2.0]], [[0.1, -0.1]], 0, 1, "error"),
    ],
)
def test_what_makes_no_sense_is_refused(
    line: list[list[float]], error: list[list[float]], first: int, last: int, message: str
) -> None:
    """By name and value."""
    with pytest.raises(ValueError, match=message):
        moves_since(line, error, first, last)
