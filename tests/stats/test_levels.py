"""Wave levels do not mistake who was there for how it was, and scales follow the size of teams."""

import numpy as np
import pytest

from surveyapp.stats.levels import panel, size_scale, wave_levels


def test_levels_are_the_least_squares_effects_of_the_waves() -> None:
    """With gaps they equal the solution with dummy variables for teams and waves."""
    rng = np.random.default_rng(1)
    y = rng.normal(3, 1, (8, 6))
    there = rng.random(y.shape) < 0.7
    team, wave = np.nonzero(there)
    design = np.zeros((team.size, 14))
    design[np.arange(team.size), team] = design[np.arange(team.size), 8 + wave] = 1
    effects = np.linalg.lstsq(design, y[there], rcond=None)[0]
    expected = effects[8:] + effects[:8].mean()
    assert wave_levels(np.where(there, y, np.nan), there) == pytest.approx(expected, abs=1e-8)


def test_without_gaps_the_levels_are_plain_means() -> None:
    """A complete panel needs no imagination."""
    y = np.random.default_rng(2).normal(3, 1, (5, 4))
    assert wave_levels(y, np.ones(y.shape, dtype=bool)) == pytest.approx(y.mean(axis=0), rel=1e-12)


def test_a_wave_without_figures_has_no_level() -> None:
    """It is left open, and the others are as if it had not been."""
    y = np.array([[3.0, np.nan, 4.0], [2.0, np.nan, 3.0]])
    assert wave_levels(y, np.isfinite(y)) == pytest.approx([2.5, np.nan, 3.5], nan_ok=True)


def test_the_scale_finds_what_lasts_and_what_small_teams_add() -> None:
    """From many squares both parts are found again."""
    rng = np.random.default_rng(3)
    noise = 1 / rng.integers(2, 12, 40_000)
    squares = rng.normal(0, np.sqrt(0.02 + 0.3 * noise)) ** 2
    wanted = np.array([0.1, 0.5])
    assert size_scale(squares, noise, wanted) == pytest.approx(np.sqrt(0.02 + 0.3 * wanted), rel=0.03)


def test_the_scale_does_not_fall_in_smaller_teams() -> None:
    """When large teams happened to move more, all sizes are taken alike."""
    made = size_scale(np.array([0.01, 0.09]), np.array([0.5, 0.1]), np.array([0.1, 0.5]))
    assert made[0] == pytest.approx(made[1])


def test_a_panel_names_what_does_not_fit() -> None:
    """Shapes that differ and means without sheets are named."""
    with pytest.raises(ValueError, match="same shape"):
        panel([[3.0, 4.0]], [[5]])
    with pytest.raises(ValueError, match="counts must be at least 1, got 0"):
        panel([[3.0]], [[0]])
