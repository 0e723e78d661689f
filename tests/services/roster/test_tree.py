"""Where a roster file puts people: paths of names, codes of units, and the tree that comes of them."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select

from surveyapp.services.roster import importing as roster_import
from surveyapp.services.roster.importing import RosterPlan, read_roster
from surveyapp.services.roster.places import split_path
from surveyapp.services.roster.tree import code_for
from surveyapp.store.organisation import Unit
from tests.fixtures.world import World

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def people(*cells: str, head: str) -> bytes:
    """Write a file with one person for each row of cells about units."""
    rows = (f"p{number},Person,p{number}@example.org,{cell}" for number, cell in enumerate(cells))
    return "\n".join((f"person_id,name,email,{head}", *rows)).encode()


def plan(world: World, *cells: str, head: str = "unit") -> RosterPlan:
    """Plan the import of a file with these units."""
    return roster_import.plan(world.session, world.organisation_id, read_roster(people(*cells, head=head)), TODAY)


def take(world: World, *cells: str, head: str = "unit") -> None:
    """Plan and apply the import of a file with these units."""
    made = plan(world, *cells, head=head)
    assert made.bad == ()
    roster_import.apply(world.session, world.organisation_id, made, NOON)


def tree(world: World) -> dict[str, tuple[str, str]]:
    """Return the code of every unit with its name and the code above it."""
    units = {unit.id: unit for unit in world.session.scalars(select(Unit))}
    return {unit.code: (unit.name, units[unit.parent_id].code if unit.parent_id else "") for unit in units.values()}


@pytest.fixture
def empty(world: World) -> World:
    """Give an organisation without any unit."""
    world.session.execute(delete(Unit).where(Unit.organisation_id == world.organisation_id))
    world.session.commit()
    return world


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Harbour / Operations / Cranes", ["Harbour", "Operations", "Cranes"]),
        ("Harbour/Operations", ["Harbour", "Operations"]),
        ("Harbour > Operations", ["Harbour", "Operations"]),
        ("Finance / Tax/Audit", ["Finance", "Tax/Audit"]),
    ],
)
def test_paths_are_split_at_slashes(text: str, parts: list[str]) -> None:
    """Blanks around the slashes leave slashes in names alone."""
    assert split_path(text) == parts


@pytest.mark.parametrize("path", ["Harbour / Operations / Cranes", "operations/CRANES", " Harbour/Operations/ cranes "])
def test_a_known_unit_is_found_by_its_path(harbour: World, path: str) -> None:
    """Case and blanks do not matter, and the root may be left out."""
    made = plan(harbour, path)
    assert (made.joiners[0].unit, made.new_units) == ("Harbour / Operations / Cranes", ())


def test_an_unknown_path_makes_units_and_names_what_they_nearly_are(harbour: World) -> None:
    """A slip in a name shows before it becomes a team of its own."""
    made = plan(harbour, "Operations / Craness / Night shift")
    assert [(each.path, each.code, each.like) for each in made.new_units] == [
        ("Harbour / Operations / Craness", "craness", "Cranes"),
        ("Harbour / Operations / Craness / Night shift", "night-shift", ""),
    ]


def test_an_organisation_without_units_gets_the_root_of_all_paths(empty: World) -> None:
    """What all paths begin with is the top."""
    take(empty, "Port / Gates", "port / Cranes", "Port")
    assert tree(empty) == {"port": ("Port", ""), "gates": ("Gates", "port"), "cranes": ("Cranes", "port")}


def test_paths_without_a_common_root_are_put_below_the_organisation(empty: World) -> None:
    """There is one top, named after the organisation."""
    take(empty, "Gates", "Cranes / Night")
    assert tree(empty) == {
        "harbour-works": ("Harbour Works", ""),
        "gates": ("Gates", "harbour-works"),
        "cranes": ("Cranes", "harbour-works"),
        "night": ("Night", "cranes"),
    }


def test_teams_of_the_same_name_in_two_places_are_two_teams(empty: World) -> None:
    """Their codes are told apart by a number."""
    take(empty, "Port / North / Crew", "Port / South / Crew")
    assert {code for code in tree(empty) if code.startswith("crew")} == {"crew", "crew-2"}


def test_a_code_beside_the_path_stays_with_a_unit_that_is_renamed_and_moved(harbour: World) -> None:
    """The next file may call it something else, somewhere else."""
    take(harbour, "Operations / Cranes,cranes", head="unit,unit_code")
    made = plan(harbour, "Harbour / Lifting,cranes", head="unit,unit_code")
    assert [(each.before, each.after) for each in made.changed_units] == [
        ("Harbour / Operations / Cranes", "Harbour / Lifting")
    ]
    take(harbour, "Harbour / Lifting,cranes", head="unit,unit_code")
    assert tree(harbour)["cranes"] == ("Lifting", "harbour")


def test_a_code_alone_finds_a_unit_that_is_described_further_down(harbour: World) -> None:
    """The order of the rows does not matter."""
    made = plan(harbour, ",N1", "Operations / Night,N1", ",gates", head="unit,unit_code")
    assert [each.unit.split(" / ")[-1] for each in made.joiners] == ["Night", "Night", "Gates"]


@pytest.mark.parametrize(
    ("cells", "row", "column", "words"),
    [
        ([",nowhere"], 2, "unit_code", "its path beside it"),
        (["Operations / Cranes,C9"], 2, "unit_code", "cranes, which is the code of this unit"),
        (["Operations / A,N1", "Operations / B,N1"], 3, "unit", "the same place as in row 2"),
        (["Operations / A,N1", "Operations / A,N2"], 3, "unit_code", "N1, which is the code"),
        (["Operations / Gates / Operations,operations"], 2, "unit", "not Operations / Gates / Operations"),
    ],
)
def test_paths_and_codes_that_contradict_are_named(
    harbour: World, cells: list[str], row: int, column: str, words: str
) -> None:
    """A message says what would be right."""
    bad = plan(harbour, *cells, head="unit,unit_code").bad
    assert [(each.row, each.column) for each in bad] == [(row, column)]
    assert words in bad[0].expected


def test_units_can_be_named_by_code_and_the_code_above_them(empty: World) -> None:
    """Personnel systems export them like this; units without people have rows without a person."""
    content = people("N,Night,C", "C,Cranes,P", head="unit_code,unit,parent_code") + b"\n,,,P,Port,\n"
    made = roster_import.plan(empty.session, empty.organisation_id, read_roster(content), TODAY)
    roster_import.apply(empty.session, empty.organisation_id, made, NOON)
    assert tree(empty) == {"P": ("Port", ""), "C": ("Cranes", "P"), "N": ("Night", "C")}


def test_new_units_without_a_parent_are_put_below_the_root(harbour: World) -> None:
    """An organisation has one top."""
    take(harbour, "N,Night,", "X,Extra,N", head="unit_code,unit,parent_code")
    found = tree(harbour)
    assert (found["N"], found["X"]) == (("Night", "harbour"), ("Extra", "N"))


def test_a_known_unit_moves_with_its_parent_code(harbour: World) -> None:
    """A re-organisation can be imported."""
    take(harbour, "tugs,Tugs,harbour", "pilots,,gates", head="unit_code,unit,parent_code")
    found = tree(harbour)
    assert (found["tugs"], found["pilots"]) == (("Tugs", "harbour"), ("Pilots", "gates"))


@pytest.mark.parametrize(
    ("cells", "row", "column", "words"),
    [
        (["A,Aa,B", "B,Bb,A"], 2, "parent_code", "not Aa / Bb / Aa"),
        (["A,Aa,A"], 2, "parent_code", "not Aa / Aa"),
        (["operations,,cranes"], 2, "parent_code", "not Operations / Cranes / Operations"),
        (["N,Night,nowhere"], 2, "parent_code", "known or in this file"),
        (["N,Night,harbour", "N,Day,harbour"], 3, "unit", "Night, as row 2 says"),
        (["N,Night,harbour", "N,,gates"], 3, "parent_code", "harbour, as row 2 says"),
        (["N,,harbour"], 2, "unit_code", "needs its name"),
        ([",Night,harbour"], 2, "unit_code", "the code of the unit"),
    ],
)
def test_codes_that_lead_nowhere_or_in_a_circle_are_named(
    harbour: World, cells: list[str], row: int, column: str, words: str
) -> None:
    """A circle is named with the way round."""
    bad = plan(harbour, *cells, head="unit_code,unit,parent_code").bad
    assert (row, column) in [(each.row, each.column) for each in bad]
    assert any(words in each.expected for each in bad)


def test_nobody_is_put_into_a_retired_unit(harbour: World) -> None:
    """Neither into it nor into a new unit below it."""
    harbour.units["Tugs"].retired_on = date(2026, 1, 1)
    harbour.session.commit()
    bad = plan(harbour, "Operations / Tugs", "Operations / Tugs / Night").bad
    assert [(each.row, each.column, "retired on 2026-01-01" in each.expected) for each in bad] == [
        (2, "unit", True),
        (3, "unit", True),
    ]


def test_two_units_with_one_path_are_told_apart_by_code(harbour: World) -> None:
    """A path that fits both fits neither."""
    harbour.session.add(
        Unit(
            organisation_id=harbour.organisation_id,
            parent_id=harbour.units["Operations"].id,
            code="tugs-2",
            name="Tugs",
            retired_on=None,
        )
    )
    harbour.session.commit()
    made = plan(harbour, "Operations / Tugs,", ",tugs-2", head="unit,unit_code")
    assert [(each.row, "2 units" in each.expected) for each in made.bad] == [(2, True)]


@pytest.mark.parametrize(
    ("name", "code"), [("Cranes & Co.", "cranes-co"), ("Über uns", "über-uns"), ("東京", "東京"), ("?!", "unit")]
)
def test_codes_are_made_from_names(name: str, code: str) -> None:
    """They can be read, in any script."""
    assert code_for(name, ()) == code
