"""Comparisons and relations, as pages ask for them and read them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from surveyapp.errors import Invalid, NotFound
from surveyapp.services.insight.analyses import Analysis, ask_again
from surveyapp.services.insight.comparisons import ask_before_after, find_before_after, list_before_after
from surveyapp.services.insight.relations import ask_relation, relation_of
from surveyapp.store.learning import StoredAnalysis
from tests.fixtures.world import World

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PULSE = UUID("a54ad2cb-7b9e-4d43-9a43-f2ce0f1a6e10")


def ask(world: World, *units: str, **changes: Any) -> UUID:
    """Ask what changed in some units."""
    question: dict[str, Any] = {
        "pulse_id": PULSE,
        "scale": "speaking-up",
        "units": [world.units[unit].id for unit in units],
        "start": date(2026, 2, 1),
        "chosen_low": False,
        "name": "Training",
        "now": NOW,
    }
    return ask_before_after(world.session, world.organisation_id, **(question | changes))


def visible(world: World, *units: str) -> set[UUID]:
    """Return the ids of some units, or of all."""
    return {world.units[unit].id for unit in units or world.units}


def find(world: World, analysis_id: UUID, *units: str) -> Analysis:
    """Read a comparison as somebody who sees some units, or everything."""
    return find_before_after(world.session, world.organisation_id, analysis_id, visible(world, *units))


def settle(world: World, analysis_id: UUID, **columns: str) -> None:
    """Do what the worker does to a question."""
    row = world.session.get_one(StoredAnalysis, (world.organisation_id, analysis_id))
    for name, value in columns.items():
        setattr(row, name, value)
    world.session.commit()


@pytest.mark.postgres
def test_a_question_is_kept_as_it_was_asked(harbour: World) -> None:
    """With the day on which it was asked, and waiting for the worker."""
    found = find(harbour, ask(harbour, "Gates", name="  Training "))
    assert (found.question["name"], found.question["start"]) == ("Training", "2026-02-01")
    assert found.question["asked_on"] == "2026-03-02"
    assert (found.pending, found.told, found.refused) == (True, False, False)


def test_a_unit_stands_for_everything_below_it(harbour: World) -> None:
    """The department is asked for, its teams are meant."""
    question = find(harbour, ask(harbour, "Operations")).question
    below = {"Operations", "Cranes", "Gates", "Pilots", "Tugs"}
    assert question["units"] == [str(harbour.units["Operations"].id)]
    assert set(question["covers"]) == {str(each) for each in visible(harbour, *below)}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"units": []}, "teams"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"start": date(1, 1, 1)}, "start"),
        ({"start": date(2999, 1, 1)}, "start"),
    ],
)
def test_half_a_question_is_refused(harbour: World, changes: dict[str, Any], field: str) -> None:
    """The message names what is missing."""
    with pytest.raises(Invalid) as refused:
        ask(harbour, "Gates", **changes)
    assert refused.value.field == field


@pytest.mark.parametrize("units", [("Gates",), ("Gates", "Cranes"), ("Operations",)])
def test_who_sees_only_a_part_sees_only_questions_about_it(harbour: World, units: tuple[str, ...]) -> None:
    """A coach of the gates neither lists nor opens a comparison that is about other teams too."""
    analysis_id = ask(harbour, *units)
    listed = list_before_after(harbour.session, harbour.organisation_id, visible(harbour, "Gates"))
    if units == ("Gates",):
        assert [each.id for each in listed] == [analysis_id]
        assert find(harbour, analysis_id, "Gates").id == analysis_id
        return
    assert listed == []
    with pytest.raises(NotFound, match="no such comparison"):
        find(harbour, analysis_id, "Gates")


def test_comparisons_are_listed_newest_first(harbour: World) -> None:
    """Relations are no comparisons."""
    first, second = ask(harbour, "Gates"), ask(harbour, "Cranes", now=NOW + timedelta(hours=1))
    ask_relation(harbour.session, harbour.organisation_id, PULSE, "speaking-up", NOW)
    listed = list_before_after(harbour.session, harbour.organisation_id, visible(harbour))
    assert [each.id for each in listed] == [second, first]


def test_a_relation_is_no_comparison(harbour: World) -> None:
    """It cannot be opened as one."""
    ask_relation(harbour.session, harbour.organisation_id, PULSE, "speaking-up", NOW)
    found = relation_of(harbour.session, harbour.organisation_id, PULSE, "speaking-up")
    assert found is not None
    with pytest.raises(NotFound):
        find(harbour, found.id)


def test_a_question_that_failed_can_be_asked_again(harbour: World) -> None:
    """Nothing of it is lost."""
    analysis_id = ask(harbour, "Gates")
    settle(harbour, analysis_id, state="failed", error="ValueError")
    ask_again(harbour.session, harbour.organisation_id, analysis_id, NOW)
    found = find(harbour, analysis_id)
    assert (found.pending, found.error) == (True, "")


def test_an_answer_stays_while_a_new_one_is_computed(harbour: World) -> None:
    """Readers keep what they had."""
    analysis_id = ask(harbour, "Gates")
    settle(harbour, analysis_id, state="done", answer='{"estimate": 0.2}')
    ask_again(harbour.session, harbour.organisation_id, analysis_id, NOW)
    found = find(harbour, analysis_id)
    assert (found.pending, found.told) == (True, True)


def test_a_refusal_is_an_answer_without_figures(harbour: World) -> None:
    """It says why, and is told apart from figures."""
    analysis_id = ask(harbour, "Gates")
    settle(harbour, analysis_id, state="done", answer='{"reason": "too few teams"}')
    found = find(harbour, analysis_id)
    assert (found.pending, found.told, found.refused) == (False, False, True)


def test_nothing_is_asked_again_that_was_never_asked(harbour: World) -> None:
    """An unknown id is refused."""
    with pytest.raises(NotFound):
        ask_again(harbour.session, harbour.organisation_id, uuid4(), NOW)
