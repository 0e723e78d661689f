"""The worker answers what was asked, from released rows."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from surveyapp.services.insight.answers import answer_waiting, ask_relations
from surveyapp.services.insight.comparisons import comparison_of, family_of
from surveyapp.services.insight.interventions import register
from surveyapp.services.insight.relations import relation_of
from surveyapp.store.learning import StoredAnalysis
from tests.fixtures.past import Past
from tests.fixtures.plans import a_plan

START = datetime(2026, 1, 5, tzinfo=UTC)


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
    plan = a_plan([past.unit("Gates")], pulse_id=past.pulse_id)
    known = register(past.session, past.owner, plan, account_id=None, now=past.wave(3).closes_at)
    assert answer_waiting(past.session) == 2
    found = comparison_of(past.session, past.owner, known)
    assert (found.answer["waves_before"], found.answer["waves_after"]) == (1, 2)
    assert found.answer["waves_to_come"] > 0
    assert found.refused
    assert family_of(past.session, past.owner).size == 0
    assert answer_waiting(past.session) == 0


def test_a_question_that_cannot_be_computed_is_kept_as_failed(past: Past) -> None:
    """The page says so and lets it be tried again; the worker goes on with the others."""
    row = StoredAnalysis(
        organisation_id=past.owner,
        id=uuid4(),
        kind="before-after",
        question=json.dumps({"intervention": str(uuid4())}),
        state="waiting",
        asked_at=START,
        answer="{}",
        error="",
    )
    past.session.add(row)
    past.session.commit()
    ask_relations(past.session, past.owner, past.pulse_id, START)
    assert answer_waiting(past.session) == 4
    assert (row.state, row.error) == ("failed", "KeyError")
