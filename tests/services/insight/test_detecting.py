"""What a plan is said to find is computed for the test that it will be held to."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from surveyapp.services.insight.advising import advise
from surveyapp.services.insight.cells import Cell
from surveyapp.services.insight.detecting import DetectableChange, detectable_change
from surveyapp.services.insight.layouts import Layout, lay_out
from surveyapp.services.insight.plans import LOW, Plan
from surveyapp.stats.cohorts import minimum_detectable_staggered
from surveyapp.stats.designs import spread_given_baseline, spread_of_change
from surveyapp.stats.detectable import minimum_detectable_change, minimum_detectable_given_baseline
from surveyapp.stats.outcome import CannotTell
from tests.fixtures.plans import CADENCE, FIRST_CLOSE, a_plan, some_cells, units_of

ZONE = ZoneInfo("UTC")
START = (FIRST_CLOSE + 11.5 * CADENCE).date()
END = START + 6 * CADENCE
CELLS = some_cells(24, 12)


def laid(plan: Plan, cells: list[Cell] = CELLS) -> Layout:
    """Lay a plan over the waves before its start."""
    return lay_out(cells, plan, ZONE)


def points(found: DetectableChange | None) -> float:
    """Give the size, which these plans have."""
    assert found is not None
    return found.points


def lowest_first(wave: int) -> list[Cell]:
    """Return the cells of the lowest teams of a wave first."""
    return sorted((cell for cell in CELLS if cell.wave == wave), key=lambda cell: cell.score or 0)


def test_a_plan_for_any_teams_takes_the_spread_of_changes() -> None:
    """All teams have as many answers, so that what is told is that of the common spread."""
    plan = a_plan(units_of(CELLS, 6), start=START, planned_end=END)
    layout = laid(plan)
    spread = spread_of_change(layout.scores, 4, 4)
    assert not isinstance(spread, CannotTell)
    known = minimum_detectable_change(spread.estimate, 6, 18)
    assert not isinstance(known, CannotTell)
    assert points(detectable_change(layout, plan, 4)) == pytest.approx(known.estimate, rel=0.01)
    assert points(detectable_change(layout, plan, 4, (6, 18))) == pytest.approx(known.estimate)


def test_small_teams_take_more_than_large_ones() -> None:
    """Where few answer, chance moves more."""
    rng = np.random.default_rng(2)
    noisy = [
        replace(cell, n=4, score=(cell.score or 0) + rng.normal(0, 0.3)) if cell.series < "team-012" else cell
        for cell in CELLS
    ]
    small = a_plan(units_of(CELLS, 6), start=START, planned_end=END)
    large = a_plan(units_of(CELLS, 24)[-6:], start=START, planned_end=END)
    found = [points(detectable_change(laid(plan, noisy), plan, 3)) for plan in (small, large)]
    assert found[0] > 1.1 * found[1]


def test_low_teams_are_held_against_what_their_score_lets_expect() -> None:
    """By who was chosen and on which wave; more of them would be the next lowest."""
    chosen = [unit for cell in lowest_first(10)[:6] for unit in cell.units]
    plan = a_plan(chosen, start=START, planned_end=END, chosen=LOW, selection_wave=10)
    layout = laid(plan)
    spread = spread_given_baseline(layout.scores, 2, 4)
    assert not isinstance(spread, CannotTell)
    known = minimum_detectable_given_baseline(spread.estimate, layout.on_wave(10), layout.treated)
    assert not isinstance(known, CannotTell)
    assert points(detectable_change(layout, plan, 4)) == pytest.approx(known.estimate)
    drawn = replace(plan, chosen="drawn", selection_wave=None)
    assert known.estimate > points(detectable_change(layout, drawn, 4))
    assert points(detectable_change(layout, plan, 4, (12, 12))) != pytest.approx(known.estimate)
    told = advise(CELLS, plan, ZONE, CADENCE)["options"]
    assert [option["n_treated"] for option in told] == [6, 6, 12, 12]
    assert [option["at_most"] for option in told] == [False, True, False, True]


@pytest.mark.parametrize("wave", [None, 12, 40])
def test_without_a_wave_to_choose_on_nothing_is_told_of_low_teams(wave: int | None) -> None:
    """None was named, no wave is left between it and the start, or there is no such wave."""
    plan = a_plan(units_of(CELLS, 6), start=START, planned_end=END, chosen=LOW, selection_wave=wave)
    found = detectable_change(laid(plan), plan, 1)
    assert (found is None) == (wave != 12)


def test_several_starts_are_compared_cohort_by_cohort() -> None:
    """The later cohort is expected as many waves later as the days say."""
    mine = units_of(CELLS, 8)
    later = START + 2 * CADENCE
    plan = a_plan(mine[:4], later=mine[4:], start=START, later_start=later, planned_end=END)
    layout = laid(plan)
    starts = [float("nan") if cohort is None else 2.0 * cohort for cohort in layout.cohorts]
    known = minimum_detectable_staggered(layout.scores, starts, waves_before=12, waves_after=4)
    assert not isinstance(known, CannotTell)
    assert points(detectable_change(layout, plan, 4)) == pytest.approx(known.estimate)
    found = advise(CELLS, plan, ZONE, CADENCE)
    assert found["waves_after"] == 4
    assert [(option["n_treated"], option["waves"]) for option in found["options"]] == [(8, 4), (8, 8)]


def test_the_first_waves_tell_nothing_yet() -> None:
    """Nobody knows how far teams move."""
    early = [cell for cell in CELLS if cell.wave == 1]
    plans: list[dict[str, Any]] = [
        {},
        {"chosen": LOW, "selection_wave": 1},
        {"later": units_of(CELLS, 8)[4:], "later_start": END},
    ]
    for changes in plans:
        plan = a_plan(units_of(CELLS, 4), start=FIRST_CLOSE.date() + CADENCE, planned_end=END + CADENCE, **changes)
        assert detectable_change(laid(plan, early), plan, 4) is None
