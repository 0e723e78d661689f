"""Bringing events of other systems into the log."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from surveyapp.errors import Invalid
from surveyapp.services.log.importing import COLUMNS, EventPlan, apply_events, plan_events
from surveyapp.services.log.reading import Logged, read_log
from surveyapp.services.tables import read_table, write_csv
from surveyapp.store.learning import LearningEvent
from tests.fixtures.world import World

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HEADER = ("external_id", "kind", "team", "what_happened", "told_at")
GOOD = ("INC-1", "error", "cranes", "A hook slipped", "2026-05-01T10:00:00Z")


def plan(world: World, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER, source: str = "pager") -> EventPlan:
    """Plan the import of some rows."""
    table = read_table(write_csv([header, *rows]), COLUMNS)
    zone = "Europe/Berlin"
    return plan_events(world.session, world.organisation_id, table, source=source, time_zone=zone, now=NOW)


def apply(world: World, planned: EventPlan) -> int:
    """Import what was planned."""
    return apply_events(world.session, world.organisation_id, planned)


def logged(world: World) -> list[Logged]:
    """Return the whole log."""
    units = [unit.id for unit in world.units.values()]
    return list(read_log(world.session, world.organisation_id, units, NOW, page=None).entries)


def changed(**cells: str) -> tuple[str, ...]:
    """Return the good row with other cells."""
    return tuple(cells.get(name, cell) for name, cell in zip(HEADER, GOOD, strict=True))


@pytest.mark.postgres
def test_a_good_row_becomes_an_entry(harbour: World) -> None:
    """With its source and the time as the file has it."""
    assert apply(harbour, plan(harbour, GOOD)) == 1
    (entry,) = logged(harbour)
    assert (entry.kind, entry.unit_name, entry.what_happened) == ("error", "Cranes", "A hook slipped")
    assert (entry.told_at, entry.source) == (datetime(2026, 5, 1, 10, tzinfo=UTC), "pager")


def test_a_row_tells_what_was_left_when_it_came(harbour: World) -> None:
    """By when it had to be right, of which the hours are kept, and the ways out, as the form asks for them."""
    header = (*HEADER, "deadline", "options_left")
    rows = [(*GOOD, "2026-05-02T12:00", "2"), (*changed(external_id="INC-2"), "", "")]
    apply(harbour, plan(harbour, *rows, header=header))
    kept = harbour.session.execute(
        select(LearningEvent.lead_hours, LearningEvent.options_left).order_by(LearningEvent.external_id)
    ).all()
    assert [tuple(each) for each in kept] == [(24, 2), (None, None)]


@pytest.mark.parametrize(
    ("needed_by", "options_left", "wrong"),
    [
        ("soon", "", "row 2, needed_by: 'soon' is not accepted; expected a time such as 2026-04-09T08:00 or"),
        ("2099-05-02", "", "row 2, needed_by: '2099-05-02' is not accepted; expected a time until 2036"),
        ("", "3", "row 2, options_left: '3' is not accepted; expected 0, 1, or 2 for more than one, or nothing"),
        ("", "many", "row 2, options_left: 'many' is not accepted; expected 0, 1, or 2 for more than one"),
    ],
)
def test_what_was_left_is_read_or_named(harbour: World, needed_by: str, options_left: str, wrong: str) -> None:
    """Each wrong cell comes with its row, its column, what stands there and what would be right."""
    planned = plan(harbour, (*GOOD, needed_by, options_left), header=(*HEADER, "needed_by", "options_left"))
    assert [str(each).startswith(wrong) for each in planned.bad] == [True]


def test_the_sample_file_of_another_system_is_taken(harbour: World, shared_data: Path) -> None:
    """Its own names for columns, finders and factors are understood, and nothing of it is lost."""
    harbour.unit("Finops", "Harbour")
    content = (shared_data / "payloads" / "events_import.csv").read_bytes()
    planned = plan_events(
        harbour.session,
        harbour.organisation_id,
        read_table(content, COLUMNS),
        source="sample",
        time_zone="UTC",
        now=NOW,
    )
    assert planned.bad == ()
    assert planned.ignored == ()
    assert apply(harbour, planned) == 2
    near_miss, error = logged(harbour)
    assert (error.kind, error.found_by, error.severity) == ("error", "other_team", 2)
    assert (error.occurred_precision, error.told_at) == ("hour", datetime(2026, 4, 9, 13, 20, tzinfo=UTC))
    assert (error.reached, error.potential_severity) == ("internal", 3)
    assert error.contributing == ("unclear_data_source", "time_pressure")
    assert (near_miss.what_happened, near_miss.occurred_precision) == ("Caught at final QA", "day")
    assert (near_miss.barrier, near_miss.luck_only) == ("final_qa", False)
    assert near_miss.contributing == ("outdated_data",)


def test_the_same_file_twice_adds_nothing(harbour: World) -> None:
    """An event is known by its id and its source."""
    apply(harbour, plan(harbour, GOOD))
    again = plan(harbour, GOOD, changed(external_id="INC-2"))
    assert (again.known, [entry.external_id for entry in again.new]) == (1, ["INC-2"])
    assert apply(harbour, plan(harbour, GOOD)) == 0
    assert len(logged(harbour)) == 1


def test_the_same_id_of_another_system_is_another_event(harbour: World) -> None:
    """Numbers are given out by each system for itself."""
    apply(harbour, plan(harbour, GOOD))
    assert apply(harbour, plan(harbour, GOOD, source="tickets")) == 1


def test_planning_writes_nothing(harbour: World) -> None:
    """Somebody looks first."""
    plan(harbour, GOOD)
    assert logged(harbour) == []


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"external_id": ""}, "something in this cell"),
        ({"kind": ""}, "something in this cell"),
        ({"kind": "gossip"}, "one of error, near_miss"),
        ({"team": "nobody"}, "the code of a unit of this organisation"),
        ({"what_happened": ""}, "something in this cell"),
        ({"what_happened": "x" * 4001}, "at most 4000 characters"),
        ({"told_at": "yesterday"}, "a time such as 2026-04-09T08:00"),
        ({"told_at": "2027-01-01"}, "a time that is not in the future"),
        ({"told_at": "0001-01-01"}, "a time between 1950 and now"),
        ({"external_id": "x" * 201}, "1 to 200 characters"),
    ],
)
def test_a_bad_cell_is_named_with_its_row(harbour: World, cells: dict[str, str], expected: str) -> None:
    """Row, column, value and what would be right."""
    (bad,) = plan(harbour, GOOD, changed(**({"external_id": "INC-2"} | cells))).bad
    (column,) = cells
    assert (bad.row, bad.column, bad.value) == (3, column, cells[column])
    assert bad.expected.startswith(expected)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("severity", "5"),
        ("severity", "9" * 5000),
        ("severity", "bad"),
        ("noticed_at", "2026-05-02"),
        ("found_by", "bob"),
        ("told_precision", "roughly"),
        ("reached", "everybody"),
        ("potential_severity", "5"),
        ("luck_only", "perhaps"),
        ("contributing", "carelessness"),
        ("resolved_at", "2027-01-01"),
        ("cycle", "-1"),
        ("cycle", "0"),
        ("recurrence_of", "x" * 201),
    ],
)
def test_cells_of_columns_that_may_be_left_out_are_checked_too(harbour: World, name: str, cell: str) -> None:
    """A file that has them means them."""
    (bad,) = plan(harbour, (*GOOD, cell), header=(*HEADER, name)).bad
    assert bad.column == name


def test_all_rows_or_none(harbour: World) -> None:
    """One bad row keeps the others out, until it is put right."""
    planned = plan(harbour, GOOD, changed(external_id="INC-2", kind="gossip"))
    with pytest.raises(Invalid, match="1 bad row"):
        apply(harbour, planned)
    assert logged(harbour) == []


def test_an_event_that_stands_twice_in_a_file_is_named(harbour: World) -> None:
    """One of the two is a mistake."""
    assert [(bad.row, bad.expected) for bad in plan(harbour, GOOD, GOOD).bad] == [(3, "each event once")]


def test_bad_cells_stand_in_the_order_of_the_file(harbour: World) -> None:
    """Whoever corrects the file goes through it once."""
    rows = [changed(external_id=f"INC-{number}", kind="gossip") for number in range(5)]
    assert [bad.row for bad in plan(harbour, *rows).bad] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("name", ["cranes", "CRANES", "Cranes"])
def test_teams_are_known_by_name_and_code_without_case(harbour: World, name: str) -> None:
    """As people write them."""
    assert plan(harbour, changed(team=name)).bad == ()


def test_a_name_that_several_units_have_is_not_guessed(harbour: World) -> None:
    """Their codes tell them apart."""
    harbour.unit("Night", "Cranes").code = "night-cranes"
    other = harbour.unit("Shift", "Gates")
    other.name, other.code = "Night", "night-gates"
    assert [bad.column for bad in plan(harbour, changed(team="Night")).bad] == ["team"]
    assert plan(harbour, changed(team="night-gates")).bad == ()


def test_times_without_a_zone_are_those_of_the_organisation(harbour: World) -> None:
    """Noon in Berlin is ten in the morning in summer."""
    (entry,) = plan(harbour, changed(told_at="2026-05-01 12:00")).new
    assert entry.told_at.astimezone(UTC) == datetime(2026, 5, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "kept"), [("peer", "own_team"), ("Automated", "monitoring"), ("other team", "other_team"), ("", None)]
)
def test_other_words_for_the_finder_are_understood(harbour: World, said: str, kept: str | None) -> None:
    """Roles only; a name is refused."""
    (entry,) = plan(harbour, (*GOOD, said), header=(*HEADER, "detected_by")).new
    assert entry.found_by == kept


CELLS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.sampled_from(["error", "cranes", "Gates", "2026-05-01", "2026-05-01T10:00:00+14:00", "0001-01-01", "3", "day"]),
    st.datetimes(timezones=st.none() | st.timezones()).map(lambda moment: moment.isoformat()),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.lists(st.sampled_from([column.key for column in COLUMNS]), unique=True).map(
        lambda names: tuple({*names, *HEADER})
    ),
    data=st.data(),
)
def test_no_file_breaks_the_import(harbour: World, header: tuple[str, ...], data: Any) -> None:
    """Every row is either good enough for the database or named as bad."""
    rows = data.draw(st.lists(st.tuples(*[CELLS for _ in header]), min_size=1, max_size=4))
    try:
        planned = plan(harbour, *rows, header=header)
    except Invalid:
        return
    if not planned.bad:
        apply(harbour, planned)
