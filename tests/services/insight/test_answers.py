"""The worker answers what was asked, from released rows."""

import json
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from surveyapp.services.insight.answers import answer_waiting, ask_relations
from surveyapp.services.insight.comparisons import ask_before_after, find_before_after
from surveyapp.services.insight.relations import relation_of
from surveyapp.store.learning import StoredAnalysis
from tests.fixtures.past import Past

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
