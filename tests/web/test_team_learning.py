"""The learning page of a team."""

from collections.abc import Callable

import pytest

from surveyapp.services.insight.measuring import measure_units
from tests.fixtures.accounts import NOON
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World, item_keys
from tests.web.test_learning import tell, words
from tests.web.test_reports import join
from tests.web.test_reviews import CHANGE, HELD, plan, rows


@pytest.fixture
def manager(harbour: World, visit: Callable[..., Visitor]) -> Visitor:
    """Give the browser of alice, who manages the cranes."""
    return join(harbour, "alice", visit, manager="Cranes")


def test_what_changed_comes_first_and_counts_second(manager: Visitor, harbour: World) -> None:
    """A change that was made this month stands above everything that was told."""
    from surveyapp.store.reviews import ReviewAction

    manager.post(plan(manager, harbour), **HELD, **CHANGE)
    page = words(manager.get("/app/learning").text)
    assert "People tell more when they see that something changes." in page
    (action,) = rows(harbour, ReviewAction)
    back = f"/app/learning?team={harbour.units['Cranes'].id}"
    assert manager.post(f"/app/reviews/actions/{action.id}", step="done", back=back).location == back
    page = words(manager.get("/app/learning").text)
    assert page.index("Paint the mark anew") < page.index("What was told in twelve weeks")


def test_figures_come_with_their_interval_or_say_what_is_missing(manager: Visitor, harbour: World) -> None:
    """And no count has a colour."""
    tell(harbour)
    measure_units(harbour.session, harbour.organisation_id, NOON)
    html = manager.get("/app/learning").text
    page = words(html)
    assert "Errors found elsewhere, later half against earlier half Cannot tell yet" in page
    assert "About 50 more errors needed." in page
    assert "Near miss 1" in page
    assert 'class="badge good"' not in html
    assert 'class="badge problem"' not in html


def test_before_the_first_measuring_the_page_says_so(manager: Visitor) -> None:
    """Instead of showing nothing."""
    assert "Figures are computed once a day; there are none yet." in words(manager.get("/app/learning").text)


def test_the_page_of_another_team_is_one_s_own(manager: Visitor, harbour: World) -> None:
    """Whatever stands in the address."""
    for team in (harbour.units["Gates"].id, "nonsense"):
        assert "What Cranes changed this month" in words(manager.get(f"/app/learning?team={team}").text)


def test_an_account_without_units_is_told_so(harbour: World, visit: Callable[..., Visitor]) -> None:
    """A steward reads reports, not teams."""
    browser = join(harbour, "erin", visit, steward="Harbour")
    assert "Your account has no role for a unit yet." in words(browser.get("/app/learning").text)


def test_what_is_noted_stands_beside_what_people_say(harbour: World, visit: Callable[..., Visitor]) -> None:
    """The statements of the pulse on hovering, understanding and reactions, as published; a small team has none."""
    admin = join(harbour, "grace", visit, admin="Harbour")
    wave = harbour.open(harbour.pulse("Harbour"))
    harbour.fill(wave, "Cranes", [dict.fromkeys(item_keys(harbour, wave), 3)] * 9)
    harbour.release(wave)
    measure_units(harbour.session, harbour.organisation_id, NOON)
    ways, others = (
        words(admin.get(f"/app/learning?team={harbour.units[unit].id}").text).partition("Four ways of not letting go")[
            2
        ]
        for unit in ("Cranes", "Gates")
    )
    assert "Looks at the work more often than agreed Cannot tell yet: told from five delegations on." in ways
    for statement in ("Nobody checks the work more often than needed", "Stays calm when told about a mistake"):
        assert f"{statement}: 3.1 n = 8" in ways
    assert "Stays calm when told about a mistake: no number for this unit alone" in others
