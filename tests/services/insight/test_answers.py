"""What the worker answers, held against R and against worlds whose truth is known."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from scipy.special import stdtrit

from surveyapp.services.insight.answers import answer_waiting, ask_relations, compare, relation
from surveyapp.services.insight.cells import Cell
from surveyapp.services.insight.questions import ask_before_after, find_before_after, relation_of
from surveyapp.stats.association import SafetyAndCounts, safety_and_counts
from surveyapp.store.learning import StoredAnalysis
from tests.fixtures.past import Past

START = datetime(2026, 1, 5, tzinfo=UTC)
TWO_WEEKS = timedelta(weeks=2)
AFTER_WAVE_6 = START + 5.5 * TWO_WEEKS


@pytest.fixture
def log_cells(shared_data: Path) -> tuple[list[Cell], set[UUID]]:
    """Give the simulated log as cells of 24 teams in 12 waves, and the units of the treated ones."""
    with (shared_data / "synth_log.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    units = {row["team"]: uuid4() for row in rows}
    treated = {units[row["team"]] for row in rows if row["treated"] == "1"}
    return [from_log(row, units) for row in rows], treated


def from_log(row: dict[str, str], units: dict[str, UUID]) -> Cell:
    """Read a line of the log."""
    return Cell(
        series=row["team"],
        units=frozenset({units[row["team"]]}),
        group_name=row["team"],
        wave=int(row["wave"]),
        closed_at=START + (int(row["wave"]) - 1) * TWO_WEEKS,
        score=float(row["score"]),
        n=int(row["n_resp"]),
        reports=int(row["self_reported"]),
        person_weeks=float(row["person_weeks"]),
    )


@pytest.fixture
def oracle(shared_data: Path) -> Callable[[str], Any]:
    """Give the values that R computed."""
    entries = json.loads((shared_data / "oracle.json").read_text(encoding="utf-8"))["oracle"]
    return lambda name: entries[name]["values"]


def told(found: object) -> SafetyAndCounts:
    """Give the relation, which these data always allow."""
    assert isinstance(found, SafetyAndCounts)
    return found


def scores(cells: list[Cell]) -> list[float]:
    """Return the numbers, none of which is withheld."""
    return [cell.score for cell in cells if cell.score is not None]


def test_before_and_after_equals_r(log_cells: tuple[list[Cell], set[UUID]], oracle: Callable[[str], Any]) -> None:
    """The difference of collapsed changes, and its HC2 interval with Bell-McCaffrey degrees of freedom."""
    cells, treated = log_cells
    answer = compare(cells, treated, AFTER_WAVE_6, chosen_low=False, record="a")
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
    first, second = (compare(cells, treated, AFTER_WAVE_6, chosen_low=False, record="a") for _ in range(2))
    assert first == second


def test_teams_chosen_low_are_compared_given_the_score_they_were_chosen_on(
    log_cells: tuple[list[Cell], set[UUID]],
) -> None:
    """The answer says how much teams as low rose anyway."""
    cells, treated = log_cells
    answer = compare(cells, treated, AFTER_WAVE_6, chosen_low=True, record="a")
    assert answer["method"] == "adjusted for the baseline"
    assert answer["rises_anyway"] is not None


@pytest.mark.parametrize(("waves_before", "side"), [(0, "before"), (12, "after")])
def test_a_comparison_takes_waves_on_both_sides(
    log_cells: tuple[list[Cell], set[UUID]], waves_before: int, side: str
) -> None:
    """The refusal names the side."""
    cells, treated = log_cells
    start = START + (waves_before - 0.5) * TWO_WEEKS
    answer = compare(cells, treated, start, chosen_low=False, record="a")
    assert answer["reason"] == f"no wave has been released {side} the first day"


def test_what_could_be_found_is_told_before_anything_happened(log_cells: tuple[list[Cell], set[UUID]]) -> None:
    """A comparison that is written down in time learns what change it can detect."""
    cells, treated = log_cells
    answer = compare(cells, treated, START + 50 * TWO_WEEKS, chosen_low=False, record="a")
    assert 0.05 < answer["detectable"] < 1


def test_the_day_itself_is_after(log_cells: tuple[list[Cell], set[UUID]]) -> None:
    """A wave that closes at the very start counts as after."""
    cells, treated = log_cells
    answer = compare(cells, treated, START + 6 * TWO_WEEKS, chosen_low=False, record="a")
    assert (answer["waves_before"], answer["waves_after"]) == (6, 6)


@pytest.mark.parametrize("which", ["none", "all"])
def test_without_others_there_is_no_comparison(log_cells: tuple[list[Cell], set[UUID]], which: str) -> None:
    """Neither nobody nor everybody can be compared with the rest."""
    cells, _ = log_cells
    chosen = {unit for cell in cells for unit in cell.units} if which == "all" else {uuid4()}
    answer = compare(cells, chosen, AFTER_WAVE_6, chosen_low=False, record="a")
    assert "reason" in answer
    assert answer["detectable"] is None


def test_a_withheld_number_is_a_gap_and_no_zero(log_cells: tuple[list[Cell], set[UUID]]) -> None:
    """One missing wave of one team hardly moves the answer."""
    cells, treated = log_cells
    gap = [without_score(cell) if (cell.series, cell.wave) == ("T01", 2) else cell for cell in cells]
    answer = compare(gap, treated, AFTER_WAVE_6, chosen_low=False, record="a")
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
    assert compare(pooled, treated, AFTER_WAVE_6, chosen_low=False, record="a")["n_treated"] == 6


def test_the_relation_is_that_of_the_statistics_with_an_effect_for_every_wave(
    log_cells: tuple[list[Cell], set[UUID]],
) -> None:
    """The page's figures are the estimator's, as factors."""
    cells, _ = log_cells
    found = told(
        safety_and_counts(
            scores(cells),
            [cell.reports for cell in cells],
            [cell.person_weeks for cell in cells],
            [cell.series for cell in cells],
            [cell.wave for cell in cells],
        )
    )
    answer = relation(cells)
    assert answer["within"]["rate_ratio"] == found.within.rate_ratio
    assert (answer["between"]["low"], answer["between"]["high"]) == found.between.rate_ratio_interval
    assert (answer["n_teams"], answer["n_waves"], answer["n_cells"]) == (24, 12, 288)


def test_without_wave_effects_the_relation_equals_r(
    log_cells: tuple[list[Cell], set[UUID]], oracle: Callable[[str], Any]
) -> None:
    """The same cells through the same estimator give the published slopes and errors."""
    cells, _ = log_cells
    found = told(
        safety_and_counts(
            scores(cells),
            [cell.reports for cell in cells],
            [cell.person_weeks for cell in cells],
            [cell.series for cell in cells],
            [cell.wave for cell in cells],
            calendar=False,
        )
    )
    values = oracle("glm_mundlak_synth_CR2")
    assert (found.within.estimate, found.within.se) == pytest.approx((values["coef"]["sw"], values["cr2"]["sw"]))
    assert (found.between.estimate, found.between.se) == pytest.approx((values["coef"]["sb"], values["cr2"]["sb"]))


def test_too_few_teams_are_told_with_about_how_many_it_takes(log_cells: tuple[list[Cell], set[UUID]]) -> None:
    """A reason, how many there are, and how many it would take."""
    cells, _ = log_cells
    few = {f"T{number:02}" for number in range(1, 8)}
    answer = relation([cell for cell in cells if cell.series in few])
    assert (answer["reason"], answer["n"], answer["unit"]) == ("fewer than 12 teams", 7, "teams")
    assert answer["needed"] >= 12


def test_nothing_released_is_told() -> None:
    """Before the first wave."""
    assert relation([])["reason"] == "no released waves"


@pytest.mark.parametrize("scale", ["speaking-up", "autonomy", "leader-response"])
def test_every_scale_is_asked_about_after_a_release(past: Past, scale: str) -> None:
    """And answered by the next tick, here with a refusal for there are three groups only."""
    ask_relations(past.session, past.owner, past.pulse_id, past.wave(3).closes_at)
    assert answer_waiting(past.session) == 3
    found = relation_of(past.session, past.owner, past.pulse_id, scale)
    assert found is not None
    assert found.state == "done"
    assert found.refused


def test_a_comparison_is_answered_from_released_rows(past: Past) -> None:
    """From the day in the pulse's time zone on; three groups are too few, and that is said."""
    analysis_id = ask_before_after(
        past.session,
        past.owner,
        pulse_id=past.pulse_id,
        scale="speaking-up",
        units=[past.unit("Gates")],
        start=date(2026, 3, 20),
        chosen_low=False,
        name="Training",
        now=past.wave(3).closes_at,
    )
    assert answer_waiting(past.session) == 1
    found = find_before_after(past.session, past.owner, analysis_id, {past.unit("Gates")})
    assert (found.answer["waves_before"], found.answer["waves_after"]) == (1, 2)
    assert found.refused
    assert answer_waiting(past.session) == 0


def test_a_question_that_cannot_be_computed_is_kept_as_failed(past: Past) -> None:
    """The page says so and lets it be tried again; the worker goes on with the others."""
    row = StoredAnalysis(
        organisation_id=past.owner,
        id=uuid4(),
        kind="before-after",
        question=json.dumps({"pulse": str(uuid4()), "units": []}),
        state="waiting",
        asked_at=START,
        answer="{}",
        error="",
    )
    past.session.add(row)
    past.session.commit()
    ask_relations(past.session, past.owner, past.pulse_id, START)
    assert answer_waiting(past.session) == 4
    assert (row.state, row.error) == ("failed", "NoResultFound")
