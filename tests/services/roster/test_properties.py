"""Roster files of every kind: none breaks the importer, and what one has done it finds done."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveyapp.errors import Invalid
from surveyapp.services.roster import importing as roster_import
from surveyapp.services.roster.counting import counted_in, tree_of
from surveyapp.services.roster.importing import RosterPlan, read_roster
from surveyapp.services.tables import write_csv
from surveyapp.store.organisation import Organisation
from tests.fixtures.world import World

# Every example is an organisation of its own in the same databases.
ONE_DATABASE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
START = date(2026, 3, 2)
HEAD = ("person_id", "name", "email", "unit", "unit_code", "lead", "starts_on", "ends_on")
CELL = st.one_of(
    st.sampled_from(
        ["", "yes", "A", "A / B", "B/A", "a@example.org", "2026-03-05", "1.3.2026", "2026-13-01", "en", "="]
    ),
    st.text(max_size=8),
)
DAYS = st.integers(-3, 6).map(lambda days: str(START + timedelta(days=days)))
PEOPLE = st.fixed_dictionaries(
    {},
    optional={
        code: st.tuples(
            st.sampled_from(["Works", "Works / A", "B", "Works / A / B"]),
            st.sampled_from(["yes", "no"]),
            st.one_of(st.just(""), DAYS),
            st.one_of(st.just(""), st.integers(7, 12).map(lambda days: str(START + timedelta(days=days)))),
        )
        for code in ("ann", "bob", "cid")
    },
)


def found(world: World) -> Organisation:
    """Add an organisation without units to the world's databases, and make it the world's."""
    organisation = Organisation(organisation_id=uuid4(), name="Works", time_zone="Europe/Berlin", language="en")
    world.session.add(organisation)
    world.session.commit()
    world.organisation_id = organisation.organisation_id
    return organisation


def plan(world: World, content: bytes, today: date, *, complete: bool) -> RosterPlan:
    """Plan the import of a file."""
    return roster_import.plan(world.session, world.organisation_id, read_roster(content), today, complete=complete)


@given(
    head=st.permutations([*HEAD, "parent_code", "language", "shoe size"]),
    rows=st.lists(st.lists(CELL, min_size=11, max_size=12), max_size=6),
    complete=st.booleans(),
)
@ONE_DATABASE
def test_every_table_gives_a_plan_or_messages(
    world: World, head: list[str], rows: list[list[str]], *, complete: bool
) -> None:
    """Nothing in a file breaks the importer, and a plan without bad rows can be applied."""
    found(world)
    try:
        made = plan(world, write_csv([head, *rows]), START, complete=complete)
    except Invalid:
        return
    assert all(each.row > 1 and each.expected for each in made.bad)
    if made.ready:
        roster_import.apply(
            world.session, world.organisation_id, made, datetime.combine(START, datetime.min.time(), UTC)
        )


@given(files=st.lists(st.tuples(PEOPLE, st.booleans()), min_size=1, max_size=4))
@ONE_DATABASE
def test_whatever_came_before_a_file_is_found_done_once_it_was_imported(
    world: World, files: list[tuple[dict[str, tuple[str, str, str, str]], bool]]
) -> None:
    """Importing again changes nothing, the same day or the next; a complete file is who is there."""
    found(world)
    for number, (people, complete) in enumerate(files):
        today = START + timedelta(days=number)
        content = write_csv(
            [
                HEAD,
                ("root", "Root", "root@example.org", "Works", "", "", "2020-01-01", ""),
                *((code, code, f"{code}@example.org", unit, "", *rest) for code, (unit, *rest) in people.items()),
            ]
        )
        made = plan(world, content, today, complete=complete)
        assert made.bad == ()
        roster_import.apply(world.session, world.organisation_id, made, datetime(2026, 3, 2, tzinfo=UTC))
        for day in (today, today + timedelta(days=1)):
            assert plan(world, content, day, complete=complete).changes_nothing
        if complete:
            day = START + timedelta(days=6)
            tree = tree_of(world.session, world.organisation_id)
            assert len(counted_in(world.session, world.organisation_id, day, tree)) == len(people) + 1
