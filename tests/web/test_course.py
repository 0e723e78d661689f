"""The course of a delegation on its page: the chart with the dip to be expected, three figures, and who sees what."""

from collections.abc import Callable

import pytest
from flask import Flask

from surveyapp.services.insight.measuring import measure_units
from tests.fixtures.accounts import add_account, ticket_of
from tests.fixtures.handed import course, store
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World
from tests.web.test_delegations import plain

See = Callable[[str], str]


@pytest.fixture
def see(app: Flask, harbour: World, visit: Callable[..., Visitor]) -> See:
    """Give a function that returns the page of work with eight cycles and a rise, as one of its people sees it."""
    people = {
        "alice": add_account(harbour, "alice", manager="Cranes"),
        "bob": add_account(harbour, "bob", member="Cranes"),
        "grace": add_account(harbour, "grace", admin="Harbour"),
    }
    work = course("3- 3+ 3+ 4- 4+ 4+ 4+ 4*")
    delegation_id = store(harbour, work, people)
    measure_units(harbour.session, harbour.organisation_id, work.now)
    return lambda name: visit(ticket_of(harbour, name)).get(f"/app/delegations/{delegation_id}").text


def test_the_two_see_the_cycles_with_the_dip_to_be_expected(see: See) -> None:
    """A chart, its words, and where the delegation stands after the rise."""
    for name in ("alice", "bob"):
        html = see(name)
        assert html.count('class="band"') == 1
        assert "Cycle 4: 9 % of the total, outside the bar, 4: does it, and tells afterwards, 0 days" in html
        assert "After the last rise of autonomy, deliveries are within the bar again." in html
        assert "Autonomy and quality rose together." in html


def test_error_trend_time_to_independence_and_rework_stand_together(see: See) -> None:
    """Each with n and interval, or with what it takes."""
    words = plain(see("alice"))
    assert "Error, from delivery to delivery +0.0 % of what the bar accepts" in words
    assert "Time to independent delivery 5 cycles, 1 days" in words
    assert "Found wrong afterwards 0 % (0 \N{EN DASH} 32 %), n = 8" in words


def test_confidence_and_competence_are_for_the_owner_alone(see: See) -> None:
    """And the second person sees nothing of what is between the two."""
    owner, delegator, second = (plain(see(name)) for name in ("bob", "alice", "grace"))
    assert "Your confidence: +0.0 points per delivery" in owner
    assert "3 of 8 deliveries were out of the bar or taken over. Cannot tell yet whether you master this work" in owner
    for words in (delegator, second):
        assert "Your confidence" not in words
        assert "master this work" not in words
    assert "The course so far" not in second
