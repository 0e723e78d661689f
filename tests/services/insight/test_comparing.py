"""Comparisons before and after, held against R and against worlds whose truth is known."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from scipy.special import stdtrit

from surveyapp.services.insight.cells import Cell
from surveyapp.services.insight.comparing import compare, waves_to_come
from surveyapp.services.insight.plans import Draw
from tests.fixtures.plans import CADENCE, FIRST_CLOSE, a_plan, some_cells, units_of

START = datetime(2026, 1, 5, tzinfo=UTC)
TWO_WEEKS = timedelta(weeks=2)
UTC_ZONE = ZoneInfo("UTC")
AFTER_WAVE_6 = START + 5.5 * TWO_WEEKS


def compared(
    cells: list[Cell], units: set[UUID], *, start: datetime = AFTER_WAVE_6, later: set[UUID] | None = None, **plan: Any
) -> dict[str, Any]:
    """Compare some units from a day on, over all waves after it."""
    given: dict[str, Any] = {"planned_end": (START + 60 * TWO_WEEKS).date()} | plan
    return compare(cells, a_plan(units, start=start.date(), later=later or (), **given), UTC_ZONE, record="a")


def test_before_and_after_equals_r(log_cells: tuple[list[Cell], set[UUID]], oracle: Callable[[str], Any]) -> None:
    """The difference of collapsed changes, and its HC2 interval with Bell-McCaffrey degrees of freedom."""
    cells, treated = log_cells
    answer = compared(cells, treated)
    values = oracle("did_synth_collapsed")
    reach = stdtrit(values["df_bm"], 0.975) * values["se_hc2"]
    assert answer["estimate"] == pytest.approx(oracle("ri_synth_did")["obs"], rel=1e-9)
    assert answer["estimate"] == pytest.approx(0.264602277503704, rel=1e-9)
    assert answer["low"] == pytest.approx(values["did"] - reach, rel=1e-7)
    assert answer["high"] == pytest.approx(values["did"] + reach, rel=1e-7)
    assert (answer["n"], answer["n_treated"], answer["n_chosen"]) == (24, 6, 6)
    assert (answer["waves_before"], answer["waves_after"]) == (6, 6)
    assert answer["p"] < 0.05


def test_the_record_settles_the_figures(log_cells: tuple[list[Cell], set[UUID]]) -> None:
    """Computed again, here or elsewhere, the answer is the same."""
    cells, treated = log_cells
    first, second = (compared(cells, treated) for _ in range(2))
    assert first == second


def test_teams_chosen_low_are_compared_given_the_score_they_were_chosen_on(
    log_cells: tuple[list[Cell], set[UUID]],
) -> None:
    """The answer says how much teams as low rose anyway."""
    cells, treated = log_cells
    answer = compared(cells, treated, chosen="low", selection_wave=6)
    assert answer["method"] == "adjusted for the baseline"
    assert answer["rises_anyway"] is not None


@pytest.mark.parametrize(("waves_before", "side"), [(0, "before"), (12, "after")])
def test_a_comparison_takes_waves_on_both_sides(
    log_cells: tuple[list[Cell], set[UUID]], waves_before: int, side: str
) -> None:
    """The refusal names the side."""
    cells, treated = log_cells
    start = START + (waves_before - 0.5) * TWO_WEEKS
    answer = compared(cells, treated, start=start)
    assert answer["reason"] == f"no wave has been released {side} the first day"


def test_what_could_be_found_is_told_before_anything_happened(log_cells: tuple[list[Cell], set[UUID]]) -> None:
    """A comparison that is written down in time learns what change it can detect."""
    cells, treated = log_cells
    answer = compared(cells, treated, start=START + 50 * TWO_WEEKS)
    assert 0.05 < answer["detectable"] < 1


def test_the_day_itself_is_after(log_cells: tuple[list[Cell], set[UUID]]) -> None:
    """A wave that closes at the very start counts as after."""
    cells, treated = log_cells
    answer = compared(cells, treated, start=START + 6 * TWO_WEEKS)
    assert (answer["waves_before"], answer["waves_after"]) == (6, 6)


@pytest.mark.parametrize("which", ["none", "all"])
def test_without_others_there_is_no_comparison(log_cells: tuple[list[Cell], set[UUID]], which: str) -> None:
    """Neither nobody nor everybody can be compared with the rest."""
    cells, _ = log_cells
    chosen = {unit for cell in cells for unit in cell.units} if which == "all" else {uuid4()}
    answer = compared(cells, chosen)
    assert "reason" in answer
    assert answer["detectable"] is None


def test_a_withheld_number_is_a_gap_and_no_zero(log_cells: tuple[list[Cell], set[UUID]]) -> None:
    """One missing wave of one team hardly moves the answer."""
    cells, treated = log_cells
    gap = [without_score(cell) if (cell.series, cell.wave) == ("T01", 2) else cell for cell in cells]
    answer = compared(gap, treated)
    assert answer["estimate"] == pytest.approx(0.2646, abs=0.02)


def without_score(cell: Cell) -> Cell:
    """Withhold the number of a cell."""
    return Cell(
        cell.series,
        cell.units,
        cell.group_name,
        cell.wave,
        cell.closed_at,
        None,
        0,
        cell.reports,
        cell.person_weeks,
    )


def test_a_group_is_treated_when_one_of_its_units_is(log_cells: tuple[list[Cell], set[UUID]]) -> None:
    """Teams that are counted together cannot be told apart."""
    cells, treated = log_cells
    pooled = [
        Cell(c.series, c.units | {uuid4()}, c.group_name, c.wave, c.closed_at, c.score, c.n, c.reports, c.person_weeks)
        for c in cells
    ]
    assert compared(pooled, treated)["n_treated"] == 6


def made_up(cells: list[Cell], units: list[UUID], **plan: Any) -> dict[str, Any]:
    """Compare some units of made-up teams from the middle of their waves on."""
    half = max(cell.wave for cell in cells) / 2
    given = {"start": (FIRST_CLOSE + (half - 0.5) * CADENCE).date(), "planned_end": (FIRST_CLOSE + 60 * CADENCE).date()}
    return compare(cells, a_plan(units, **(given | plan)), UTC_ZONE, record="a")


def test_one_team_is_ranked_among_the_others_in_a_picture() -> None:
    """With as many dots as other teams, and the rank that the dots show."""
    cells = some_cells(25, 12, effect=0.6, treated=1)
    answer = made_up(cells, units_of(cells, 1))
    shown = answer["placebos"]
    assert (answer["method"], len(shown["others"])) == ("placebo rank", 24)
    assert answer["larger_than"] >= sum(abs(other) < abs(shown["own"]) - 0.1 for other in shown["others"])
    assert "reason" in answer["movement"]["treated"]


def test_both_sides_are_told_with_their_intervals() -> None:
    """How the chosen teams moved and how the others did, for the difference alone hides both."""
    cells = some_cells(24, 12, effect=0.6, treated=6)
    answer = made_up(cells, units_of(cells, 6))
    mine, others = answer["movement"]["treated"], answer["movement"]["comparison"]
    assert (mine["n"], others["n"]) == (6, 18)
    assert mine["estimate"] - others["estimate"] == pytest.approx(answer["estimate"])
    assert others["low"] < others["estimate"] < others["high"]


def test_teams_that_start_on_different_days_are_cohorts() -> None:
    """Each beside teams that had not started by the end of its window; the pooled effect has an interval."""
    cells = some_cells(24, 12, effect=0.6, treated=8)
    mine = units_of(cells, 8)
    start = FIRST_CLOSE + 5.5 * CADENCE
    answer = made_up(cells, mine[:4], later=mine[4:], later_start=(start + 2 * CADENCE).date())
    assert [(each["n_treated"], each["n_comparison"]) for each in answer["cohorts"]] == [(4, 16), (4, 16)]
    assert answer["low"] < answer["estimate"] < answer["high"]
    assert answer["beside"]["outcomes"]["reports"]["effect"]["n_treated"] == 8
    low = made_up(cells, mine[:4], later=mine[4:], later_start=(start + 2 * CADENCE).date(), chosen="low")
    assert "draw of who starts first" in low["reason"]


def test_after_a_draw_those_who_wait_are_the_comparison() -> None:
    """Up to their own start, whatever other teams there are."""
    cells = some_cells(24, 12, effect=0.6, treated=6)
    mine = units_of(cells, 12)
    day = (FIRST_CLOSE + 8.5 * CADENCE).date()
    drawn = Draw("a", tuple((unit,) for unit in mine), 6)
    answer = made_up(cells, mine[:6], later=mine[6:], later_start=day, draw=drawn, chosen="drawn")
    assert (answer["n"], answer["n_treated"]) == (12, 6)
    assert (answer["waves_before"], answer["waves_after"]) == (6, 3)


def test_only_the_teams_of_the_comparison_set_count() -> None:
    """And waves past the planned end do not."""
    cells = some_cells(24, 12)
    units = units_of(cells, 12)
    end = (FIRST_CLOSE + 8.5 * CADENCE).date()
    answer = made_up(cells, units[:4], compared_covers=tuple(units[4:]), planned_end=end)
    assert (answer["n"], answer["n_treated"], answer["waves_after"]) == (12, 4, 3)


@pytest.mark.parametrize(("seen", "to_come"), [(8, 4), (11, 1), (12, 0)])
def test_it_is_known_how_many_waves_are_to_come(seen: int, to_come: int) -> None:
    """Until the planned end, which includes its day."""
    cells = [cell for cell in some_cells(8, 12) if cell.wave <= seen]
    plan = a_plan(units_of(cells, 3), planned_end=(FIRST_CLOSE + 11 * CADENCE).date())
    assert waves_to_come(cells, plan, UTC_ZONE, CADENCE) == to_come
