"""Alerts are rare when nothing happens and find teams that fell for good."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyapp.stats.alerts import Alerts, drop_alerts
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.simulate import Recipe, climate

Floats = NDArray[np.float64]
HOME = Recipe(teams=40, waves=40)


def found(outcome: Alerts | CannotTell) -> Alerts:
    """Give alerts that are known to exist."""
    assert isinstance(outcome, Alerts)
    return outcome


def figures(rng: np.random.Generator, recipe: Recipe = HOME) -> tuple[Floats, Floats]:
    """Means and counts of teams of 4 to 12 that go up and down for no reason."""
    rosters = rng.integers(4, 13, (recipe.teams, 1))
    counts = np.maximum(rng.binomial(rosters, 0.78, (recipe.teams, recipe.waves)), 1).astype(float)
    noise = rng.normal(0, 0.6, counts.shape) * np.sqrt(1 / counts - 0.5 / rosters)
    return climate(rng, recipe) + noise, counts


def false_alarms(recipe: Recipe, seed: int, runs: int) -> float:
    """Share of the last 14 windows of each team in which an alert begins, made into a year of 26."""
    rng = np.random.default_rng(seed)
    begun = 0
    for _ in range(runs):
        means, counts = figures(rng, recipe)
        flags = [found(drop_alerts(means[:, :wave], counts[:, :wave])).fallen for wave in range(26, recipe.waves + 1)]
        alerts = np.column_stack(flags)
        begun += int(alerts[:, 0].sum() + (alerts[:, 1:] & ~alerts[:, :-1]).sum())
    return begun / (runs * recipe.teams) * 26 / (recipe.waves - 25)


@pytest.mark.parametrize("shocks", [(0.27, 0.6), (0.55, 0.8)])
def test_false_alarms_are_rare(shocks: tuple[float, float]) -> None:
    """A team has at most one false alarm in two years, with weak and with strong ups and downs."""
    recipe = replace(HOME, shock_share=shocks[0], shock_persistence=shocks[1])
    assert false_alarms(recipe, seed=1, runs=8) <= 0.55


def test_a_shake_of_the_whole_organisation_is_no_alert() -> None:
    """What all teams do together is taken out."""
    means, counts = figures(np.random.default_rng(2))
    still = found(drop_alerts(means, counts))
    means[:, -3:] -= 1.0
    assert found(drop_alerts(means, counts)).estimate == pytest.approx(still.estimate, abs=1e-9)


def test_half_of_the_lasting_falls_are_found_within_six_waves() -> None:
    """Ten teams fall by .47 points; at least half of them are named within six waves."""
    rng = np.random.default_rng(3)
    named = []
    for _ in range(12):
        means, counts = figures(rng)
        means[:10, 34:] -= 0.47
        flags = [found(drop_alerts(means[:, :wave], counts[:, :wave])).fallen[:10] for wave in range(35, 41)]
        named.append(np.any(flags, axis=0).mean())
    assert np.mean(named) >= 0.5


def test_small_teams_are_not_noticed_more_often() -> None:
    """The limit grows as teams shrink."""
    means, counts = figures(np.random.default_rng(4))
    counts[:20] = 3
    counts[20:] = 11
    means[:20] += np.random.default_rng(5).normal(0, 0.3, (20, 40))
    alerts = found(drop_alerts(means, counts))
    assert alerts.limit[0] > 1.3 * alerts.limit[39]
    assert alerts.usual[0] > alerts.usual[39]


def test_the_estimate_is_the_difference_of_pooled_means() -> None:
    """Sheets count alike on both sides, after the mean of each wave has been taken out."""
    means, counts = figures(np.random.default_rng(6))
    alerts = found(drop_alerts(means, counts))
    own = means - means.mean(axis=0)
    recent = np.average(own[7, -3:], weights=counts[7, -3:])
    before = np.average(own[7, -15:-3], weights=counts[7, -15:-3])
    assert alerts.estimate[7] == pytest.approx(recent - before, rel=1e-9)
    assert alerts.windows == 40 * 26


def test_the_limit_is_the_quantile_of_the_own_past() -> None:
    """By construction about the chosen share of past windows lies beyond the limit on each side."""
    means, counts = figures(np.random.default_rng(7))
    beyond = [
        found(drop_alerts(sign * means[:, :wave], counts[:, :wave])).fallen.mean()
        for wave in range(30, 41)
        for sign in (-1, 1)
    ]
    assert 0.005 <= np.mean(beyond) <= 0.06


def test_the_interval_covers_a_planted_fall() -> None:
    """About 95 of 100 intervals hold the fall that was planted."""
    rng = np.random.default_rng(8)
    hits = []
    for _ in range(10):
        means, counts = figures(rng)
        means[:8, -3:] -= 0.3
        alerts = found(drop_alerts(means, counts))
        # All teams share the fall of the mean of the last waves.
        hits.append((alerts.low[:8] <= -0.3 * 32 / 40) & (alerts.high[:8] >= -0.3 * 32 / 40))
    assert np.mean(hits) >= 0.88


def test_a_team_with_gaps_is_not_judged() -> None:
    """One of three recent waves is too little, two are enough."""
    means, counts = figures(np.random.default_rng(9))
    means[0, -2:] = np.nan
    means[1, -1] = np.nan
    alerts = found(drop_alerts(means, counts))
    assert np.isnan(alerts.estimate[0])
    assert not alerts.fallen[0]
    assert np.isfinite(alerts.estimate[1])
    assert alerts.n == 39


@pytest.mark.parametrize(
    ("teams", "waves", "refusal"),
    [
        (9, 40, CannotTell("too few teams with enough waves", 9, 10, "teams")),
        (12, 30, CannotTell("too short a history to tell what is usual here", 192, 200, "windows")),
        (12, 14, CannotTell("too few teams with enough waves", 0, 10, "teams")),
        (0, 0, CannotTell("too few teams with enough waves", 0, 10, "teams")),
    ],
)
def test_a_short_history_gives_a_typed_refusal(teams: int, waves: int, refusal: CannotTell) -> None:
    """Few teams and few windows are told apart, with what would be needed."""
    means = np.random.default_rng(10).normal(3, 1, (teams, waves))
    assert drop_alerts(means, np.full(means.shape, 6)) == refusal


def test_teams_that_never_moved_measure_nothing() -> None:
    """A history without movement gives no limit."""
    refusal = CannotTell("teams did not move at all so far", 20, None, "teams")
    assert drop_alerts(np.full((20, 26), 3.0), np.full((20, 26), 6)) == refusal


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"recent": 0}, "recent must be a whole number from 1"),
        ({"before": 0}, "before must be a whole number from 1"),
        ({"false_share": 0.0}, "false_share must lie between 0 and 1, got 0"),
        ({"false_share": 0.5}, "false_share must be below 0.5, got 0.5"),
        ({"level": 1.0}, "level must lie between 0 and 1, got 1"),
        ({"counts": np.zeros((20, 26))}, "counts must be at least 1, got 0"),
    ],
)
def test_impossible_options_are_named(options: dict[str, Any], named: str) -> None:
    """The message says which value is wrong."""
    arguments: dict[str, Any] = {"means": np.full((20, 26), 3.0), "counts": np.full((20, 26), 6)}
    with pytest.raises(ValueError, match=named):
        drop_alerts(**(arguments | options))
