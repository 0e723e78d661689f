"""What to try next on the learning page: said by rules, answered by whoever leads, and held against its measure."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from surveyapp.services.insight.suggesting import speaking, suggest, suggestions_for
from surveyapp.store.learning import StoredAnalysis
from tests.fixtures.accounts import NOON
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World
from tests.web.test_learning import words
from tests.web.test_reports import join


def measures(**shares: float) -> dict[str, Any]:
    """Return what the worker keeps of some measures, each with an interval of two in a hundred."""
    found = {
        key: {"estimate": each, "low": each - 0.01, "high": each + 0.01, "n": 40, "method": "Wilson"}
        for key, each in shares.items()
    }
    return {"measures": found}


def keep(world: World, answer: dict[str, Any]) -> None:
    """Let the worker keep measures of the cranes, and the rules speak."""
    unit_id = world.units["Cranes"].id
    world.session.merge(
        StoredAnalysis(
            organisation_id=world.organisation_id,
            id=unit_id,
            kind="learning",
            question=json.dumps({"unit": str(unit_id)}),
            state="done",
            asked_at=NOON,
            answer=json.dumps(answer),
            error="",
        )
    )
    suggest(world.session, world.organisation_id, {unit_id: speaking(answer["measures"])}, NOON)
    world.session.commit()


@pytest.fixture
def manager(harbour: World, visit: Callable[..., Visitor]) -> Visitor:
    """Give the browser of alice, who manages the cranes."""
    return join(harbour, "alice", visit, manager="Cranes")


def test_two_suggestions_wait_and_each_is_made_once(harbour: World) -> None:
    """A third one has to wait until one is answered."""
    for _ in range(2):
        keep(harbour, measures(M12=0.6, M12a=0.9, M12c=0.1))
    found = suggestions_for(harbour.session, harbour.organisation_id, harbour.units["Cranes"].id)
    assert [each.rule.key for each in found] == ["C1", "C2"]
    assert suggestions_for(harbour.session, harbour.organisation_id, harbour.units["Gates"].id) == []


def test_an_answered_suggestion_is_held_against_its_measure(manager: Visitor, harbour: World) -> None:
    """What it was said for is told as it was then and as it is now."""
    keep(harbour, measures(M12=0.6))
    page = words(manager.get("/app/learning").text)
    assert "What is the smallest piece in which a miss could be taken back?" in page
    address = f"/app/learning/{harbour.units['Cranes'].id}/suggestions"
    assert manager.post(address, rule="C1", said="useful").status_code == 303
    harbour.session.commit()
    keep(harbour, measures(M12=0.2))
    page = words(manager.get("/app/learning").text)
    assert "agree on the trigger at which you are called. useful" in page
    told = page.partition("Cycles in which somebody stepped in unasked: on Mar 2, 2026 ")[2]
    assert told.startswith("60 % (59 % \N{EN DASH} 61 %), n = 40 · now 20 % (19 % \N{EN DASH} 21 %), n = 40")


def test_only_what_was_suggested_can_be_answered(manager: Visitor, harbour: World) -> None:
    """To the own unit, with one of the three answers."""
    keep(harbour, measures(M12=0.6))
    address = f"/app/learning/{harbour.units['Cranes'].id}/suggestions"
    assert manager.post(address, rule="C2", said="useful").status_code == 404
    assert manager.post(address, rule="C1", said="nonsense").status_code == 303
    assert (
        manager.post(f"/app/learning/{harbour.units['Gates'].id}/suggestions", rule="C1", said="useful").status_code
        == 403
    )
    (left,) = suggestions_for(harbour.session, harbour.organisation_id, harbour.units["Cranes"].id)
    assert left.said == ""
