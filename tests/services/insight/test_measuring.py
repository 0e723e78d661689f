"""The measures of units, from log, deliveries and delegations."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from surveyapp.jobs import STEPS, Work
from surveyapp.learning.catalogue import MEASURES
from surveyapp.services.delegation.overview import units_to_tell
from surveyapp.services.insight.measuring import OF_DELEGATIONS, due_organisations, measure_units
from surveyapp.services.log.events import Entry
from surveyapp.services.log.team_page import TeamPage, team_page
from surveyapp.services.roster.counting import tree_of
from surveyapp.store.database import make_engine, writing
from surveyapp.store.reviews import WorkDelivery
from tests.fixtures.logged import log_event
from tests.fixtures.world import World

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def log(world: World, days_ago: float, unit: str = "Cranes", **changes: Any) -> None:
    """Log an event of some days ago that was noticed an hour after it happened and told two hours later."""
    at = NOW - days_ago * DAY
    hour = timedelta(hours=1)
    values: dict[str, Any] = {
        "kind": "error",
        "what_happened": "A hook slipped.",
        "told_at": at,
        "noticed_at": at - 2 * hour,
        "occurred_at": at - 3 * hour,
        "found_by": "customer",
    }
    log_event(world.session, world.organisation_id, Entry(world.units[unit].id, **(values | changes)), NOW)


def ship(world: World, number: int, unit: str = "Cranes", **changes: Any) -> None:
    """Deliver something some days ago."""
    values: dict[str, Any] = {
        "kind": "report",
        "planned": True,
        "delivered_at": NOW - number * DAY,
        "total_minutes": 100,
        "rework_minutes": 0,
    }
    world.session.add(
        WorkDelivery(
            organisation_id=world.organisation_id,
            id=uuid4(),
            unit_id=world.units[unit].id,
            source="test",
            external_id=str(number),
            **(values | changes),
        )
    )
    world.session.commit()


def page(world: World, unit: str = "Cranes") -> TeamPage:
    """Measure, and read the page of a unit."""
    measure_units(world.session, world.organisation_id, NOW)
    tree = tree_of(world.session, world.organisation_id)
    chosen = world.units[unit].id
    return team_page(world.session, world.organisation_id, chosen, tree.below(chosen), NOW)


def test_an_empty_team_is_told_what_is_missing(harbour: World) -> None:
    """Every measure has its n and a reason; none is a number out of nothing."""
    found = page(harbour).findings
    assert {finding.key for finding in found.values() if finding.estimate is not None} == {"M1"}
    assert found["M1"].estimate == 0
    assert found["M4"].reason == "too few to tell"
    assert (found["M4"].n, found["M4"].needed) == (0, 5)


@pytest.mark.postgres
def test_reports_are_told_per_hundred_person_weeks(harbour: World) -> None:
    """Eleven people and a year of weeks; what is older or was withdrawn does not count."""
    for days in (1, 2, 3, 400):
        log(harbour, days)
    found = page(harbour).findings["M1"]
    people = 11 * 365 / 7
    assert (found.n, found.unit) == (3, "")
    assert found.estimate == pytest.approx(3 / people * 100)
    assert (found.low or 0) < 3 / people * 100 < (found.high or 0)


def test_times_to_notice_and_to_tell_leave_out_what_is_recent(harbour: World) -> None:
    """Of last month's events the slow ones are still to come, so none of them counts."""
    for days in (40, 41, 42, 43, 44, 45, 5):
        log(harbour, days)
    found = page(harbour).findings
    assert (found["M5"].n, found["M6"].n) == (6, 6)
    assert found["M5"].estimate == pytest.approx(1)
    assert found["M6"].estimate == pytest.approx(2)


def test_too_few_errors_tell_no_trend(harbour: World) -> None:
    """Two before and one after are no improvement; how many it takes is said."""
    for days in (10, 300, 301):
        log(harbour, days)
    found = page(harbour).findings["M3"]
    assert found.estimate is None
    assert (found.n, found.needed, found.unit) == (2, 50, "errors")


def test_many_fewer_errors_are_told_with_an_interval(harbour: World) -> None:
    """Thirty in the earlier half and three in the later one cannot be chance."""
    for number in range(30):
        log(harbour, 200 + number)
    for number in range(3):
        log(harbour, 10 + number)
    found = page(harbour).findings["M3"]
    assert found.estimate == pytest.approx(0.1)
    assert found.high is not None
    assert found.high < 1


def test_time_and_ways_out_that_were_left_are_told(harbour: World) -> None:
    """Hours until it was needed, from which the date cannot be read; and the share told with more than one way out."""
    for days in range(40, 47):
        log(harbour, days, needed_by=NOW - (days - 1) * DAY, options_left=2 if days > 41 else 0)
    found = page(harbour).findings
    assert found["M6b"].n == 7
    assert found["M6b"].estimate == pytest.approx(24)
    assert found["M6c"].estimate == pytest.approx(5 / 7)
    assert found["M6d"].estimate == 1


def test_the_trio_has_a_line_of_all_errors_and_one_by_month(harbour: World) -> None:
    """With the months that had a delivery."""
    for number in range(1, 331, 15):
        ship(harbour, number)
        log(harbour, number)
        log(harbour, number, found_by="owner")
    found = page(harbour).findings
    assert found["M3c"].n == 11
    assert found["M3c"].estimate == pytest.approx(0)
    assert (found["M3b"].n, found["M3b"].needed) == (18, 50)


def test_rework_is_a_share_of_deliveries_and_of_time(harbour: World) -> None:
    """With the interval of its kind."""
    for number in range(20, 30):
        ship(harbour, number)
    ship(harbour, 19, planned=False, rework_of="20", rework_reason="defect", rework_minutes=100)
    found = page(harbour).findings
    assert found["M9a"].n == 11
    assert found["M9a"].estimate == pytest.approx(1 / 11)
    assert found["M9b"].estimate == pytest.approx(1 / 11)
    assert found["M9c"].estimate == pytest.approx(100 / 1100)


def test_few_delegations_are_told_to_nobody_else(harbour: World) -> None:
    """Under five, figures would be about two people."""
    found = page(harbour).findings
    for key in OF_DELEGATIONS:
        assert found[key].reason == "told from five delegations on"
    assert page(harbour).around_rises == {}


def test_no_difference_of_two_units_is_about_few(harbour: World) -> None:
    """Beside a team that is told, its department is told with five more, or with none."""
    tree = tree_of(harbour.session, harbour.organisation_id)
    cranes, gates, above, top = (harbour.units[each].id for each in ("Cranes", "Gates", "Operations", "Harbour"))
    for rest, told in ((0, {cranes, above, top}), (4, {cranes}), (5, {cranes, gates, above, top})):
        counts = {cranes: 6, gates: rest, above: 6 + rest, top: 6 + rest}
        assert units_to_tell(tree, counts) == told


def test_every_measure_of_the_list_is_computed(harbour: World) -> None:
    """But the one for owners alone."""
    assert page(harbour).findings.keys() == MEASURES.keys() - {"M17"}


def test_a_higher_unit_holds_everything_below(harbour: World) -> None:
    """And a team nothing of its neighbour."""
    log(harbour, 1, "Gates")
    assert page(harbour).findings["M1"].n == 0
    assert page(harbour, "Operations").findings["M1"].n == 1


def test_measures_are_computed_once_a_day(harbour: World) -> None:
    """Again and again they replace themselves."""
    owner = (harbour.organisation_id, harbour.organisation_id)
    assert due_organisations(harbour.session, NOW) == [owner]
    first = measure_units(harbour.session, harbour.organisation_id, NOW)
    assert due_organisations(harbour.session, NOW + DAY / 2) == []
    assert due_organisations(harbour.session, NOW + DAY) == [owner]
    assert measure_units(harbour.session, harbour.organisation_id, NOW + DAY) == first


def test_the_worker_holds_the_write_lock_only_to_keep_what_it_found(harbour: World) -> None:
    """What measures rest on is read before it, so that no page waits for figures to be computed."""
    harbour.session.commit()
    engine = make_engine(harbour.settings.database_url)
    said: list[tuple[bool, str]] = []

    def listen(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        said.append((connection.get_execution_options().get("writing", False), statement))

    event.listen(engine, "before_cursor_execute", listen)
    measure = next(step for step in STEPS if step.name == "measuring")
    with Session(writing(engine)) as session:
        work = Work(harbour.settings, engine, harbour.vault, NOW, lambda: False)
        measure.do(work, session, (harbour.organisation_id, harbour.organisation_id))
    engine.dispose()
    assert any("FROM learning_event" in each for locked, each in said if not locked)
    assert all(" analysis" in each for locked, each in said if locked and each != "BEGIN IMMEDIATE")
    assert [locked for locked, _ in said] == sorted(locked for locked, _ in said)


def test_counts_are_of_what_the_team_reads(harbour: World) -> None:
    """Of the last twelve weeks, every kind, none missing."""
    log(harbour, 1, kind="idea")
    log(harbour, 100)
    counts = page(harbour).counts
    assert (counts["idea"], counts["error"]) == (1, 0)
    assert len(counts) == 6
    assert page(harbour).measured_at == NOW
