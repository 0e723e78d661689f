"""The learning log."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect

from surveyapp.errors import Invalid, NotFound
from surveyapp.services.log.events import TEXT_LENGTH, Entry, check_entry
from surveyapp.services.log.reading import PAGE_SIZE, Logged, LogPage, find_event, read_log, set_withdrawn
from surveyapp.store.learning import LearningEvent
from tests.fixtures.logged import log_event
from tests.fixtures.world import World

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def entry(world: World, unit: str = "Cranes", **changes: Any) -> Entry:
    """Return a near miss that was just told."""
    return replace(Entry(world.units[unit].id, "near_miss", "A hook slipped", NOW), **changes)


def log(world: World, unit: str = "Cranes", **changes: Any) -> UUID:
    """Log it."""
    return log_event(world.session, world.organisation_id, entry(world, unit, **changes), NOW)


def read(world: World, *units: str, **wanted: Any) -> LogPage:
    """Read the log of some units."""
    ids = [world.units[unit].id for unit in units or ("Cranes",)]
    return read_log(world.session, world.organisation_id, ids, NOW, **wanted)


def found(world: World, event_id: UUID) -> Logged:
    """Read one entry."""
    return find_event(world.session, world.organisation_id, event_id, NOW)


@pytest.mark.postgres
def test_an_entry_is_kept_as_it_was_told(harbour: World) -> None:
    """Kind, words, three times with how exactly they are known, who found it first, and how bad it was."""
    told = entry(
        harbour,
        what_happened="  A hook slipped.\nNobody stood below.  ",
        noticed_at=NOW - HOUR,
        occurred_at=NOW - 30 * HOUR,
        occurred_precision="day",
        found_by="customer",
        severity=2,
    )
    logged = found(harbour, log_event(harbour.session, harbour.organisation_id, told, NOW))
    assert logged.what_happened == "A hook slipped.\nNobody stood below."
    assert (logged.occurred_at, logged.occurred_precision) == (NOW - 30 * HOUR, "day")
    assert (logged.noticed_at, logged.told_at) == (NOW - HOUR, NOW)
    assert (logged.found_by, logged.severity, logged.source, logged.withdrawn) == ("customer", 2, "form", False)
    assert logged.unit_name == "Cranes"


def test_there_is_no_room_for_a_person() -> None:
    """No column of the log names or numbers anybody."""
    columns = {column.key for column in inspect(LearningEvent).columns}
    assert not {name for name in columns if any(word in name for word in ("person", "member", "account", "author"))}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"what_happened": "  "}, "what_happened"),
        ({"what_happened": "x" * (TEXT_LENGTH + 1)}, "what_happened"),
        ({"what_happened": "bell \x07"}, "what_happened"),
        ({"what_happened": "half a sign \ud800"}, "what_happened"),
        ({"kind": "gossip"}, "kind"),
        ({"found_by": "bob"}, "found_by"),
        ({"severity": 5}, "severity"),
        ({"severity": -1}, "severity"),
        ({"occurred_precision": "roughly"}, "occurred_precision"),
        ({"told_precision": ""}, "told_precision"),
        ({"told_at": NOW + HOUR}, "told_at"),
        ({"noticed_at": NOW + timedelta(seconds=1)}, "noticed_at"),
        ({"occurred_at": NOW + timedelta(seconds=1)}, "occurred_at"),
        ({"noticed_at": NOW - HOUR, "occurred_at": NOW}, "occurred_at"),
        ({"told_at": datetime(1, 1, 1, tzinfo=UTC)}, "told_at"),
        ({"occurred_at": datetime(9999, 12, 31, tzinfo=UTC)}, "occurred_at"),
        ({"external_id": "x" * 201}, "external_id"),
        ({"external_id": ""}, "external_id"),
    ],
)
def test_what_cannot_be_true_is_refused(harbour: World, changes: dict[str, Any], field: str) -> None:
    """The message names the field, and nothing is logged."""
    with pytest.raises(Invalid) as refused:
        log(harbour, **changes)
    assert refused.value.field == field
    assert read(harbour).total == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"what_happened": "x" * TEXT_LENGTH},
        {"what_happened": "Zwölf Kräne\n\n→ ok 👷"},
        {"told_at": NOW + timedelta(minutes=9)},
        {"noticed_at": NOW, "occurred_at": NOW},
        {"severity": 0},
        {"severity": 4},
        {"external_id": "x" * 200},
    ],
)
def test_what_just_fits_is_taken(harbour: World, changes: dict[str, Any]) -> None:
    """Limits belong to what is allowed; clocks of other systems may run ahead a little."""
    log(harbour, **changes)
    assert read(harbour).total == 1


@pytest.mark.postgres
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.text(st.characters(codec="utf-8"), max_size=60),
    kind=st.sampled_from(["error", "idea", "", "Error"]),
    told=st.datetimes(timezones=st.just(UTC)),
    noticed=st.none() | st.datetimes(timezones=st.timezones()),
    severity=st.none() | st.integers(-2, 6),
)
def test_whatever_passes_the_check_can_be_stored(
    harbour: World, words: str, kind: str, told: datetime, noticed: datetime | None, severity: int | None
) -> None:
    """The check in the service and the constraints of the database agree."""
    wild = entry(harbour, what_happened=words, kind=kind, told_at=told, noticed_at=noticed, severity=severity)
    try:
        check_entry(wild, NOW)
    except Invalid:
        return
    event_id = log_event(harbour.session, harbour.organisation_id, wild, NOW)
    assert found(harbour, event_id).what_happened == words.strip()


def test_a_unit_of_nobody_takes_no_entry(harbour: World) -> None:
    """An id from elsewhere is no unit here."""
    with pytest.raises(NotFound, match="no such unit"):
        log_event(harbour.session, harbour.organisation_id, replace(entry(harbour), unit_id=uuid4()), NOW)


def test_the_log_is_newest_first(harbour: World) -> None:
    """By when it was told."""
    for hours in (3, 1, 2):
        log(harbour, told_at=NOW - hours * HOUR, what_happened=f"{hours} hours ago")
    assert [each.what_happened for each in read(harbour).entries] == ["1 hours ago", "2 hours ago", "3 hours ago"]


def test_the_log_of_some_units_holds_nothing_of_others(harbour: World) -> None:
    """Who reads the log of the gates sees no entry of the cranes."""
    log(harbour, "Cranes")
    log(harbour, "Gates", what_happened="A gate stuck")
    assert [each.what_happened for each in read(harbour, "Gates").entries] == ["A gate stuck"]
    assert read(harbour, "Gates", "Cranes").total == 2


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("wanted", "total"),
    [
        ({"words": "HOOK"}, 1),
        ({"words": "100 %"}, 1),
        ({"words": "%"}, 1),
        ({"words": "a_b"}, 0),
        ({"words": "hook\x00"}, 1),
        ({"kind": "error"}, 1),
        ({"kind": "error", "words": "hook"}, 0),
        ({"kind": "no such kind"}, 2),
    ],
)
def test_the_log_is_searched_by_words_and_kind(harbour: World, wanted: dict[str, str], total: int) -> None:
    """Without case, and with no sign that means something else."""
    log(harbour)
    log(harbour, kind="error", what_happened="Load at 100 %")
    assert read(harbour, **wanted).total == total


@pytest.mark.parametrize(("asked", "given_page"), [(0, 1), (1, 1), (2, 2), (99, 2), (-5, 1)])
def test_pages_stay_in_their_range(harbour: World, asked: int, given_page: int) -> None:
    """Any number leads to a page that exists."""
    for minutes in range(PAGE_SIZE + 1):
        log(harbour, told_at=NOW - timedelta(minutes=minutes))
    page = read(harbour, page=asked)
    assert (page.page, page.pages, page.total) == (given_page, 2, PAGE_SIZE + 1)
    assert len(page.entries) == (PAGE_SIZE if given_page == 1 else 1)


def test_an_empty_log_has_one_page(harbour: World) -> None:
    """There is a page that says so."""
    assert read(harbour) == LogPage((), 0, 1, 1)


def test_an_entry_is_withdrawn_and_put_back(harbour: World) -> None:
    """It stays in the log either way."""
    event_id = log(harbour)
    for withdrawn in (True, False):
        set_withdrawn(harbour.session, harbour.organisation_id, event_id, withdrawn=withdrawn)
        assert found(harbour, event_id).withdrawn is withdrawn
    assert read(harbour).total == 1


def test_entries_of_another_organisation_are_not_there(harbour: World) -> None:
    """Neither to read nor to withdraw."""
    event_id, other = log(harbour), uuid4()
    with pytest.raises(NotFound):
        find_event(harbour.session, other, event_id, NOW)
    with pytest.raises(NotFound):
        set_withdrawn(harbour.session, other, event_id, withdrawn=True)
