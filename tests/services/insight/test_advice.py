"""A plan is thought over, advised on by the worker, and registered as it was advised on."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from surveyapp.errors import Conflict, Invalid, NotFound
from surveyapp.services.insight.advice import ask_advice, find_advice, plan_of, register_advised, released_waves
from surveyapp.services.insight.analyses import Analysis
from surveyapp.services.insight.answers import answer_waiting
from surveyapp.services.insight.interventions import all_interventions
from tests.fixtures.accounts import NOON
from tests.fixtures.past import Past
from tests.fixtures.plans import a_wish

LATER = date(2026, 5, 1)


def asked(past: Past, *units: str, **changes: Any) -> Analysis:
    """Ask for advice on a plan for some units, before the last wave."""
    wish = a_wish([past.unit(unit) for unit in units], past.pulse_id, **changes)
    return found(past, ask_advice(past.session, past.owner, wish, NOON))


def found(past: Past, analysis_id: UUID, *units: str) -> Analysis:
    """Read an advice as somebody who sees some units, or all."""
    return find_advice(past.session, past.owner, analysis_id, {past.unit(unit) for unit in units or past.world.units})


def registered(past: Past, advice: Analysis) -> UUID:
    """Register what was advised on."""
    return register_advised(past.session, past.owner, advice, account_id=None, now=NOON)


def test_advice_is_there_within_a_tick(past: Past) -> None:
    """Here with a refusal, for three groups are too few; what it would take is told."""
    advice = asked(past, "Gates")
    assert advice.pending
    answer_waiting(past.session)
    told = found(past, advice.id)
    assert (told.state, told.answer["unit"]) == ("done", "comparison teams")
    assert told.answer["needed"] > told.answer["n"]


def test_a_unit_stands_for_everything_below_it(past: Past) -> None:
    """The department is asked for, its teams are meant."""
    plan = plan_of(asked(past, "Operations"))
    assert plan.units == {past.unit("Operations")}
    assert plan.covers == {past.unit(name) for name in ("Operations", "Cranes", "Gates", "Pilots", "Tugs")}


def test_a_plan_is_registered_once_and_as_it_was_advised_on(past: Past) -> None:
    """Not before the advice has been read; twice is once."""
    advice = asked(past, "Gates")
    with pytest.raises(Conflict):
        registered(past, advice)
    answer_waiting(past.session)
    told = found(past, advice.id)
    assert registered(past, told) == registered(past, told) == advice.id
    assert [each.plan for each in all_interventions(past.session, past.owner)] == [plan_of(told)]


def test_who_sees_only_a_part_sees_only_plans_about_it(past: Past) -> None:
    """A coach of the gates does not open a plan that names other teams."""
    mine, wider = asked(past, "Gates"), asked(past, "Gates", "Cranes")
    assert found(past, mine.id, "Gates").id == mine.id
    with pytest.raises(NotFound):
        found(past, wider.id, "Gates")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"chosen": "low"}, "selection_wave"),
        ({"chosen": "low", "selection_wave": 2}, "selection_wave"),
        ({"chosen": "low", "selection_wave": 9}, "selection_wave"),
        ({"chosen": "drawn"}, "later"),
        ({"chosen": "drawn", "later": date(2026, 3, 1)}, "later"),
        ({"title": ""}, "title"),
    ],
)
def test_half_a_plan_gets_no_advice(past: Past, changes: dict[str, Any], field: str) -> None:
    """Teams that were chosen low were so on a wave before the start, and those drawn last start later."""
    start = past.wave(2).closes_at.date()
    with pytest.raises(Invalid) as refused:
        asked(past, "Gates", start=start, **changes)
    assert refused.value.field == field


def test_low_teams_were_chosen_on_a_released_wave(past: Past) -> None:
    """The waves to choose from are those that have been released, the latest first."""
    waves = released_waves(past.session, past.owner, past.pulse_id)
    assert [wave.number for wave in waves] == [3, 2, 1]
    start = past.wave(2).closes_at.date() + timedelta(days=1)
    assert plan_of(asked(past, "Gates", start=start, chosen="low", selection_wave=2)).selection_wave == 2


def test_the_lot_falls_on_the_same_teams_however_often_it_is_asked(past: Past) -> None:
    """The seed follows from the releases and the teams, so nobody can draw until the draw fits."""
    teams = ("Gates", "Cranes", "Pilots")
    first, second = (asked(past, *teams, chosen="drawn", later=LATER) for _ in range(2))
    other = asked(past, *teams[:2], chosen="drawn", later=LATER)
    assert first.question["draw"] == second.question["draw"] != other.question["draw"]
    answer_waiting(past.session)
    with pytest.raises(Conflict):
        registered(past, found(past, first.id))


def test_a_drawn_plan_starts_with_whom_the_lot_fell_on(past: Past) -> None:
    """The others start later, and the draw is kept with the plan."""
    advice = asked(past, "Gates", "Cranes", chosen="drawn", later=LATER)
    gates, cranes = str(past.unit("Gates")), str(past.unit("Cranes"))
    lots = {"teams": [[gates], [cranes]], "first": [[cranes]], "later": [[gates]], "seed": "a"}
    plan = plan_of(replace(advice, answer={"drawn": lots}))
    assert [(each.start, each.units) for each in plan.cohorts] == [
        (plan.start, (UUID(cranes),)),
        (LATER, (UUID(gates),)),
    ]
    assert plan.draw is not None
    assert (plan.draw.seed, plan.draw.first) == (advice.question["draw"]["seed"], 1)
