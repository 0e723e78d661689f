"""Scores and counts: against R, planted relations, refusals."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from surveyapp.stats.association import SafetyAndCounts, safety_and_counts
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.power import teams_needed

Table = dict[str, Any]


def told(outcome: SafetyAndCounts | CannotTell) -> SafetyAndCounts:
    """Give the relation, which these data always allow."""
    assert isinstance(outcome, SafetyAndCounts)
    return outcome


def panel(teams: int, waves: int, *, within: float = 0.0, drift: float = 0.0, seed: int = 5) -> Table:
    """Make cells whose log rate rises with a team's own changes of score."""
    rng = np.random.default_rng(seed)
    team, wave = np.repeat(np.arange(teams), waves), np.tile(np.arange(waves), teams)
    own, base = rng.normal(0, 0.4, len(team)), rng.normal(0, 0.4, teams)[team]
    score = 3.5 + base + own + drift * wave
    count = rng.poisson(np.exp(within * own + drift * wave + rng.normal(0, 0.3, teams)[team]))
    return {"score": score, "count": count, "exposure": np.ones(len(team)), "team": team, "wave": wave}


def test_within_slope_with_calendar_equals_team_and_wave_effects(
    oracle: Callable[[str], Any], table: Callable[[str], Table]
) -> None:
    """The split into parts estimates much the same as an effect for every team."""
    log, values = table("synth_log.csv"), oracle("poisson_fe_synth")
    columns = [log[name] for name in ("score", "self_reported", "person_weeks", "team", "wave")]
    assert told(safety_and_counts(*columns)).within.estimate == pytest.approx(values["score"], rel=0.1)


def test_a_planted_relation_is_found() -> None:
    """A factor e for one point lies inside the interval."""
    found = told(safety_and_counts(**panel(30, 12, within=1.0))).within
    assert found.low < 1 < found.high
    assert found.rate_ratio_interval[0] > 1


def test_drift_that_all_teams_share_is_no_relation() -> None:
    """Score and reports rise everywhere: without the calendar a sure relation, with it none."""
    cells = panel(30, 12, drift=0.15)
    naive, fair = told(safety_and_counts(**cells, calendar=False)), told(safety_and_counts(**cells))
    assert naive.within.p < 1e-6
    assert fair.within.p > 0.05


def test_the_unit_of_exposure_does_not_matter() -> None:
    """Person-weeks or person-hours: the rate ratio is the same."""
    cells = panel(15, 6)
    hours = cells | {"exposure": cells["exposure"] * 40}
    one, other = told(safety_and_counts(**cells)).within, told(safety_and_counts(**hours)).within
    assert (one.estimate, one.se) == pytest.approx((other.estimate, other.se), rel=1e-6)


def test_withheld_scores_and_absent_teams_are_left_out() -> None:
    """A cell without a score or without exposure is no cell."""
    cells = panel(15, 6)
    marked = {name: column.copy() for name, column in cells.items()}
    marked["score"][3] = np.nan
    marked["exposure"][7], marked["count"][7] = 0, 0
    keep = np.ones(90, dtype=bool)
    keep[[3, 7]] = False
    expected = told(safety_and_counts(**{name: column[keep] for name, column in cells.items()}))
    found = told(safety_and_counts(**marked))
    assert found.n_cells == 88
    assert found.within == expected.within


def test_a_wave_without_events_carries_nothing() -> None:
    """It would send its effect to minus infinity; the slopes do not need it."""
    cells = panel(15, 6)
    cells["count"][cells["wave"] == 2] = 0
    assert told(safety_and_counts(**cells)).n_waves == 5


def test_many_teams_use_the_cheap_variance() -> None:
    """Above 300 teams CR1 with teams - 1 degrees of freedom stands in."""
    found = told(safety_and_counts(**panel(301, 3)))
    assert found.within.df == 300
    assert "CR1" in found.within.method


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("count", -1, "count must be whole numbers from 0, got -1"),
        ("count", 1.5, r"count must be whole numbers from 0, got 1\.5"),
        ("exposure", -2, "exposure must be at least 0, got -2"),
        ("score", np.inf, "score must be finite or NaN, got inf"),
        ("exposure", 0, "exposure must be above 0 where something was counted, got 0 for a count of 3"),
        ("team", 1, r"team 1\.0 must appear once in wave 0\.0, got 2 times"),
    ],
)
def test_nonsense_is_refused(column: str, value: float, message: str) -> None:
    """The message names the column, its value and the limit."""
    cells = {name: values.astype(float) for name, values in panel(13, 2).items()}
    cells["count"][0] = 3
    cells[column][0] = value
    with pytest.raises(ValueError, match=message):
        safety_and_counts(**cells)


def test_columns_must_have_one_length() -> None:
    """The message lists every length."""
    cells = panel(13, 2)
    with pytest.raises(ValueError, match="score 25, count 26"):
        safety_and_counts(**(cells | {"score": cells["score"][1:]}))


def test_confidence_is_a_share() -> None:
    """Percent are not accepted for a share."""
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1, got 95"):
        safety_and_counts(**panel(13, 2), confidence=95)


def test_few_teams_cannot_tell_and_say_how_many_would() -> None:
    """The number needed is a planning figure from the organisation's own counts and scores."""
    outcome = safety_and_counts(**panel(8, 12))
    assert isinstance(outcome, CannotTell)
    assert (outcome.n, outcome.unit) == (8, "teams")
    assert outcome.needed is not None
    assert 12 <= outcome.needed <= 40


def test_twelve_teams_can_tell() -> None:
    """The limit itself is enough."""
    assert told(safety_and_counts(**panel(12, 12))).n_teams == 12


def test_needed_teams_follow_from_counts_and_scores() -> None:
    """A quarter more events for one standard deviation inside teams, with 80 % power."""
    cells = panel(8, 12)
    average = np.repeat(cells["score"].reshape(8, 12).mean(axis=1), 12)
    sd = float((cells["score"] - average).std())
    planned = teams_needed(1.25 ** (1 / sd), score_sd=sd, expected_count=cells["count"].sum() / 8)
    outcome = safety_and_counts(**cells)
    assert isinstance(outcome, CannotTell)
    assert outcome.needed == planned


@pytest.mark.parametrize("more", [{"score": np.repeat(np.arange(8.0), 12)}, {"count": np.full(96, 10_000)}])
def test_needed_teams_are_never_under_twelve(more: Table) -> None:
    """Neither when nothing is known of the spread nor when there are many events."""
    outcome = safety_and_counts(**(panel(8, 12) | more))
    assert isinstance(outcome, CannotTell)
    assert outcome.needed == 12


@pytest.mark.parametrize("score", [np.repeat(np.arange(13.0), 6), np.tile([3.0, 3.1, 3.2, 3.0, 3.1, 3.2], 13)])
def test_scores_that_only_vary_one_way_cannot_tell(score: Any) -> None:
    """Between teams only, or over time only."""
    outcome = safety_and_counts(**(panel(13, 6) | {"score": score}))
    assert isinstance(outcome, CannotTell)
    assert outcome.reason == "the scores do not vary"


@pytest.mark.parametrize(
    ("change", "unit"),
    [
        ({"count": np.zeros(78)}, "events"),
        ({"score": np.full(78, 3.2)}, "teams"),
        ({"score": np.full(78, np.nan)}, "events"),
        ({"score": np.repeat(np.arange(13.0), 6)}, "teams"),
        ({"score": np.tile(np.arange(6.0), 13)}, "teams"),
    ],
)
def test_data_without_variation_cannot_tell(change: Table, unit: str) -> None:
    """No events, all scores equal, none at all, constant teams, or teams that move as one."""
    outcome = safety_and_counts(**(panel(13, 6) | change))
    assert isinstance(outcome, CannotTell)
    assert outcome.unit == unit


@pytest.mark.parametrize(("events", "told"), [(29, False), (30, True)])
def test_few_events_cannot_tell(events: int, told: object) -> None:
    """Intervals on fewer than 30 events are too narrow."""
    cells = panel(13, 6)
    cells["count"] = np.zeros(78)
    cells["count"][np.random.default_rng(1).permutation(78)[:events]] = 1
    outcome = safety_and_counts(**cells)
    assert isinstance(outcome, SafetyAndCounts) is told
    if isinstance(outcome, CannotTell):
        assert (outcome.n, outcome.needed, outcome.unit) == (29, 30, "events")


def test_one_wave_cannot_tell() -> None:
    """Nothing changes inside a team in one wave."""
    outcome = safety_and_counts(**panel(20, 1))
    assert isinstance(outcome, CannotTell)
    assert (outcome.n, outcome.needed, outcome.unit) == (1, 2, "waves")
