"""Outcomes of the log beside a comparison, in small worlds whose truth is known."""

from dataclasses import replace
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from surveyapp.services.insight.beside import OUTCOMES
from surveyapp.services.insight.cells import Cell
from surveyapp.services.insight.comparing import compare
from surveyapp.services.insight.tallies import Tally
from tests.fixtures.plans import CADENCE, FIRST_CLOSE, a_plan, some_cells, units_of

UTC = ZoneInfo("UTC")
WAVES, TREATED = 12, 6
Answer = dict[str, Any]


def a_log(waves: int = WAVES, *, teams: int = 24, sooner: float = 1.0) -> list[Cell]:
    """Return cells with a full log; from the middle on the first six teams tell in that part of the hours."""
    rng = np.random.default_rng(4)
    return [
        replace(cell, log=_told(cell, rng, sooner if cell.series < "team-006" and 2 * cell.wave > waves else 1.0))
        for cell in some_cells(teams, waves)
    ]


def _told(cell: Cell, rng: np.random.Generator, part: float) -> Tally:
    found = int(rng.poisson(1.5))
    return Tally(
        reports=cell.reports,
        found=found,
        both=int(rng.binomial(found, 0.4)),
        voice_hours=[float(hours) for hours in part * rng.exponential(40, 3)],
        surfacing_hours=[float(hours) for hours in rng.exponential(100, 2)],
        deliveries=6,
        rework=int(rng.binomial(6, 0.2)),
    )


def beside(cells: list[Cell], treated: int = TREATED, **plan: Any) -> Answer:
    """Compare the first teams from the middle on, and return what stands beside it."""
    half = max(cell.wave for cell in cells) / 2
    days = {
        "start": (FIRST_CLOSE + (half - 0.5) * CADENCE).date(),
        "planned_end": (FIRST_CLOSE + 60 * CADENCE).date(),
    }
    plan_of_it = a_plan(units_of(cells, treated), **(days | plan))
    found: Answer = compare(cells, plan_of_it, UTC, record="a")["beside"]
    return found


@pytest.fixture(scope="module")
def told() -> Answer:
    """Give what is told where the treated teams tell sooner, and nothing else is true."""
    return beside(a_log(sooner=0.2))


def test_every_outcome_has_four_figures_and_a_comparison_or_a_reason(told: Answer) -> None:
    """Each figure with its n and interval; nothing is left blank."""
    assert told["outcomes"].keys() == OUTCOMES.keys()
    for key, one in told["outcomes"].items():
        if key == "independent":
            assert "fewer than 5 arrivals" in one["reason"]
            continue
        figures = [one[side][when] for side in ("treated", "comparison") for when in ("before", "after")]
        assert all(figure["low"] <= figure["estimate"] <= figure["high"] and figure["n"] for figure in figures)
        assert one["effect"].keys() >= {"n", "low", "high", "p", "adjusted"}


def test_what_is_true_is_found_and_told_as_a_factor(told: Answer) -> None:
    """A fifth of the hours lies in the interval; nothing else is called a difference among so many."""
    voice = told["outcomes"]["voice"]["effect"]
    assert voice["low"] < 0.2 < voice["high"] < 0.6
    assert voice["adjusted"] < 0.05
    others = [one["effect"] for key, one in told["outcomes"].items() if key != "voice" and "effect" in one]
    assert all(effect["adjusted"] > 0.05 for effect in others)
    assert told["asked"] == len(others) + 1


def test_p_is_corrected_so_that_no_sentence_is_false_more_often(told: Answer) -> None:
    """By Holm's method: each outcome makes a claim of its own, and how outcomes hang together is not known."""
    assert told["correction"] == "Holm"
    effects = [one["effect"] for one in told["outcomes"].values() if "effect" in one]
    smallest = min(effects, key=lambda effect: effect["p"])
    assert smallest["adjusted"] == pytest.approx(len(effects) * smallest["p"])
    assert all(effect["p"] <= effect["adjusted"] <= 1 for effect in effects)


def test_bunches_of_one_team_widen_the_interval(told: Answer) -> None:
    """About as many reports in all, but those of two of six teams: the interval is that of teams, which differ."""
    loud = [
        replace(cell, reports=3 * cell.reports * (cell.series < "team-002")) if cell.series < "team-006" else cell
        for cell in a_log(sooner=0.2)
    ]
    even, bunched = (found["outcomes"]["reports"]["treated"]["after"] for found in (told, beside(loud)))
    assert bunched["high"] / bunched["low"] > 3 * even["high"] / even["low"]


def test_figures_are_those_of_the_side_and_time(told: Answer) -> None:
    """Counted once more by hand."""
    cells = a_log(sooner=0.2)
    late = [cell for cell in cells if cell.series < "team-006" and cell.wave > WAVES / 2]
    after = told["outcomes"]["voice"]["treated"]["after"]
    assert after["estimate"] == pytest.approx(median(hours for cell in late for hours in cell.log.voice_hours))
    assert told["outcomes"]["reports"]["treated"]["after"]["cases"] == sum(cell.reports for cell in late)
    assert told["outcomes"]["rework"]["treated"]["after"]["whole"] == 6 * len(late)
    assert told["outcomes"]["rework"]["treated"]["after"]["teams"] == TREATED


def test_fewer_than_five_of_a_side_are_not_told() -> None:
    """In one team of few reports they would be about somebody."""
    quiet = [replace(cell, reports=0) if cell.series == "team-000" else cell for cell in a_log()]
    found = beside(quiet, 1)["outcomes"]
    assert found["reports"]["reason"] == "fewer than 5 reports before or after on one side"
    assert "effect" in found["rework"]


def test_one_team_is_compared_as_its_scores_are() -> None:
    """Ranked among the others; with too few of them there are figures, and the reason why nothing is compared."""
    assert beside(a_log(), 1)["outcomes"]["rework"]["effect"]["method"] == "placebo rank"
    few = beside(a_log(teams=10), 1)["outcomes"]["rework"]
    assert few["treated"]["after"].items() >= {"n": 36, "teams": 1, "reason": "fewer than 3 teams"}.items()
    assert "low" in few["comparison"]["after"]
    assert few["effect"]["reason"] == "one team takes 19 others to compare with"


def test_teams_of_fewer_than_five_people_and_new_ones_do_not_count() -> None:
    """They have no person-weeks, or nothing to compare with."""
    cells = a_log()
    hidden = [replace(cell, person_weeks=0.0) if cell.series == "team-000" else cell for cell in cells]
    fresh = [cell for cell in cells if cell.series != "team-000" or cell.wave > WAVES / 2]
    for changed in (hidden, fresh):
        assert beside(changed)["outcomes"]["reports"]["treated"]["after"]["teams"] == TREATED - 1


def test_delegations_count_where_five_are_under_way() -> None:
    """As in the file of inputs; fewer would be about two people."""

    def handed(cell: Cell, number: int) -> Cell:
        log = replace(cell.log, independent=1, delegation_weeks=2.0 * number, delegations=number)
        return replace(cell, log=log)

    assert "reason" in beside([handed(cell, 4) for cell in a_log()])["outcomes"]["independent"]
    enough = beside([handed(cell, 5) for cell in a_log()])["outcomes"]["independent"]
    assert enough["treated"]["before"]["whole"] == 10 * TREATED * WAVES / 2


@pytest.mark.parametrize("treated", [0, 24])
def test_without_two_sides_nothing_stands_beside(treated: int) -> None:
    """The reason is that of the comparison itself."""
    assert beside(a_log(), treated) == {}
