"""Statements about teams are right as often as they promise, in organisations whose truth is known."""

from dataclasses import replace

import pytest

from tests.simulation import estimates
from tests.simulation.estimates import BASE, LARGE, PLACES


@pytest.mark.parametrize("response", [0.5, 0.95])
def test_bands_hold_the_truth_in_small_runs(response: float) -> None:
    """Bands of one wave, of three waves, of changes and shrunken scores keep near 95 %."""
    recipe = replace(BASE, response=response)
    for measure in (
        estimates.band_coverage,
        estimates.shrunk_coverage,
        estimates.pooled_coverage,
        estimates.change_coverage,
    ):
        assert 0.91 <= measure(recipe, 40, 1) <= 0.985, measure.__name__


def test_bands_around_published_rows_hold_the_truth() -> None:
    """End-coding, the grid, the one left out and a rounded spread do not break the promise."""
    assert 0.91 <= estimates.band_coverage(LARGE, 15, 2, policy=True) <= 0.985


def test_lines_of_published_rows_hold_the_truth() -> None:
    """A short run through the release policy."""
    assert 0.9 <= estimates.line_coverage(replace(LARGE, waves=12, response=0.95), 2, 3, policy=True) <= 0.99


def test_alerts_from_published_rows_are_rare() -> None:
    """With the policy on, teams without a reason are left alone."""
    false, _ = estimates.alert_rates(replace(LARGE, waves=36, response=0.95), 2, 4, policy=True)
    assert false <= 0.7


def test_few_lines_are_said_to_move_more_than_others() -> None:
    """At most one in twenty, by rank among the others; a short run."""
    assert estimates.moved_rate(replace(BASE, waves=12), 3, 13) <= 0.06


@pytest.mark.slow
@pytest.mark.parametrize("icc", [0.05, 0.15, 0.19])
@pytest.mark.parametrize("response", [0.5, 0.78, 0.95])
def test_bands_hold_the_truth(icc: float, response: float) -> None:
    """Between 93 and 97 of 100, for teams of 3 to 12."""
    recipe = replace(BASE, icc=icc, response=response)
    assert 0.93 <= estimates.band_coverage(recipe, 150, 5) <= 0.97
    assert 0.93 <= estimates.shrunk_coverage(recipe, 150, 6) <= 0.97
    assert 0.93 <= estimates.change_coverage(recipe, 100, 7) <= 0.97
    assert 0.92 <= estimates.line_coverage(recipe, 12, 8) <= 0.98


@pytest.mark.slow
def test_a_small_stable_share_costs_little() -> None:
    """When people change more than assumed, still 91 of 100 bands are right."""
    recipe = replace(BASE, stable_share=0.3)
    assert estimates.band_coverage(recipe, 200, 9) >= 0.905
    assert estimates.shrunk_coverage(recipe, 200, 10) >= 0.905


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_found_where_nothing_happens(place: str) -> None:
    """Slopes are called unlike the others about five times in 100, and alarms are false every other year at most."""
    assert estimates.slope_rate(PLACES[place], 40, 11) <= 0.07
    # With fewer teams nothing is said, and where all drift, all have moved.
    if place in ("weak shocks", "strong shocks"):
        assert estimates.moved_rate(PLACES[place], 40, 13) <= 0.06
    # As many years of teams in each place: alarms of few teams come in bunches.
    false, found = estimates.alert_rates(replace(PLACES[place], waves=52), 600 // PLACES[place].teams, 12)
    assert false <= 0.5
    assert found >= (0.5 if place != "strong shocks" else 0.45)
