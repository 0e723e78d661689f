"""The relations, as the schedule asks for them and pages read them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from surveyapp.services.insight.relations import ask_relation, relation_of
from tests.fixtures.world import World

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PULSE = UUID("a54ad2cb-7b9e-4d43-9a43-f2ce0f1a6e10")


def test_each_scale_has_one_relation(harbour: World) -> None:
    """Asked after every release, the row is the same."""
    owner = harbour.organisation_id
    assert relation_of(harbour.session, owner, PULSE, "speaking-up") is None
    ask_relation(harbour.session, owner, PULSE, "speaking-up", NOW)
    first = relation_of(harbour.session, owner, PULSE, "speaking-up")
    ask_relation(harbour.session, owner, PULSE, "speaking-up", NOW + timedelta(weeks=2))
    second = relation_of(harbour.session, owner, PULSE, "speaking-up")
    assert first is not None
    assert second is not None
    assert (second.id, second.asked_at) == (first.id, NOW + timedelta(weeks=2))
    assert relation_of(harbour.session, owner, PULSE, "autonomy") is None
