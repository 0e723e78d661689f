"""Power and detectable sizes: against R, each other, simulation, refusals."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from surveyapp.stats import power
from surveyapp.stats.association import SafetyAndCounts, safety_and_counts
from surveyapp.stats.outcome import CannotTell


@pytest.mark.parametrize(("shift", "df"), [(2.0, 3.7), (0.5, 12), (4.0, 1), (3.1, 200)])
def test_power_is_the_tail_of_the_noncentral_t(shift: float, df: float) -> None:
    """On the side of the effect only."""
    critical = stats.t.isf(0.025, df)
    assert power.shift_power(-shift, df) == pytest.approx(stats.nct.sf(critical, df, shift), rel=1e-9)


@pytest.mark.parametrize(("df", "wanted", "level"), [(3.2, 0.8, 0.05), (40, 0.9, 0.01), (8, 0.5, 0.1)])
def test_detectable_shift_undoes_power(df: float, wanted: float, level: float) -> None:
    """The two functions are inverse."""
    shift = power.detectable_shift(df, power=wanted, level=level)
    assert power.shift_power(shift, df, level=level) == pytest.approx(wanted, rel=1e-9)


def test_a_very_large_effect_is_always_found() -> None:
    """Far out the power is 1, not an error."""
    assert power.shift_power(500.0, 30) == pytest.approx(1.0)


def test_detectable_difference_has_the_unit_of_the_spread() -> None:
    """A third of the spread, a third of the difference."""
    third, one = (power.detectable_difference(sd, 6, 18) for sd in (1 / 3, 1.0))
    assert third == pytest.approx(one / 3, rel=1e-12)


def test_unequal_variance_takes_other_degrees_of_freedom() -> None:
    """Fewer degrees of freedom need a larger difference."""
    assert power.detectable_difference(1.0, 6, 18, df=8.6) > power.detectable_difference(1.0, 6, 18)


def test_teams_and_rate_ratio_undo_each_other() -> None:
    """One team fewer finds a little less than the ratio asked for."""
    needed = power.teams_needed(1.4, score_sd=0.3, expected_count=20, dispersion=1.5)
    assert isinstance(needed, int)
    found, short = (
        power.detectable_rate_ratio(teams, score_sd=0.3, expected_count=20, dispersion=1.5)
        for teams in (needed, needed - 1)
    )
    assert found <= 1.4 < short


def test_a_fall_takes_as_many_teams_as_a_rise() -> None:
    """The logarithm counts."""
    one, other = (power.teams_needed(ratio, score_sd=0.3, expected_count=20) for ratio in (1.5, 1 / 1.5))
    assert one == other


def test_tiny_effects_cannot_be_planned() -> None:
    """More teams than any organisation has."""
    assert isinstance(power.teams_needed(1.0001, score_sd=0.1, expected_count=1), CannotTell)


@pytest.mark.slow
def test_needed_teams_reach_about_the_power() -> None:
    """Independent Poisson counts: 80 % within what 400 runs and a planning formula allow."""
    teams, waves = power.teams_needed(1.6, score_sd=0.3, expected_count=20), 10
    assert isinstance(teams, int)
    rng, found = np.random.default_rng(3), 0
    team, wave = np.repeat(np.arange(teams), waves), np.tile(np.arange(waves), teams)
    for _ in range(400):
        own = rng.normal(0, 0.3, (teams, waves)).ravel()
        score = 3.5 + own + rng.normal(0, 0.4, teams)[team]
        count = rng.poisson(2 * np.exp(np.log(1.6) * own))
        outcome = safety_and_counts(score, count, np.ones(len(team)), team, wave)
        found += isinstance(outcome, SafetyAndCounts) and outcome.within.p < 0.05
    assert found / 400 == pytest.approx(0.8, abs=0.12)


def test_detectable_correlation_is_found_that_often() -> None:
    """Fisher's transformation of a normal sample."""
    r, rng = power.detectable_correlation(30), np.random.default_rng(2)
    x = rng.normal(size=(4_000, 30))
    y = r * x + (1 - r**2) ** 0.5 * rng.normal(size=x.shape)
    standard = [(v - v.mean(1, keepdims=True)) / v.std(1, keepdims=True) for v in (x, y)]
    z = np.arctanh((standard[0] * standard[1]).mean(axis=1)) * 27**0.5
    assert np.mean(z > 1.959964) == pytest.approx(0.8, abs=0.03)


def test_published_events_for_a_hazard_ratio_of_two() -> None:
    """Schoenfeld: 66 events in equal groups."""
    assert power.detectable_hazard_ratio(66, 0.5) == pytest.approx(2.0, rel=0.01)


def test_unequal_groups_find_less() -> None:
    """The same events split one to three."""
    assert power.detectable_hazard_ratio(66, 0.25) > power.detectable_hazard_ratio(66, 0.5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: power.shift_power(1, 0), "df must be above 0, got 0"),
        (lambda: power.shift_power(1, 5, level=1.5), r"level must lie between 0 and 1, got 1\.5"),
        (lambda: power.detectable_shift(5, power=0.05), r"power must be above level 0\.05, got 0\.05"),
        (lambda: power.detectable_shift(0.5), r"df must be at least 1, got 0\.5"),
        (lambda: power.detectable_shift(1, power=0.9999), r"power 0\.9999 is out of reach with 1 degrees"),
        (lambda: power.detectable_difference(0, 5, 5), "sd must be above 0, got 0"),
        (lambda: power.detectable_difference(1, 0, 5), "first must be a whole number from 1, got 0"),
        (lambda: power.detectable_difference(1, 1, 1), "must be a whole number from 3, got 2"),
        (lambda: power.teams_needed(1, score_sd=1, expected_count=1), "rate_ratio must differ from 1, got 1"),
        (lambda: power.teams_needed(-2, score_sd=1, expected_count=1), "rate_ratio must be above 0, got -2"),
        (lambda: power.teams_needed(2, score_sd=0, expected_count=1), "score_sd must be above 0, got 0"),
        (lambda: power.detectable_rate_ratio(1, score_sd=1, expected_count=1), "teams must be .* from 2, got 1"),
        (lambda: power.detectable_correlation(4), "n must be a whole number from 5, got 4"),
        (lambda: power.detectable_hazard_ratio(0, 0.5), "events must be a whole number from 1, got 0"),
        (lambda: power.detectable_hazard_ratio(9, 1.0), "share_first must lie between 0 and 1, got 1"),
    ],
)
def test_nonsense_is_refused(call: Callable[[], object], message: str) -> None:
    """The message names the argument, its value and the limit."""
    with pytest.raises(ValueError, match=message):
        call()
