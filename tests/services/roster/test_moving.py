"""Moving a unit: what it would change is said first, and nothing that was published is touched."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from surveyapp.errors import Conflict, Invalid, NotFound
from surveyapp.services.roster.counting import tree_of
from surveyapp.services.roster.moving import MovePlan, move_unit, plan_move
from surveyapp.store.organisation import AuditEntry
from tests.fixtures.accounts import add_account
from tests.fixtures.world import World

DAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def divided(harbour: World) -> World:
    """Give the harbour a second department with a manager, beside the one of Operations."""
    harbour.unit("Yard", "Harbour")
    harbour.unit("Welders", "Yard", people=9)
    add_account(harbour, "olga", manager="Operations")
    add_account(harbour, "yuri", manager="Yard")
    add_account(harbour, "gina", admin="Harbour")
    return harbour


def plan(world: World, unit: str, parent: str) -> MovePlan:
    """Say what moving a unit would change."""
    ids = (world.units[unit].id, world.units[parent].id)
    return plan_move(world.session, world.organisation_id, *ids, DAY)


def move(world: World, unit: str, parent: str) -> None:
    """Move a unit."""
    ids = (world.units[unit].id, world.units[parent].id)
    move_unit(world.session, world.organisation_id, *ids, now=NOON)


def test_a_plan_says_who_sees_more_and_who_no_longer(divided: World) -> None:
    """Whoever holds a role above both places keeps it, and the plan itself changes nothing."""
    found = plan(divided, "Cranes", "Yard")
    assert [(each.name, each.role, each.unit_name) for each in found.gains] == [("Yuri", "manager", "Yard")]
    assert [each.name for each in found.loses] == ["Olga"]
    assert (found.from_path, found.to_path) == ("Harbour / Operations / Cranes", "Harbour / Yard / Cranes")
    assert plan(divided, "Cranes", "Yard") == found


def test_a_plan_says_which_lines_end_and_begin_and_when(divided: World) -> None:
    """A unit that stands alone goes on wherever it is; one that was pooled with its neighbours ends their line."""
    divided.pulse("Operations", name="Operations")
    divided.pulse("Harbour", name="Everybody")
    alone, pooled = plan(divided, "Cranes", "Yard"), plan(divided, "Pilots", "Yard")
    assert alone.groups_from == date(2027, 1, 1)
    everybody, operations = alone.pulses
    assert (everybody.name, everybody.was_in, everybody.is_in) == ("Everybody", True, True)
    assert (operations.was_in, operations.is_in) == (True, False)
    assert "Cranes" in operations.ends
    assert "Cranes" not in everybody.ends
    assert pooled.pulses[0].ends


def test_a_moved_unit_takes_everything_below_it_along(divided: World) -> None:
    """The audit trail has both places."""
    move(divided, "Operations", "Yard")
    tree = tree_of(divided.session, divided.organisation_id)
    assert tree.path(divided.units["Cranes"].id) == "Harbour / Yard / Operations / Cranes"
    (entry,) = divided.session.scalars(select(AuditEntry).where(AuditEntry.action == "move unit"))
    assert entry.detail == "Harbour / Operations (operations) to Harbour / Yard / Operations"


@pytest.mark.parametrize(
    ("unit", "parent", "said"),
    [
        ("Operations", "Cranes", "a unit that does not lie below the one that is moved"),
        ("Operations", "Operations", "a unit that does not lie below the one that is moved"),
        ("Cranes", "Operations", "another unit than the one that it is below already"),
        ("Harbour", "Yard", "The unit at the top stays"),
    ],
)
def test_what_would_tear_the_tree_is_refused(divided: World, unit: str, parent: str, said: str) -> None:
    """Neither is a unit put below itself, nor where it is, nor is the top moved."""
    for attempt in (plan, move):
        with pytest.raises((Invalid, Conflict), match=said):
            attempt(divided, unit, parent)
    assert tree_of(divided.session, divided.organisation_id).path(divided.units["Cranes"].id).count("/") == 2


def test_names_and_retired_units_are_in_the_way(divided: World) -> None:
    """Two units of one name would not be told apart, and nothing goes below what is out of use."""
    divided.unit("Cranes-2", "Yard").name = "cranes"
    divided.session.commit()
    with pytest.raises(Invalid, match="a unit that has none of this name below it"):
        plan(divided, "Cranes", "Yard")
    divided.units["Yard"].retired_on = DAY
    divided.session.commit()
    with pytest.raises(Conflict, match="Yard is retired; reopen it first"):
        move(divided, "Gates", "Yard")


def test_a_unit_of_nobody_is_not_there(divided: World) -> None:
    """Neither as what is moved nor as the new place."""
    with pytest.raises(NotFound):
        plan_move(divided.session, divided.organisation_id, divided.units["Cranes"].id, divided.organisation_id, DAY)
