"""What a plan allows and could find, told before anything is registered."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from surveyapp.services.insight.advising import advise, draw_lots, is_as_drawn
from surveyapp.services.insight.detecting import waves_needed
from surveyapp.services.insight.layouts import lay_out
from surveyapp.services.insight.plans import Draw
from surveyapp.stats.outcome import CannotTell
from tests.fixtures.plans import CADENCE, FIRST_CLOSE, a_plan, some_cells, units_of

ZONE = ZoneInfo("UTC")
AFTER_12 = (FIRST_CLOSE + 11.5 * CADENCE).date()
END = AFTER_12 + 6 * CADENCE


def test_advice_names_the_test_and_what_it_finds() -> None:
    """Teams and waves on both sides, then the change, then what more waves or more teams would bring."""
    cells = some_cells(24, 12)
    found = advise(cells, a_plan(units_of(cells, 6), start=AFTER_12, planned_end=END), ZONE, CADENCE)
    assert (found["n_treated"], found["n_comparison"], found["test"]) == (6, 18, "studentised permutation")
    assert (found["waves_before"], found["waves_after"]) == (12, 6)
    now, more_waves, more_teams, both = found["options"]
    assert now["detectable"] >= more_waves["detectable"]
    assert now["detectable"] > more_teams["detectable"] >= both["detectable"]
    assert (now["at_most"], more_waves["at_most"], more_teams["n_treated"]) == (False, True, 12)


def test_advice_looks_at_nothing_past_the_start() -> None:
    """Waves after the first day change nothing, so that late advice tells no result."""
    early, late = some_cells(24, 12), some_cells(24, 18, effect=2.0, treated=6)
    later = [cell for cell in late if cell.wave > 12]
    plan = a_plan(units_of(early, 6), start=AFTER_12, planned_end=END)
    assert advise([*early, *later], plan, ZONE, CADENCE) == advise(early, plan, ZONE, CADENCE)


@pytest.mark.parametrize(
    ("teams", "treated", "why", "needed"),
    [(10, 1, "other", 19), (20, 2, "low", 3), (6, 3, "other", 8), (5, 5, "other", 19), (30, 1, "other", 6)],
)
def test_a_design_without_a_test_is_refused_with_what_it_takes(teams: int, treated: int, why: str, needed: int) -> None:
    """Too few to compare with, too few chosen low, too few in all, nobody beside, too few waves."""
    cells = some_cells(teams, 4)
    start = (FIRST_CLOSE + 3.5 * CADENCE).date()
    mine, end = units_of(cells, treated), start + 3 * CADENCE
    plan = a_plan(mine, start=start, planned_end=end, chosen=why, selection_wave=4)
    found = advise(cells, plan, ZONE, CADENCE)
    assert found["needed"] == needed
    assert found["reason"]


def test_before_the_first_wave_there_is_no_advice() -> None:
    """Nothing is known of how teams move."""
    cells = some_cells(10, 2)
    plan = a_plan(units_of(cells, 3), start=date(2020, 1, 1), planned_end=date(2020, 6, 1))
    assert advise([], plan, ZONE, CADENCE)["reason"] == "no wave has been released before the first day"


def test_teams_that_start_on_different_days_take_three_each() -> None:
    """And low ones need a draw."""
    cells = some_cells(24, 12)
    for later, changes, needed in ((1, {}, 3), (4, {"chosen": "low", "selection_wave": 12}, 1), (4, {}, None)):
        mine = units_of(cells, 4 + later)
        day = AFTER_12 + 3 * CADENCE
        plan = a_plan(mine[:4], later=mine[4:], start=AFTER_12, later_start=day, planned_end=END, **changes)
        assert advise(cells, plan, ZONE, CADENCE).get("needed") == needed


def test_half_of_the_teams_are_drawn_and_can_be_drawn_again() -> None:
    """From the seed and the teams anybody gets the same; another seed gives another draw."""
    cells = some_cells(12, 8)
    start = (FIRST_CLOSE + 7.5 * CADENCE).date()
    plan = a_plan(units_of(cells, 12), start=start, chosen="drawn", planned_end=start + 12 * CADENCE)
    draw = {"seed": "a release", "later": (start + timedelta(weeks=12)).isoformat()}
    found = advise(cells, plan, ZONE, CADENCE, draw)
    assert (found["n_treated"], found["n_comparison"], found["waves_after"]) == (6, 6, 6)
    drawn = found["drawn"]
    assert sorted(drawn["first"] + drawn["later"]) == sorted(drawn["teams"])
    assert advise(cells, plan, ZONE, CADENCE, draw)["drawn"] == drawn
    assert advise(cells, plan, ZONE, CADENCE, draw | {"seed": "another"})["drawn"]["first"] != drawn["first"]
    teams = tuple(tuple(UUID(unit) for unit in team) for team in drawn["teams"])
    first = [UUID(unit) for team in drawn["first"] for unit in team]
    kept = Draw("a release", teams, 6)
    assert is_as_drawn(a_plan(first), kept)
    assert not is_as_drawn(a_plan([*first[1:], UUID(drawn["later"][0][0])]), kept)


def test_too_few_teams_draw_no_lots() -> None:
    """A draw that leaves no valid comparison is refused before anybody waits for nothing."""
    assert isinstance(draw_lots([(UUID(int=1),)], "a"), CannotTell)
    assert isinstance(draw_lots([(UUID(int=place),) for place in range(6)], "a"), CannotTell)


def test_it_is_told_about_how_many_waves_it_takes() -> None:
    """Fewer when more teams take part; none of it before the past can tell."""
    cells = some_cells(24, 12)
    plan = a_plan(units_of(cells, 6), start=AFTER_12, planned_end=END)
    layout = lay_out(cells, plan, ZONE)
    few, many = waves_needed(layout, plan, (4, 20)), waves_needed(layout, plan, (10, 14))
    assert few is not None
    assert many is not None
    assert few > many >= 1
    early = lay_out(cells, a_plan(units_of(cells, 6), start=FIRST_CLOSE.date() + CADENCE, planned_end=END), ZONE)
    assert waves_needed(early, plan) is None
