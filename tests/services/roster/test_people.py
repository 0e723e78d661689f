"""The roster as a list to search, sort and download."""

from datetime import UTC, date, datetime

import pytest

from surveyapp.services.roster import importing as roster_import
from surveyapp.services.roster import people
from surveyapp.services.roster.counting import tree_of
from surveyapp.services.roster.people import PeoplePage, Wanted, count_people, export_people, list_people
from surveyapp.services.tables import write_csv
from tests.fixtures.world import World

DAY = date(2026, 3, 2)


def found(world: World, words: str = "", order: str = "name", page: int = 1, *, descending: bool = False) -> PeoplePage:
    """Return the people that fit."""
    wanted = Wanted(words=words, order=order, page=page, descending=descending)
    tree = tree_of(world.session, world.organisation_id)
    return list_people(world.session, world.organisation_id, tree, DAY, wanted)


def test_a_person_is_listed_with_the_way_to_the_unit(harbour: World) -> None:
    """Who is where, and since when."""
    (alice,) = found(harbour, "alice").people
    assert (alice.code, alice.path, alice.is_lead) == ("alice", "Harbour / Operations / Cranes", True)


@pytest.mark.parametrize(
    ("words", "total"),
    [("", 34), ("cranes", 11), ("bob@EXAMPLE", 1), ("tugs-0", 1), ("alice cranes", 1), ("alice tugs", 0), ("100%", 0)],
)
def test_every_word_has_to_be_somewhere(harbour: World, words: str, total: int) -> None:
    """In the name, id, address or unit; signs of the search language are plain signs."""
    assert found(harbour, words).total == total


def test_umlauts_are_found_in_either_case(harbour: World) -> None:
    """SQLite folds plain letters only."""
    harbour.join("örjan", "Tugs").name = "Örjan Ågren"
    harbour.session.flush()
    assert [found(harbour, words).total for words in ("örjan", "ÖRJAN", "ågren")] == [1, 1, 1]


@pytest.mark.parametrize("order", list(people.ORDERS))
def test_every_order_can_be_turned_round(harbour: World, order: str) -> None:
    """Upwards and downwards hold the same people."""
    up, down = (found(harbour, "s-", order, descending=way) for way in (False, True))
    assert {person.code for person in up.people} == {person.code for person in down.people}
    assert up.people != down.people or order == "since"


def test_the_list_is_cut_into_pages(harbour: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that does not exist is the nearest that does."""
    monkeypatch.setattr(people, "PAGE_SIZE", 10)
    pages = [found(harbour, page=page) for page in (1, 2, 3, 4)]
    codes = [person.code for page in pages for person in page.people]
    assert len(set(codes)) == len(codes) == 34
    assert (found(harbour, page=99).page, found(harbour, page=-1).page) == (4, 1)


def test_a_unit_can_be_looked_at_with_what_is_below(harbour: World) -> None:
    """The units to look in are given."""
    tree = tree_of(harbour.session, harbour.organisation_id)
    wanted = Wanted(units=tree.below(harbour.units["Operations"].id))
    assert list_people(harbour.session, harbour.organisation_id, tree, DAY, wanted).total == 34


def test_who_left_is_not_listed_and_who_comes_is(harbour: World) -> None:
    """The list is of now and next."""
    harbour.join("zoe", "Tugs", starts_on=date(2026, 6, 1))
    assert (found(harbour, "zoe").total, count_people(harbour.session, harbour.organisation_id, DAY)) == (1, 34)


def test_the_download_is_a_file_that_changes_nothing(harbour: World) -> None:
    """It can be edited and imported again, complete."""
    content = write_csv(export_people(harbour.session, harbour.organisation_id, DAY))
    plan = roster_import.plan(
        harbour.session, harbour.organisation_id, roster_import.read_roster(content), DAY, complete=True
    )
    assert (plan.bad, plan.changes_nothing, plan.unchanged) == ((), True, 34)


def test_the_download_has_people_where_they_will_be(harbour: World) -> None:
    """Somebody who is about to move stands once in it."""
    content = b"person_id,name,email,unit,starts_on\nbob,Bob,bob@example.org,Operations / Tugs,2026-05-01\n"
    made = roster_import.plan(harbour.session, harbour.organisation_id, roster_import.read_roster(content), DAY)
    roster_import.apply(harbour.session, harbour.organisation_id, made, datetime(2026, 3, 2, tzinfo=UTC))
    rows = [row for row in export_people(harbour.session, harbour.organisation_id, DAY) if row[0] == "bob"]
    assert [row[4] for row in rows] == ["Harbour / Operations / Tugs"]
