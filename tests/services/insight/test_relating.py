"""Relations, held against R and against worlds whose truth is known."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from surveyapp.services.insight.cells import Cell
from surveyapp.services.insight.relating import answer_relation, outcomes_of, relation
from surveyapp.stats.association import SafetyAndCounts, safety_and_counts
from surveyapp.stats.wave_effects import Slopes, slopes_beside_waves
from tests.fixtures.past import Past
from tests.services.insight.conftest import in_columns


def told(found: object) -> SafetyAndCounts:
    """Give the relation, which these data always allow."""
    assert isinstance(found, SafetyAndCounts)
    return found


def scores(cells: list[Cell]) -> list[float]:
    """Return the numbers, none of which is withheld."""
    return [cell.score for cell in cells if cell.score is not None]


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
    answer = relation(in_columns(cells))
    reports = answer["outcomes"]["reports"]
    assert reports["within"]["rate_ratio"] == found.within.rate_ratio
    assert (reports["between"]["low"], reports["between"]["high"]) == found.between.rate_ratio_interval
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
    answer = relation(in_columns([cell for cell in cells if cell.series in few]))
    assert (answer["reason"], answer["n"], answer["unit"]) == ("fewer than 12 teams", 7, "teams")
    assert answer["needed"] >= 12


def test_nothing_released_is_told(past: Past) -> None:
    """Before the first wave."""
    question = {"pulse": str(uuid4()), "scale": "speaking-up"}
    assert answer_relation(past.session, past.owner, question, "")["reason"] == "no released waves"


def test_the_share_found_first_equals_r(log_cells: tuple[list[Cell], set[UUID]], oracle: Callable[[str], Any]) -> None:
    """The outcome that the page relates, through the estimator that it uses, without the calendar as published."""
    cells = [cell for cell in log_cells[0] if cell.log.found]
    share, values = outcomes_of(in_columns(cells))["told"], oracle("binom_reporting_share_synth")
    found = slopes_beside_waves(
        np.array(scores(cells))[:, None],
        np.array(share.values, dtype=float),
        share.kind,
        wave=np.zeros(len(cells), dtype=np.intp),
        team=np.unique([cell.series for cell in cells], return_inverse=True)[1],
        trials=np.array(share.weight, dtype=float),
    )
    assert isinstance(found, Slopes)
    slope = found.slopes[0]
    assert (slope.estimate, slope.se, slope.df, slope.p) == pytest.approx(
        (values["coef"]["score"], values["cr2"][1], values["df"][1], values["p"][1]), rel=1e-5
    )
    assert (np.sum(share.weight), np.sum(share.values)) == (values["ext"], values["both"])


def test_every_figure_is_corrected_for_all_questions(log_cells: tuple[list[Cell], set[UUID]]) -> None:
    """Parts, delays and signs of what can be told are one family, and no corrected p-value is below its own."""
    answer = relation(in_columns(log_cells[0]))
    told_of = [one for one in answer["outcomes"].values() if "reason" not in one]
    parts = [part for one in told_of for part in (one["within"], one["between"], *one["later"].values())]
    shown = [*parts, *(row for row in answer["panel"].values())]
    assert answer["asked"] == len(shown) == 24
    assert all(part["p"] <= part["adjusted"] for part in shown)


def test_an_outcome_that_nobody_logs_says_so_and_leaves_the_others_alone(
    log_cells: tuple[list[Cell], set[UUID]],
) -> None:
    """No delivery and no delegation is known here."""
    outcomes = relation(in_columns(log_cells[0]))["outcomes"]
    assert {key for key, one in outcomes.items() if "reason" in one} == {"voice", "rework", "independent"}
    assert outcomes["reports"]["needed"] >= 12


def test_the_record_settles_the_second_look(log_cells: tuple[list[Cell], set[UUID]]) -> None:
    """What is found inside teams is swapped with a seed from the record, so that it is the same everywhere."""
    cells = [louder(cell) for cell in log_cells[0]]
    first, second = (relation(in_columns(cells), "a") for _ in range(2))
    swapped = first["outcomes"]["reports"]["swapped"]
    assert first["outcomes"]["reports"]["within"]["adjusted"] < 0.01
    assert (swapped["p"] < 0.01, swapped["n"]) == (True, 24)
    assert json.dumps(first) == json.dumps(second)


def louder(cell: Cell) -> Cell:
    """Let reports follow the score of their own wave closely."""
    return replace(cell, reports=round(3 * np.exp(1.5 * ((cell.score or 3.5) - 3.5))))
