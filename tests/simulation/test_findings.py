"""When something happened, it is found as often as promised."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from surveyapp.stats.before_after import BeforeAfter, before_after
from surveyapp.stats.designs import Detectable, Spread, minimum_detectable_change, spread_of_change
from surveyapp.stats.panel import Verdict, verdict
from surveyapp.stats.simulate import organisation
from tests.simulation import worlds

PARADOX = replace(worlds.BASE, error_slope=math.log(0.74), report_slope=0.65, surface_slope=-0.3)
TELLING = {Verdict.MORE_OPEN, Verdict.MORE_OPEN_FEWER_ERRORS}
FEWER = {Verdict.FEWER_ERRORS, Verdict.MORE_OPEN_FEWER_ERRORS}


def verdicts(runs: int, seed: int) -> Counter[Verdict]:
    """Count what is said of organisations in which safer teams err less and tell more."""
    return Counter(verdict(worlds.incidents(np.random.default_rng([seed, run]), PARADOX)) for run in range(runs))


def test_the_planted_paradox_is_seen_through() -> None:
    """In 60 organisations: telling in most, fewer errors in most, never the opposite."""
    said = verdicts(60, 1)
    assert sum(said[one] for one in TELLING) >= 50
    assert sum(said[one] for one in FEWER) >= 38
    assert said[Verdict.LESS_OPEN] == 0


@pytest.mark.slow
def test_the_paradox_is_found_as_often_as_promised() -> None:
    """Telling in at least 90 %, the drop in errors in at least 75 %."""
    said = verdicts(500, 2)
    assert sum(said[one] for one in TELLING) >= 0.9 * 500
    assert sum(said[one] for one in FEWER) >= 0.75 * 500 - 2.33 * math.sqrt(500 * 0.75 * 0.25)
    assert said[Verdict.LOOK_AT_FINDING] + said[Verdict.LESS_OPEN] <= 5


def power_at_detectable(treated: int, teams: int, runs: int, seed: int) -> float:
    """Plan on 12 past waves, then run the programme with an effect of just the detectable size.

    Teams are around the middle of the scale, where answers follow a change of climate in full.
    """
    recipe = replace(worlds.BASE, teams=teams, centre=3.0)
    past = organisation(np.random.default_rng(seed), replace(recipe, teams=400, waves=12)).means()
    spread = spread_of_change(past, 3, 3)
    assert isinstance(spread, Spread)
    plan = minimum_detectable_change(spread.estimate, treated, teams - treated)
    assert isinstance(plan, Detectable)
    marked = np.arange(teams) < treated
    effect = np.asarray(plan.estimate * marked[:, None] * (np.arange(6) >= 3), dtype=np.float64)
    found = 0
    for run in range(runs):
        rng = np.random.default_rng([seed, run])
        score = worlds.scores(rng, replace(recipe, waves=6), effect=effect)
        outcome = before_after(score, marked, 3, rng=rng, draws=999)
        found += isinstance(outcome, BeforeAfter) and outcome.p <= 0.05
    return found / runs


@pytest.mark.slow
@pytest.mark.parametrize(("treated", "teams"), [(4, 8), (4, 24), (6, 24), (10, 40)])
def test_the_detectable_change_is_detected(treated: int, teams: int) -> None:
    """80 % of 400 programmes, within what a tenth of the size changes and what chance does."""
    assert power_at_detectable(treated, teams, 400, 3) == pytest.approx(0.8, abs=0.11)


def test_the_detectable_change_is_mostly_detected() -> None:
    """A short run for 10 of 40 teams."""
    assert 0.6 <= power_at_detectable(10, 40, 60, 3) <= 0.97
