"""The tree as admins look after it."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from surveyapp.errors import Conflict, Invalid, NotFound
from surveyapp.services.roster.counting import tree_of
from surveyapp.services.roster.units import (
    add_unit,
    find_unit,
    rename_unit,
    reopen_unit,
    retire_unit,
    unit_choices,
    unit_lines,
)
from surveyapp.store.organisation import AuditEntry, Unit
from surveyapp.store.people import Membership
from tests.fixtures.world import World

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def add(world: World, name: str, parent: str = "Operations", code: str = "") -> UUID:
    """Add a unit."""
    return add_unit(world.session, world.organisation_id, world.units[parent].id, name, code, now=NOON)


def rename(world: World, unit: str, name: str, code: str = "") -> None:
    """Rename a unit."""
    rename_unit(world.session, world.organisation_id, world.units[unit].id, name, code, now=NOON)


def retire(world: World, unit_id: UUID) -> None:
    """Retire a unit."""
    retire_unit(world.session, world.organisation_id, unit_id, DAY, now=NOON)


def test_the_tree_counts_people_here_and_below(harbour: World) -> None:
    """Parents come first, siblings by name."""
    lines = unit_lines(harbour.session, harbour.organisation_id, DAY)
    assert [(line.name, line.depth, line.people, line.people_below) for line in lines] == [
        ("Harbour", 0, 0, 34),
        ("Operations", 1, 1, 34),
        ("Cranes", 2, 11, 11),
        ("Gates", 2, 13, 13),
        ("Pilots", 2, 4, 4),
        ("Tugs", 2, 5, 5),
    ]


def test_only_who_is_there_on_the_day_is_counted(harbour: World) -> None:
    """Neither who left nor who is yet to come."""
    harbour.join("late", "Tugs", starts_on=date(2026, 3, 3))
    left = harbour.session.scalars(select(Membership).where(Membership.unit_id == harbour.units["Tugs"].id)).first()
    assert left is not None
    left.ends_on = DAY
    harbour.session.flush()
    card = find_unit(harbour.session, harbour.organisation_id, harbour.units["Tugs"].id, DAY)
    assert card.line.people == 4


def test_a_unit_knows_its_leads_and_what_surrounds_it(harbour: World) -> None:
    """The way up is told from the top."""
    card = find_unit(harbour.session, harbour.organisation_id, harbour.units["Cranes"].id, DAY)
    assert (card.leads, [line.name for line in card.above], card.below) == (("Alice",), ["Harbour", "Operations"], ())


def test_units_of_others_are_not_there(harbour: World) -> None:
    """An id that is not of the organisation looks like one that does not exist."""
    with pytest.raises(NotFound):
        find_unit(harbour.session, harbour.organisation_id, uuid4(), DAY)


def test_a_unit_is_added_with_a_code_of_its_own(harbour: World) -> None:
    """Without one it is made from the name, and numbered when taken."""
    first, second = add(harbour, "Night shift"), add(harbour, "Night shift", "Cranes")
    units = [harbour.session.get_one(Unit, (harbour.organisation_id, each)) for each in (first, second)]
    assert [unit.code for unit in units] == ["night-shift", "night-shift-2"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "tugs", " TUGS "])
def test_a_name_that_cannot_be_taken_is_refused(harbour: World, name: str) -> None:
    """Two units side by side with one name could not be told apart."""
    with pytest.raises(Invalid) as refused:
        add(harbour, name)
    assert refused.value.field == "name"


def test_a_code_is_taken_once(harbour: World) -> None:
    """Files name units by it."""
    harbour.session.commit()
    with pytest.raises(Invalid) as refused:
        add(harbour, "Night", code="tugs")
    assert refused.value.field == "code"
    with pytest.raises(Invalid):
        rename(harbour, "Gates", "Gates", code="tugs")


def test_a_renamed_unit_stays_the_same(harbour: World) -> None:
    """Its own name is no obstacle."""
    rename(harbour, "Gates", "GATES", code="G1")
    unit = harbour.units["Gates"]
    assert (unit.name, unit.code) == ("GATES", "G1")
    with pytest.raises(Invalid):
        rename(harbour, "Gates", "Tugs")


def test_an_empty_unit_is_retired_and_reopened(harbour: World) -> None:
    """It leaves the lists to choose from, and comes back."""
    unit_id = add(harbour, "Whaling")

    def offered() -> bool:
        return unit_id in dict(unit_choices(tree_of(harbour.session, harbour.organisation_id)))

    retire(harbour, unit_id)
    assert not offered()
    reopen_unit(harbour.session, harbour.organisation_id, unit_id, now=NOON)
    assert offered()


def test_nothing_is_added_below_a_retired_unit(harbour: World) -> None:
    """Reopening a unit reopens those above it."""
    whaling = add(harbour, "Whaling")
    boats = add_unit(harbour.session, harbour.organisation_id, whaling, "Boats", now=NOON)
    retire(harbour, boats)
    retire(harbour, whaling)
    with pytest.raises(Conflict, match="reopen"):
        add_unit(harbour.session, harbour.organisation_id, whaling, "Ropes", now=NOON)
    reopen_unit(harbour.session, harbour.organisation_id, boats, now=NOON)
    assert harbour.session.get_one(Unit, (harbour.organisation_id, whaling)).retired_on is None


@pytest.mark.parametrize(
    ("unit", "words"),
    [("Harbour", "at the top"), ("Operations", "units in use below"), ("Tugs", "People belong to it")],
)
def test_a_unit_that_is_needed_is_not_retired(harbour: World, unit: str, words: str) -> None:
    """The message says what to do first."""
    with pytest.raises(Conflict, match=words):
        retire(harbour, harbour.units[unit].id)


def test_a_unit_to_which_somebody_is_about_to_come_is_not_retired(harbour: World) -> None:
    """The person would arrive in a unit that is no more."""
    unit_id = add(harbour, "Whaling")
    harbour.units["Whaling"] = harbour.session.get_one(Unit, (harbour.organisation_id, unit_id))
    harbour.join("ahab", "Whaling", starts_on=date(2026, 5, 1))
    with pytest.raises(Conflict, match="People"):
        retire(harbour, unit_id)


def test_the_audience_of_a_running_pulse_is_not_retired(harbour: World) -> None:
    """The pulse would go on asking nobody."""
    unit_id = add(harbour, "Whaling")
    harbour.units["Whaling"] = harbour.session.get_one(Unit, (harbour.organisation_id, unit_id))
    harbour.pulse("Whaling")
    with pytest.raises(Conflict, match="The pulse Speaking up is about it"):
        retire(harbour, unit_id)


def test_every_change_is_in_the_audit_trail(harbour: World) -> None:
    """With what was before and after."""
    unit_id = add(harbour, "Whaling")
    rename_unit(harbour.session, harbour.organisation_id, unit_id, "Whale watching", now=NOON)
    retire(harbour, unit_id)
    reopen_unit(harbour.session, harbour.organisation_id, unit_id, now=NOON)
    details = {entry.action: entry.detail for entry in harbour.session.scalars(select(AuditEntry))}
    assert details == {
        "add unit": "Whaling (whaling) below Operations",
        "rename unit": "Whaling (whaling) to Whale watching (whaling)",
        "retire unit": "Whale watching (whaling)",
        "reopen unit": "Whale watching (whaling)",
    }
