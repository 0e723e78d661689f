"""After-action reviews: planned, held, printed, seen through."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from surveyapp.store.reviews import Review, ReviewAction
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World
from tests.web.test_learning import tell, words
from tests.web.test_reports import join

HELD = {
    "intended": "Lift it once.",
    "happened": "A hook slipped.",
    "made_sense": "It looked closed.",
    "worked": "Nobody stood below.",
    "did_not_work": "The mark is worn.",
    "minutes": "14",
    "people": "5",
}
CHANGE = {"what_1": "Paint the mark anew", "owner_1": "early shift", "due_1": "2026-03-20"}


@pytest.fixture
def manager(harbour: World, visit: Callable[..., Visitor]) -> Visitor:
    """Give the browser of alice, who manages the cranes."""
    return join(harbour, "alice", visit, manager="Cranes")


def plan(browser: Visitor, world: World, **fields: Any) -> str:
    """Plan a review and return its address."""
    query = f"?event={fields.pop('event')}" if "event" in fields else ""
    values = {"team": world.units["Cranes"].id, "planned_at": "2026-03-03T09:00"} | fields
    reply = browser.post(f"/app/reviews/new{query}", **values)
    assert reply.status_code == 303, words(reply.text)
    return str(reply.location)


def rows(world: World, table: Any) -> list[Any]:
    """Return the rows of a table as they are now."""
    world.session.commit()
    world.session.expire_all()
    return list(world.session.scalars(select(table)))


def test_a_review_begins_with_what_the_log_says(manager: Visitor, harbour: World) -> None:
    """Words, severity and hours of the event are on the page, and the question is already answered."""
    event = tell(harbour, severity=1, potential_severity=4, contributing=("time_pressure",))
    address = plan(manager, harbour, event=event)
    html = manager.get(address).text
    page = words(html)
    assert "It could have been 4 of 4" in page
    assert "time pressure" in page
    assert ">A hook slipped.</textarea>" in html.replace("\r\n", "")
    assert "How did it make sense at the time?" in page
    assert not re.search(r"\b[Ww]hy\b|\bwho did\b", page)


def test_a_review_keeps_what_was_found_and_what_changes(manager: Visitor, harbour: World) -> None:
    """And shows it to print, without a form."""
    address = plan(manager, harbour)
    assert manager.post(address, **HELD, **CHANGE).status_code == 303
    html = manager.get(address).text
    assert "Paint the mark anew Seen to by: early shift" in words(html)
    assert "5 people, 14 minutes" in words(html)
    assert "<textarea" not in html
    assert manager.post(address, **HELD, **CHANGE).status_code == 200
    assert len(rows(harbour, ReviewAction)) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "one change or more, or else the tick that nothing changes"),
        (CHANGE | {"no_change": "y"}, "one change or more, or else the tick that nothing changes"),
        (CHANGE | {"owner_1": ""}, "A change needs all three"),
        (CHANGE | {"due_1": ""}, "A change needs all three"),
        (CHANGE | {"due_1": "2036-01-01"}, "due_on: '2036-01-01' is not accepted; expected a day within a year"),
        (CHANGE | {"minutes": "0"}, "Number must be between 1 and 240."),
        (CHANGE | {"people": "many"}, "Not a valid integer value."),
        (CHANGE | {"happened": " "}, "a sentence on what happened"),
    ],
)
def test_a_review_ends_with_a_change_or_says_that_there_is_none(
    manager: Visitor, harbour: World, fields: dict[str, str], said: str
) -> None:
    """What is missing is said, and nothing is kept until then."""
    address = plan(manager, harbour)
    reply = manager.post(address, **(HELD | fields))
    assert reply.status_code == 422
    assert said in words(reply.text)
    assert rows(harbour, Review)[0].held_at is None


def test_that_nothing_changes_can_be_said(manager: Visitor, harbour: World) -> None:
    """Explicitly, and it stands there."""
    address = plan(manager, harbour)
    manager.post(address, **HELD, no_change="y")
    assert "Nothing changes, and the team says so." in words(manager.get(address).text)


def test_a_change_is_done_verified_and_looked_at_again(
    manager: Visitor, harbour: World, later: Callable[..., None], visit: Callable[..., Visitor]
) -> None:
    """Ninety days after it was seen to work the page asks whether it happened again."""
    address = plan(manager, harbour)
    manager.post(address, **HELD, **CHANGE)
    (action,) = rows(harbour, ReviewAction)
    step = f"/app/reviews/actions/{action.id}"
    assert manager.post(step, step="verified").status_code == 409
    assert manager.post(step, step="done", back=address).location == address
    manager.post(step, step="verified")
    assert "Look on May 31, 2026 whether it happened again." in words(manager.get(address).text)
    later(days=91)
    again = join_again(harbour, visit)
    assert "It has not happened again" in words(again.get(address).text)
    again.post(step, step="not_again")
    (action,) = rows(harbour, ReviewAction)
    assert (str(action.done_on), str(action.verified_on), action.recurred) == ("2026-03-02", "2026-03-02", False)


def join_again(world: World, visit: Callable[..., Visitor]) -> Visitor:
    """Open another browser of alice."""
    from tests.fixtures.accounts import ticket_of

    return visit(ticket_of(world, "alice"))


def test_the_invitation_goes_into_a_calendar(manager: Visitor, harbour: World) -> None:
    """A quarter of an hour at the planned time, with the questions."""
    reply = manager.get(f"{plan(manager, harbour)}/review.ics")
    assert reply.content_type == "text/calendar; charset=utf-8"
    unfolded = reply.text.replace("\r\n ", "")
    assert "DTSTART:20260303T080000Z\r\nDTEND:20260303T081500Z" in unfolded
    assert "What changes next time?" in unfolded


def test_reviews_of_other_teams_are_shut(manager: Visitor, harbour: World, visit: Callable[..., Visitor]) -> None:
    """To read, to hold, to plan, and their changes."""
    address = plan(manager, harbour)
    manager.post(address, **HELD, **CHANGE)
    (action,) = rows(harbour, ReviewAction)
    event = tell(harbour)
    other = join(harbour, "bob", visit, manager="Gates")
    assert other.get(address).status_code == 403
    assert other.get(f"{address}/review.ics").status_code == 403
    assert other.post(f"/app/reviews/actions/{action.id}", step="done").status_code == 403
    assert other.get(f"/app/reviews/new?event={event}").status_code == 403
    assert "No review yet" in words(other.get("/app/reviews").text)


def test_reviews_are_listed_by_state(manager: Visitor, harbour: World) -> None:
    """Those to be held first."""
    first, second = plan(manager, harbour), plan(manager, harbour, planned_at="2026-03-01T09:00")
    manager.post(first, **HELD, **CHANGE)
    page = manager.get("/app/reviews").text
    assert page.index(second) < page.index(first)
    assert first not in manager.get("/app/reviews?state=planned").text
    assert second not in manager.get("/app/reviews?state=held").text


def test_an_event_that_is_none_plans_nothing(manager: Visitor) -> None:
    """Whatever stands in the address."""
    for event in ("nonsense", "00000000-0000-0000-0000-000000000000"):
        assert manager.get(f"/app/reviews/new?event={event}").status_code == 404


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.dictionaries(st.sampled_from([*HELD, *CHANGE, "what_2", "due_3", "no_change"]), TEXT))
def test_no_form_breaks_a_review(manager: Visitor, harbour: World, fields: dict[str, str]) -> None:
    """Whatever is sent is taken or asked for again."""
    address = plan(manager, harbour)
    assert manager.post(address, **(HELD | fields)).status_code in {303, 422}
