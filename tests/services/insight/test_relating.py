"""Relations, held against R and against worlds whose truth is known."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from surveyapp.services.insight.cells import Cell
from surveyapp.services.insight.relating import relation
from surveyapp.stats.association import SafetyAndCounts, safety_and_counts


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
