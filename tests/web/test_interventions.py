"""Pages on interventions: what was typed comes back, amendments show, and a failure can be tried again."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import update

from surveyapp.services.accounts.access import Viewer
from surveyapp.services.insight.advice import ask_advice
from surveyapp.services.insight.answers import answer_waiting
from surveyapp.services.insight.comparisons import comparison_of
from surveyapp.services.insight.interventions import register
from surveyapp.store.learning import StoredAnalysis
from surveyapp.store.pulses import Pulse
from tests.fixtures.accounts import NOON, ticket_of
from tests.fixtures.plans import START, a_plan, a_wish
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World


@pytest.fixture
def pulse(harbour: World) -> Pulse:
    """Give a pulse that has no released wave so far."""
    return harbour.pulse("Harbour")


@pytest.fixture
def coach(harbour: World, dana: Viewer, visit: Callable[..., Visitor]) -> Visitor:
    """Give the browser of dana, who coaches operations."""
    return visit(ticket_of(harbour, "dana"))


@pytest.fixture
def known(harbour: World, pulse: Pulse) -> UUID:
    """Give a registered intervention in the cranes."""
    plan = a_plan([harbour.units["Cranes"].id], pulse_id=pulse.id)
    return register(harbour.session, harbour.organisation_id, plan, account_id=None, now=NOON)


def test_a_plan_is_changed_from_what_was_typed(harbour: World, pulse: Pulse, coach: Visitor) -> None:
    """The form has every field again, with the teams still ticked."""
    cranes = harbour.units["Cranes"].id
    wish = a_wish([cranes], pulse.id, compared_with=[harbour.units["Gates"].id])
    asked = ask_advice(harbour.session, harbour.organisation_id, wish, NOON)
    page = coach.get(f"/app/before-after/new?from={asked}").text
    assert 'value="Asking before correcting"' in page
    assert page.count("checked") == 4
    assert f'value="{START.isoformat()}"' in page


def test_without_a_released_wave_the_plan_is_refused_but_can_be_registered(
    harbour: World, pulse: Pulse, coach: Visitor
) -> None:
    """The page says what is missing; registered, the plan waits for its waves."""
    wish = a_wish([harbour.units["Cranes"].id], pulse.id)
    asked = ask_advice(harbour.session, harbour.organisation_id, wish, NOON)
    address = f"/app/before-after/plan/{asked}"
    assert coach.post(address).status_code == 409
    answer_waiting(harbour.session)
    assert "no wave has been released before the first day" in coach.get(address).text
    assert coach.post(address).location.endswith(f"/app/before-after/{asked}")
    answer_waiting(harbour.session)
    listed = coach.get("/app/before-after").text
    assert "Asking before correcting" in listed
    assert "Cannot tell yet" in listed


def test_an_amendment_shows_with_its_reason(harbour: World, known: UUID, coach: Visitor) -> None:
    """Beside what was registered; without a reason nothing is appended."""
    address = f"/app/before-after/{known}"
    fields = {"start": "2026-04-01", "planned_end": "2026-07-31", "what": "Three trainings"}
    assert coach.post(f"{address}/amend", **fields, reason="").status_code == 422
    assert coach.post(f"{address}/amend", **fields, reason="The trainer fell ill").location.endswith(address)
    page = coach.get(address).text
    assert "The trainer fell ill" in page
    assert "Three trainings" in page
    assert "Two trainings of an hour" in page


def test_a_failed_comparison_can_be_tried_again(harbour: World, known: UUID, coach: Visitor) -> None:
    """The page offers it, and the question waits once more."""
    harbour.session.execute(update(StoredAnalysis).values(state="failed"))
    harbour.session.commit()
    assert "Compute again" in coach.get(f"/app/before-after/{known}").text
    coach.post(f"/app/before-after/{known}/again")
    harbour.session.rollback()
    assert comparison_of(harbour.session, harbour.organisation_id, known).pending
