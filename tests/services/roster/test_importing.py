"""Importing a roster file into an organisation with people in it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Invalid
from surveyapp.services.roster import importing as roster_import
from surveyapp.services.roster.counting import counted_in, tree_of
from surveyapp.services.roster.importing import RosterPlan, read_roster, report_text
from surveyapp.store.database import make_engine, writing
from surveyapp.store.invitations import Invitation
from surveyapp.store.organisation import AuditEntry, Unit
from surveyapp.store.people import Member, Membership
from tests.fixtures.world import World

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HEAD = "person_id,name,email,unit,lead,starts_on,ends_on\n"
ALICE = "alice,Alice,alice@example.org,Harbour / Operations / Cranes,yes,,\n"
BOB = "bob,Bob,bob@example.org,Harbour / Operations / Cranes,,,\n"


def plan(world: World, rows: str, today: date = TODAY, *, head: str = HEAD, complete: bool = False) -> RosterPlan:
    """Plan the import of a file."""
    table = read_roster((head + rows).encode())
    return roster_import.plan(world.session, world.organisation_id, table, today, complete=complete)


def take(world: World, rows: str, today: date = TODAY, *, head: str = HEAD, complete: bool = False) -> RosterPlan:
    """Plan and apply the import of a file."""
    made = plan(world, rows, today, head=head, complete=complete)
    roster_import.apply(world.session, world.organisation_id, made, NOON)
    return made


def held(world: World, code: str) -> list[tuple[str, date, date | None, bool]]:
    """Return the memberships of a person: unit, start, end, whether they lead."""
    rows = world.session.execute(
        select(Unit.name, Membership.starts_on, Membership.ends_on, Membership.is_lead)
        .join(Membership, Membership.unit_id == Unit.id)
        .join(Member, Member.id == Membership.member_id)
        .where(Member.code == code)
        .order_by(Membership.starts_on)
    )
    return [(name, starts_on, ends_on, is_lead) for name, starts_on, ends_on, is_lead in rows]


def wrong(made: RosterPlan) -> list[tuple[int, str, str]]:
    """Return row, column and value of every bad cell."""
    return [(each.row, each.column, each.value) for each in made.bad]


def test_somebody_new_joins(harbour: World) -> None:
    """A person the roster does not know gets a membership from today."""
    made = take(harbour, "zoe,Zoe,zoe@example.org,Harbour / Operations / Gates,,,\n")
    assert [(each.code, each.unit, each.returns) for each in made.joiners] == [
        ("zoe", "Harbour / Operations / Gates", False)
    ]
    assert held(harbour, "zoe") == [("Gates", TODAY, None, False)]


def test_a_file_as_the_organisation_is_changes_nothing(harbour: World) -> None:
    """Importing the same file again is safe."""
    assert plan(harbour, ALICE + BOB).changes_nothing


def test_an_import_again_on_another_day_changes_nothing(harbour: World) -> None:
    """What one import did, the next day's import of the same file finds done."""
    rows = ALICE.replace("Cranes", "Tugs") + "zoe,Zoe,zoe@example.org,Operations/New team,,2026-05-01,2027-01-01\n"
    take(harbour, rows)
    again = plan(harbour, rows, TODAY + timedelta(days=1))
    assert (again.changes_nothing, again.unchanged) == (True, 2)


def test_somebody_who_moves_ends_here_and_starts_there(harbour: World) -> None:
    """What was stays as it was; nothing of the past is rewritten."""
    made = take(harbour, BOB.replace("Cranes", "Gates"))
    assert [(each.before, each.after) for each in made.movers] == [
        ("Harbour / Operations / Cranes", "Harbour / Operations / Gates")
    ]
    assert held(harbour, "bob") == [("Cranes", date(2020, 1, 1), TODAY, False), ("Gates", TODAY, None, False)]


def test_a_move_can_be_announced(harbour: World) -> None:
    """With a day in the file the move happens on it."""
    take(harbour, BOB.replace("Cranes,,,", "Gates,,2026-04-01,"))
    assert held(harbour, "bob") == [
        ("Cranes", date(2020, 1, 1), date(2026, 4, 1), False),
        ("Gates", date(2026, 4, 1), None, False),
    ]


def test_the_day_somebody_was_hired_does_not_date_a_move(harbour: World) -> None:
    """Personnel files carry the hire date; a move cannot lie before the membership that it ends."""
    take(harbour, BOB.replace("Cranes,,,", "Gates,,2015-01-01,"))
    assert held(harbour, "bob")[-1] == ("Gates", TODAY, None, False)


def test_somebody_who_moves_twice_in_a_day_has_one_membership_from_that_day(harbour: World) -> None:
    """A membership that never lasted a day is replaced."""
    take(harbour, BOB.replace("Cranes", "Gates"))
    take(harbour, BOB.replace("Cranes", "Tugs"))
    assert [unit for unit, *_ in held(harbour, "bob")] == ["Cranes", "Tugs"]


def test_who_becomes_lead_is_counted_one_level_up_from_then_on(harbour: World) -> None:
    """Leading changes where one is counted, so it is a move like any other."""
    take(harbour, BOB.replace("Cranes,,", "Cranes,yes,"))
    tree = tree_of(harbour.session, harbour.organisation_id)
    bob = harbour.members["bob"].id
    before, after = (
        counted_in(harbour.session, harbour.organisation_id, day, tree)[bob]
        for day in (TODAY - timedelta(days=1), TODAY)
    )
    assert (before, after) == (harbour.units["Cranes"].id, harbour.units["Operations"].id)


def test_people_absent_from_a_complete_file_leave(harbour: World) -> None:
    """Their memberships end; they themselves stay known."""
    made = take(harbour, ALICE, complete=True)
    assert {each.absent for each in made.leavers} == {True}
    assert len(made.leavers) == made.people_before - 1
    assert held(harbour, "bob") == [("Cranes", date(2020, 1, 1), TODAY, False)]


def test_people_absent_from_a_partial_file_stay(harbour: World) -> None:
    """A file about one team says nothing about the others."""
    take(harbour, ALICE)
    assert held(harbour, "bob")[-1][2] is None


def test_an_end_in_the_file_ends_the_membership(harbour: World) -> None:
    """The day is the first on which the person no longer belongs."""
    take(harbour, BOB.replace(",,,", ",,,2026-06-30"))
    assert held(harbour, "bob") == [("Cranes", date(2020, 1, 1), date(2026, 6, 30), False)]


def test_an_end_that_is_taken_back_is_lifted(harbour: World) -> None:
    """Somebody who stays after all is corrected, not moved."""
    take(harbour, BOB.replace(",,,", ",,,2026-06-30"))
    made = take(harbour, BOB)
    assert made.corrections[0].what == ("end: 2026-06-30 -> nothing",)
    assert held(harbour, "bob")[-1][2] is None


def test_a_later_end_is_taken_over(harbour: World) -> None:
    """A contract can be extended."""
    take(harbour, BOB.replace(",,,", ",,,2026-06-30"))
    take(harbour, BOB.replace(",,,", ",,,2026-09-30"))
    assert held(harbour, "bob")[-1][2] == date(2026, 9, 30)


def test_a_file_without_a_column_for_ends_keeps_them(harbour: World) -> None:
    """What a file cannot say it does not change."""
    take(harbour, BOB.replace(",,,", ",,,2026-06-30"))
    take(harbour, "bob,Bob,bob@example.org,Operations / Cranes\n", head="person_id,name,email,unit\n")
    assert held(harbour, "bob")[-1][2] == date(2026, 6, 30)


def test_somebody_who_comes_back_starts_anew(harbour: World) -> None:
    """The gap between the two memberships stays."""
    take(harbour, ALICE, complete=True)
    later = TODAY + timedelta(days=30)
    made = take(harbour, BOB, later)
    assert made.joiners[0].returns
    assert held(harbour, "bob") == [("Cranes", date(2020, 1, 1), TODAY, False), ("Cranes", later, None, False)]


def test_people_who_left_long_ago_are_passed_over(harbour: World) -> None:
    """An export with former staff adds neither them nor their units."""
    made = take(harbour, "old,Olga,olga@example.org,Harbour / Whaling,,1990-01-01,2001-01-01\n")
    assert (made.long_gone, made.changes_nothing) == (1, True)
    assert harbour.session.scalars(select(Unit).where(Unit.name == "Whaling")).all() == []


def test_a_changed_name_or_address_is_corrected(harbour: World) -> None:
    """The person stays the same because the id does."""
    made = take(harbour, BOB.replace("Bob,bob@", "Bob Lee,bob.lee@"))
    assert made.corrections[0].what == ("name: Bob -> Bob Lee", "email: bob@example.org -> bob.lee@example.org")
    assert harbour.members["bob"].email == "bob.lee@example.org"


def test_a_language_is_taken_from_the_file_and_else_from_the_organisation(harbour: World) -> None:
    """Only the part that says which language matters."""
    rows = "y,Yan,y@example.org,Gates,de-CH\nz,Zoe,z@example.org,Gates,\n"
    take(harbour, rows.replace("Gates", "Operations / Gates"), head="person_id,name,email,unit,language\n")
    found = harbour.session.execute(select(Member.code, Member.language).where(Member.code.in_(["y", "z"])))
    assert dict(found.all()) == {"y": "de", "z": "en"}


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (",Zoe,z@example.org,Operations,,,", "person_id", ""),
        ("z,,z@example.org,Operations,,,", "name", ""),
        ("z,Zoe,zoe,Operations,,,", "email", "zoe"),
        ("z,Zoe,zoe@example,Operations,,,", "email", "zoe@example"),
        ("z,Zoe,z@exa mple.org,Operations,,,", "email", "z@exa mple.org"),
        ("z,Zoe,z@example.org,,,,", "unit", ""),
        ("z,Zoe,z@example.org,Operations // Cranes,,,", "unit", "Operations // Cranes"),
        ("z,Zoe,z@example.org,Operations,perhaps,,", "lead", "perhaps"),
        ("z,Zoe,z@example.org,Operations,,3/4/2026,", "starts_on", "3/4/2026"),
        ("z,Zoe,z@example.org,Operations,,2026-02-30,", "starts_on", "2026-02-30"),
        ("z,Zoe,z@example.org,Operations,,2027-02-03,2027-02-03", "ends_on", "2027-02-03"),
        ("z,Zoe,bob@example.org,Operations,,,", "email", "bob@example.org"),
    ],
)
def test_a_bad_cell_is_named_with_row_column_and_value(harbour: World, row: str, column: str, value: str) -> None:
    """The rest of the file is checked all the same."""
    made = plan(harbour, ALICE + row + "\n")
    assert wrong(made) == [(3, column, value)]


def test_an_unknown_language_is_named_with_those_there_are(harbour: World) -> None:
    """The message says what would be right."""
    made = plan(harbour, "z,Zoe,z@example.org,Gates,tlh\n", head="id,name,mail,unit,Language\n")
    assert str(made.bad[0]) == "row 2, Language: 'tlh' is not accepted; expected en or de"


def test_the_same_person_or_address_twice_is_named_with_the_first_row(harbour: World) -> None:
    """Two ballots in one mailbox would give one person two voices."""
    made = plan(harbour, ALICE + BOB + ALICE.replace("alice@", "a@") + "z,Zoe,BOB@example.org,Operations,,,\n")
    assert [(each.row, each.column, each.expected.split("; ")[1]) for each in made.bad] == [
        (4, "person_id", "row 2 has the same"),
        (5, "email", "row 3 has the same"),
    ]


def test_an_end_before_the_membership_began_is_bad(harbour: World) -> None:
    """It would turn the past round."""
    assert wrong(plan(harbour, BOB.replace(",,,", ",,,1999-01-01"))) == [(2, "ends_on", "1999-01-01")]


def test_all_bad_rows_are_named_at_once(harbour: World) -> None:
    """Nobody wants to upload a file once for every mistake."""
    made = plan(harbour, "".join(f"z{i},Zoe,nowhere{i},Operations,,,\n" for i in range(300)))
    assert [each.row for each in made.bad] == list(range(2, 302))


def test_a_plan_with_bad_rows_cannot_be_applied(harbour: World) -> None:
    """One bad row keeps out the whole file."""
    made = plan(harbour, BOB.replace("Cranes", "Gates") + "z,Zoe,,Operations,,,\n")
    with pytest.raises(Conflict):
        roster_import.apply(harbour.session, harbour.organisation_id, made, NOON)
    assert len(held(harbour, "bob")) == 1


@pytest.mark.postgres
def test_a_failure_in_the_middle_leaves_nothing(harbour: World) -> None:
    """The last statement fails; what came before it is gone as well."""
    harbour.session.commit()
    made = plan(harbour, BOB.replace("Cranes", "Gates") + "zoe,Zoe,zoe@example.org,Operations / New,,,\n")
    broken = made.writes.add_memberships[-1]
    broken["ends_on"] = broken["starts_on"]  # type: ignore[index]
    with pytest.raises(Conflict, match="nothing was imported"):
        roster_import.apply(harbour.session, harbour.organisation_id, made, NOON)
    assert held(harbour, "bob") == [("Cranes", date(2020, 1, 1), None, False)]
    assert harbour.session.scalars(select(Member).where(Member.code == "zoe")).all() == []
    assert harbour.session.scalars(select(Unit).where(Unit.name == "New")).all() == []


def test_a_failure_of_another_kind_leaves_nothing_either(harbour: World) -> None:
    """Whatever stops an import, the session is ready for the next use."""
    made = plan(harbour, "zoe,Zoe,zoe@example.org,Operations / New,,,\n")
    made.writes.add_memberships[-1]["starts_on"] = "soon"  # type: ignore[index]
    with pytest.raises(StatementError):
        roster_import.apply(harbour.session, harbour.organisation_id, made, NOON)
    assert harbour.session.scalars(select(Member).where(Member.code == "zoe")).all() == []


def test_two_imports_at_once_do_not_both_happen(harbour: World) -> None:
    """The second was planned on a roster that is no more."""
    first, second = (plan(harbour, "zoe,Zoe,zoe@example.org,Operations / Gates,,,\n") for _ in range(2))
    roster_import.apply(harbour.session, harbour.organisation_id, first, NOON)
    with pytest.raises(Conflict, match="changed while"):
        roster_import.apply(harbour.session, harbour.organisation_id, second, NOON)
    assert len(held(harbour, "zoe")) == 1


@pytest.mark.postgres
def test_imports_at_the_same_time_wait_for_each_other(harbour: World) -> None:
    """Whoever comes second plans on what the first has done, so that nobody ends up in two places."""
    harbour.session.commit()
    engine = writing(make_engine(harbour.settings.database_url))
    meet = Barrier(4)

    def move(unit: str) -> None:
        table = read_roster((HEAD + BOB.replace("Cranes", unit)).encode())
        meet.wait()
        with Session(engine) as session:
            made = roster_import.plan(session, harbour.organisation_id, table, TODAY, to_apply=True)
            roster_import.apply(session, harbour.organisation_id, made, NOON)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(move, ["Gates", "Tugs", "Pilots", "Gates"]))
    engine.dispose()
    assert [ends_on for _, _, ends_on, _ in held(harbour, "bob")] == [TODAY, None]


def test_an_import_is_in_the_audit_trail_without_names(harbour: World) -> None:
    """Numbers say what happened; the roster says the rest."""
    take(harbour, BOB.replace("Cranes", "Gates"))
    entry = harbour.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.detail) == (
        "import roster",
        "people: 0 joining, 0 leaving, 1 moving, 0 corrected, 0 unchanged; units: 0 new, 0 changed",
    )


def test_an_open_wave_keeps_the_roster_with_which_it_opened(harbour: World) -> None:
    """Nobody can be added to a box, or taken from it, while answers are coming in."""
    wave = harbour.open(harbour.pulse("Harbour"))

    def invited() -> set[tuple[UUID, UUID]]:
        rows = harbour.session.execute(
            select(Invitation.member_id, Invitation.group_id).where(Invitation.wave_id == wave.id)
        )
        return {(member, group) for member, group in rows}

    before = invited()
    take(harbour, ALICE.replace("Cranes", "Gates") + "zoe,Zoe,zoe@example.org,Operations,,,\n", complete=True)
    assert invited() == before


def test_a_file_that_lets_most_people_go_asks_for_a_second_look(harbour: World) -> None:
    """A partial file declared complete is the likeliest mistake of all."""
    assert plan(harbour, ALICE, complete=True).drastic
    assert not plan(harbour, ALICE).drastic


def test_the_digest_is_of_the_changes(harbour: World) -> None:
    """The same changes have the same digest although new rows get new ids, and other changes another."""
    rows = "zoe,Zoe,zoe@example.org,Operations / New,,,\n"
    first, second, other = plan(harbour, rows), plan(harbour, rows), plan(harbour, rows.replace("Zoe", "Zoë"))
    assert first.digest == second.digest != other.digest


def test_the_report_names_every_change(harbour: World) -> None:
    """It is what a terminal shows before somebody says yes."""
    rows = ALICE + BOB.replace("Cranes", "Gates") + "zoe,Zoe,zoe@example.org,Operations / Crane,,,\n"
    text = report_text(plan(harbour, rows, complete=True))
    for line in (
        "new unit    Harbour / Operations / Crane (crane), nearly the name of Cranes",
        "joins       Zoe (zoe): Harbour / Operations / Crane from 2026-03-02",
        "moves       Bob (bob): Harbour / Operations / Cranes -> Harbour / Operations / Gates on 2026-03-02",
        "leaves      Charlie (charlie): Harbour / Operations / Gates on 2026-03-02, not in the file",
        "look twice: 32 of 34 people would leave",
        "people: 1 joining, 32 leaving, 1 moving, 0 corrected, 1 unchanged; units: 1 new, 0 changed",
    ):
        assert line in text.splitlines()


def test_the_report_of_a_bad_file_is_its_bad_rows(harbour: World) -> None:
    """Nothing else matters until they are right."""
    text = report_text(plan(harbour, "z,Zoe,zoe,Operations,,,\n"))
    assert text.splitlines() == [
        "row 2, email: 'zoe' is not accepted; expected an address such as ann@example.org",
        "bad rows: 1; nothing can be imported until they are right",
    ]


def test_a_file_without_any_place_is_refused(harbour: World) -> None:
    """There is no roster without units."""
    with pytest.raises(Invalid, match="unit_code"):
        plan(harbour, "z,Zoe,z@example.org\n", head="person_id,name,email\n")
