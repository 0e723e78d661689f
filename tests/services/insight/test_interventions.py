"""The register of interventions: locked, chained, amended in public."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from surveyapp.errors import Invalid, NotFound
from surveyapp.services.insight.advising import Lots, draw_lots, wrong_draws
from surveyapp.services.insight.interventions import (
    Change,
    Intervention,
    all_interventions,
    amend,
    broken_entries,
    find_intervention,
    list_interventions,
    markers_for,
    register,
)
from surveyapp.services.insight.plans import Draw, Plan, as_json, from_json
from surveyapp.store.interventions import InterventionVersion
from tests.fixtures.accounts import NOON
from tests.fixtures.past import Past
from tests.fixtures.plans import END, START, a_plan
from tests.fixtures.world import World

NOBODY = None


def registered(past: Past, plan: Plan, now: datetime = NOON) -> Intervention:
    """Register a plan and read it back."""
    key = register(past.session, past.owner, plan, account_id=NOBODY, now=now)
    return find_intervention(past.session, past.owner, key, plan.named)


def amended(past: Past, known: Intervention, now: datetime = NOON, **changes: Any) -> Intervention:
    """Amend an intervention and read it back."""
    given: dict[str, Any] = {
        "starts": [cohort.start for cohort in known.plan.cohorts],
        "planned_end": known.plan.planned_end,
        "what": known.plan.what,
        "reason": "The trainer fell ill",
    }
    amend(past.session, past.owner, known, Change(**(given | changes)), account_id=NOBODY, now=now)
    return find_intervention(past.session, past.owner, known.id, known.plan.named)


@pytest.fixture
def plan(past: Past) -> Plan:
    """Give a plan for the gates, between the first wave and the second."""
    return a_plan([past.unit("Gates")], pulse_id=past.pulse_id, start=past.wave(1).closes_at.date() + timedelta(days=3))


def test_a_plan_is_read_as_it_was_registered(past: Past, plan: Plan) -> None:
    """Every field, also after it has been text."""
    whole = replace(plan, compared_with=(past.unit("Cranes"),), compared_covers=(past.unit("Cranes"),))
    assert from_json(as_json(whole)) == whole
    assert registered(past, whole).plan == whole


def test_it_is_said_whether_it_was_registered_in_time(past: Past, plan: Plan) -> None:
    """Before the first wave past its start was released, or afterwards."""
    released = past.wave(2).closes_at
    early = registered(past, plan, released - timedelta(seconds=1))
    late = registered(past, plan, released)
    assert (early.in_time, late.in_time) == (True, False)
    assert registered(past, a_plan([past.unit("Gates")], pulse_id=past.pulse_id, start=date(2026, 6, 1))).in_time


def test_an_amendment_stays_beside_what_was_registered(past: Past, plan: Plan) -> None:
    """With its reason, and marked when first results had been published."""
    known = registered(past, plan)
    early = amended(past, known, past.wave(1).closes_at, planned_end=date(2026, 7, 31))
    assert (early.plan.planned_end, early.versions[0].plan.planned_end) == (date(2026, 7, 31), END)
    assert (early.amendments[0].reason, early.late_changes) == ("The trainer fell ill", ())
    late = amended(past, early, past.wave(3).closes_at, what="Three trainings")
    assert [each.number for each in late.late_changes] == [3]
    assert late.plan.units == plan.units


@pytest.mark.parametrize("changes", [{"reason": " "}, {}, {"planned_end": START, "starts": [END]}])
def test_an_amendment_needs_a_reason_and_a_change(past: Past, plan: Plan, changes: dict[str, Any]) -> None:
    """And what comes of it has to be a plan."""
    known = registered(past, plan)
    with pytest.raises(Invalid):
        amended(past, known, **changes)
    assert len(all_interventions(past.session, past.owner)[0].versions) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"what": "x" * 2001}, "what"),
        ({"why": ""}, "why"),
        ({"chosen": "best"}, "chosen"),
        ({"chosen": "low"}, "selection_wave"),
        ({"cohorts": ()}, "teams"),
        ({"planned_end": START}, "planned_end"),
        ({"planned_end": date(2099, 1, 1)}, "planned_end"),
        ({"start": date(1, 1, 1)}, "start"),
    ],
)
def test_half_a_plan_is_refused(past: Past, changes: dict[str, Any], field: str) -> None:
    """The message names what is missing."""
    with pytest.raises(Invalid) as refused:
        registered(past, a_plan([past.unit("Gates")], pulse_id=past.pulse_id, **changes))
    assert refused.value.field == field


def test_a_team_stands_on_one_side_only(past: Past) -> None:
    """Neither twice among the chosen nor in the comparison as well."""
    gates = [past.unit("Gates")]
    for changes, field in (({"later": gates}, "later_teams"), ({"compared_covers": tuple(gates)}, "compared_with")):
        with pytest.raises(Invalid) as refused:
            registered(past, a_plan(gates, pulse_id=past.pulse_id, **changes))
        assert refused.value.field == field


def test_every_registered_lot_is_drawn_again(past: Past) -> None:
    """A plan that does not start with whom the lot fell on is named."""
    teams = tuple((UUID(int=place),) for place in range(1, 9))
    lots = draw_lots(teams, "a release")
    assert isinstance(lots, Lots)
    for title, first in (("Honest", lots.first), ("Swapped", lots.later)):
        mine = [unit for team in first for unit in team]
        registered(past, a_plan(mine, pulse_id=past.pulse_id, title=title, draw=Draw("a release", teams, 4)))
    assert wrong_draws(past.session, past.owner) == ["Swapped"]


def test_who_sees_only_a_part_sees_only_what_is_about_it(past: Past, plan: Plan) -> None:
    """A coach of the gates neither lists nor opens what names other teams too."""
    gates, cranes = past.unit("Gates"), past.unit("Cranes")
    mine = registered(past, plan)
    wider = registered(past, replace(plan, compared_with=(cranes,), compared_covers=(cranes,)))
    assert [each.id for each in list_interventions(past.session, past.owner, {gates})] == [mine.id]
    with pytest.raises(NotFound):
        find_intervention(past.session, past.owner, wider.id, {gates})


def test_markers_are_there_for_the_teams_in_which_something_starts(past: Past, plan: Plan) -> None:
    """On the day as it was amended, under its title; other teams have none."""
    gates, cranes = past.unit("Gates"), past.unit("Cranes")
    later = a_plan([gates], later=[cranes], pulse_id=past.pulse_id, title="Second idea", planned_end=END)
    amended(past, registered(past, plan), starts=[date(2026, 5, 1)])
    registered(past, later)
    assert markers_for(past.session, past.owner, [gates]) == [
        (START, "Second idea"),
        (date(2026, 5, 1), "Asking before correcting"),
    ]
    assert markers_for(past.session, past.owner, {cranes}) == [(date(2026, 4, 20), "Second idea")]
    assert markers_for(past.session, past.owner, [past.unit("Pilots")]) == []


@pytest.mark.postgres
def test_nothing_registered_can_be_altered(harbour: World) -> None:
    """The database refuses it; whoever gets round that breaks the chain."""
    pulse = harbour.pulse("Harbour")
    plan = a_plan([harbour.units["Gates"].id], pulse_id=pulse.id)
    keys: list[UUID] = [
        register(harbour.session, harbour.organisation_id, plan, account_id=NOBODY, now=NOON) for _ in range(3)
    ]
    assert broken_entries(harbour.session, harbour.organisation_id) == []
    change = update(InterventionVersion).where(InterventionVersion.id == keys[1]).values(reason="")
    with pytest.raises(DBAPIError, match="append-only"):
        harbour.session.execute(change)
    harbour.session.rollback()
    row = harbour.session.get_one(InterventionVersion, (harbour.organisation_id, keys[1], 1))
    row.plan = row.plan.replace("2026-06-30", "2026-07-30")
    with harbour.session.no_autoflush:
        assert broken_entries(harbour.session, harbour.organisation_id) == [2]
    harbour.session.rollback()
