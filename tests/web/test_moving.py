"""Admins move units, and are told what is missing."""

from collections.abc import Callable

import pytest

from surveyapp.services.roster.counting import tree_of
from tests.fixtures.accounts import add_account, ticket_of
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World
from tests.web.test_learning import words


@pytest.fixture
def admin(harbour: World, visit: Callable[..., Visitor]) -> Visitor:
    """Give the browser of an admin of the harbour, which has a second department with a manager."""
    harbour.unit("Yard", "Harbour")
    add_account(harbour, "yuri", manager="Yard")
    add_account(harbour, "gina", admin="Harbour")
    browser = visit(ticket_of(harbour, "gina"))
    harbour.pulse("Operations", name="Monthly")
    return browser


def test_a_move_is_looked_at_first_and_then_made(admin: Visitor, harbour: World) -> None:
    """The page says who will see what, from which wave on, and the tree changes only after that."""
    cranes, yard = harbour.units["Cranes"].id, harbour.units["Yard"].id
    address = f"/app/admin/units/{cranes}/move"
    assert address in admin.get(f"/app/admin/units/{cranes}").text
    assert f'value="{cranes}"' not in admin.get(address).text
    page = words(admin.get(f"{address}?parent={yard}").text)
    for said in (
        "Harbour / Operations / Cranes → Harbour / Yard / Cranes",
        "Yuri (Manager: Yard)",
        "It leaves this pulse",
        "Lines that end: Cranes.",
    ):
        assert said in page
    assert admin.get(f"/app/admin/units/{cranes}").text.count("Yard") == 0
    assert admin.post(address, parent=yard).location == f"/app/admin/units/{cranes}"
    harbour.session.commit()
    assert tree_of(harbour.session, harbour.organisation_id).path(cranes) == "Harbour / Yard / Cranes"


def test_a_place_that_cannot_be_is_asked_for_again(admin: Visitor, harbour: World) -> None:
    """Below itself is not among the choices, where it is already is refused, and nonsense is no place."""
    address = f"/app/admin/units/{harbour.units['Operations'].id}/move"
    for parent in (harbour.units["Cranes"].id, harbour.units["Harbour"].id, "nonsense", ""):
        assert admin.get(f"{address}?parent={parent}").status_code == 422
        assert admin.post(address, parent=parent).status_code == 422


def test_admins_are_told_which_roles_nobody_holds(admin: Visitor, harbour: World) -> None:
    """Until somebody does."""
    page = words(admin.get("/app/admin/accounts").text)
    assert "Nobody is a coach." in page
    assert "Nobody is a steward." in page
    add_account(harbour, "dana", coach="Harbour")
    harbour.session.commit()
    page = words(admin.get("/app/admin/accounts").text)
    assert "Nobody is a coach." not in page
    assert "Nobody is a steward." in page
