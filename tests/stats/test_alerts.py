"""Alerts are rare when nothing happens and find teams that fell for good."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyapp.stats.alerts import Alerts, _limit, drop_alerts
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.recipe import Recipe
from surveyapp.stats.simulate import climate

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
    means[:, -4:] -= 1.0
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
    recent = np.average(own[7, -4:], weights=counts[7, -4:])
    before = np.average(own[7, -16:-4], weights=counts[7, -16:-4])
    assert alerts.estimate[7] == pytest.approx(recent - before, rel=1e-9)
    assert alerts.windows == 40 * 25


def begun(sizes: Floats, limit: float) -> int:
    """Alarms that begin when a table of movements is read from left to right."""
    beyond = sizes > limit
    return int((beyond[:, 1:] & ~beyond[:, :-1]).sum())


def test_the_limit_lets_the_past_begin_as_many_alarms_as_allowed() -> None:
    """Counted by hand over both sides: the next lower movement would begin one more."""
    moves = np.random.default_rng(7).normal(0, 1, (30, 40))
    both, pairs = np.concatenate((moves, -moves)), 2 * 30 * 39
    limit = _limit(moves, 0.01)
    assert begun(both, limit) == int(0.01 * pairs)
    assert begun(both, np.max(both[both < limit])) == int(0.01 * pairs) + 1


def test_where_movements_last_the_limit_is_lower() -> None:
    """Neighbouring windows that are alike begin fewer alarms."""
    fresh = np.random.default_rng(7).normal(0, 1, (30, 40))
    lasting = np.repeat(fresh[:, ::4], 4, axis=1)
    assert _limit(lasting, 0.01) < _limit(fresh, 0.01)


def test_movements_that_never_end_keep_a_limit() -> None:
    """Nothing begins, but at most a twentieth lies beyond."""
    lasting = np.repeat(np.random.default_rng(7).normal(0, 1, (400, 1)), 30, axis=1)
    assert _limit(lasting, 0.01) == pytest.approx(1.645, abs=0.25)


def test_a_gap_begins_no_alarm() -> None:
    """Only windows that follow each other count."""
    moves = np.random.default_rng(8).normal(0, 1, (30, 40))
    apart = np.concatenate((moves[:, :20], np.full((30, 1), np.nan), moves[:, 20:]), axis=1)
    assert _limit(apart, 0.01) == _limit(np.concatenate((moves[:, :20], moves[:, 20:])), 0.01)


def test_the_interval_covers_a_planted_fall() -> None:
    """About 95 of 100 intervals hold the fall that was planted."""
    rng = np.random.default_rng(8)
    hits = []
    for _ in range(10):
        means, counts = figures(rng)
        means[:8, -4:] -= 0.3
        alerts = found(drop_alerts(means, counts))
        # All teams share the fall of the mean of the last waves.
        hits.append((alerts.low[:8] <= -0.3 * 32 / 40) & (alerts.high[:8] >= -0.3 * 32 / 40))
    assert np.mean(hits) >= 0.88


def test_a_team_with_gaps_is_not_judged() -> None:
    """One of four recent waves is too little, two are enough."""
    means, counts = figures(np.random.default_rng(9))
    means[0, -3:] = np.nan
    means[1, -2:] = np.nan
    alerts = found(drop_alerts(means, counts))
    assert np.isnan(alerts.estimate[0])
    assert not alerts.fallen[0]
    assert np.isfinite(alerts.estimate[1])
    assert alerts.n == 39


@pytest.mark.parametrize(
    ("teams", "waves", "refusal"),
    [
        (9, 40, CannotTell("too few teams with enough waves", 9, 10, "teams")),
        (12, 31, CannotTell("too short a history to tell what is usual here", 192, 200, "windows")),
        (12, 15, CannotTell("too few teams with enough waves", 0, 10, "teams")),
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
        ({"false_alarms": 0.0}, "false_alarms must be above 0, got 0"),
        ({"waves_a_year": 0}, "waves_a_year must be above 0, got 0"),
        ({"waves_a_year": 4}, "false_alarms must be below 0.05 a wave, got 0.44 in 4"),
        ({"level": 1.0}, "level must lie between 0 and 1, got 1"),
        ({"counts": np.zeros((20, 26))}, "counts must be at least 1, got 0"),
    ],
)
def test_impossible_options_are_named(options: dict[str, Any], named: str) -> None:
    """The message says which value is wrong."""
    arguments: dict[str, Any] = {"means": np.full((20, 26), 3.0), "counts": np.full((20, 26), 6)}
    with pytest.raises(ValueError, match=named):
        drop_alerts(**(arguments | options))
