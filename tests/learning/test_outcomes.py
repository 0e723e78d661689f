"""Counting what the outcome measures are made of."""

from datetime import UTC, datetime, timedelta

from surveyapp.learning import outcomes
from surveyapp.learning.catalogue import MEASURES
from surveyapp.learning.outcomes import DAY, Changed, Count, Reviewed, Shipped, Told, Wait

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def told(kind: str = "error", **changes: object) -> Told:
    """Return a report as measures need it."""
    values: dict[str, object] = {
        "kind": kind,
        "at": NOW - DAY,
        "happened_at": None,
        "detection_hours": None,
        "voice_hours": None,
        "found_by": None,
        "luck_only": None,
        "answered_at": None,
        "awaits": False,
    }
    return Told(**(values | changes))  # type: ignore[arg-type]


def shipped(name: str, days_ago: float, **changes: object) -> Shipped:
    """Return a delivery."""
    values: dict[str, object] = {
        "external_id": name,
        "at": NOW - days_ago * DAY,
        "planned": True,
        "rework_of": None,
        "defect": False,
        "rework_minutes": None,
        "total_minutes": None,
    }
    return Shipped(**(values | changes))  # type: ignore[arg-type]


def test_every_measure_has_a_name_a_unit_and_a_rule() -> None:
    """From M1 to M17, and no name says what would be good."""
    keys = {key.rstrip("abcde") for key in MEASURES}
    assert keys == {f"M{number}" for number in range(1, 18)}
    for measure in MEASURES.values():
        assert all((measure.name, measure.unit, measure.rule))
        assert not {"good", "bad", "better", "worse", "poor", "target"} & set(measure.name.lower().split())


def test_help_and_ideas_are_no_near_misses() -> None:
    """Near misses and unsafe conditions are counted among reports of what went or could go wrong."""
    log = [told("error"), told("near_miss"), told("unsafe_condition"), told("idea"), told("help_request")]
    assert outcomes.near_misses(log) == Count(2, 3)


def test_luck_counts_where_it_is_known() -> None:
    """An unanswered question is no barrier."""
    log = [told("near_miss", luck_only=each) for each in (True, False, None)]
    assert outcomes.by_luck(log) == Count(1, 2)


def test_errors_found_elsewhere_do_not_depend_on_who_reports() -> None:
    """Only those that another team, a customer or monitoring came upon."""
    log = [told(found_by=each) for each in ("owner", "own_team", "other_team", "customer", "monitoring", "audit", None)]
    assert len(outcomes.found_elsewhere(log)) == 3
    assert outcomes.found_by_ourselves(log) == Count(2, 6)


def test_what_surfaces_late_is_counted() -> None:
    """Found by another team or a customer, or told with less than a tenth of the time left; unknown does not count."""
    log = [
        told(found_by="customer"),
        told(found_by="owner"),
        told(found_by="owner", voice_hours=90.0, detection_hours=5.0, lead_hours=5.0),
        told(found_by="owner", voice_hours=10.0, detection_hours=None, lead_hours=90.0),
        told(found_by="owner", voice_hours=10.0, detection_hours=1.0, lead_hours=-3.0),
        told(),
        told("idea", found_by="customer"),
    ]
    assert outcomes.late(log) == Count(3, 5)
    assert [each.time_left for each in log[2:5]] == [0.05, 0.9, 0.0]


def test_time_and_options_left_are_told_where_they_are_known() -> None:
    """More than one way out is what speaking up early leaves."""
    assert outcomes.with_options([told(options_left=each) for each in (0, 1, 2, None)]) == Count(1, 3)


def test_months_are_counted_back_from_now() -> None:
    """The newest last; what is older than a year is left out."""
    days = (1, 29, 31, 359, 361)
    assert outcomes.monthly([NOW - each * DAY for each in days], NOW) == [1, *[0] * 9, 1, 2]


def test_changes_are_followed() -> None:
    """Seen to work among those due; happened again among those looked at once more."""
    changes = [Changed(True, False), Changed(True, True), Changed(True, None), Changed(False, None)]
    assert outcomes.seen_to_work(changes) == Count(3, 4)
    assert outcomes.happened_again(changes) == Count(1, 2)


def test_open_reports_wait_until_now() -> None:
    """And only those that somebody awaits an answer to."""
    log = [told(awaits=True), told(awaits=True, answered_at=NOW - DAY / 2), told()]
    assert outcomes.answers(log, NOW) == [Wait(24, 0), Wait(12, 1)]


def test_a_wait_begins_when_it_was_told_and_not_with_the_week_of_the_log() -> None:
    """A report of Sunday that is answered on Monday has waited for a day, though the log lists its week."""
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    listed = told(at=monday, waits_from=monday + 6 * DAY, answered_at=monday + 7 * DAY, awaits=True)
    assert outcomes.answers([listed], NOW) == [Wait(24, 1)]


def test_rework_is_told_in_two_ways() -> None:
    """Unplanned deliveries among all; defects put right within two weeks among those old enough."""
    deliveries = [
        shipped("a", 30),
        shipped("b", 28, planned=False, rework_of="a", defect=True),
        shipped("c", 40),
        shipped("d", 20, rework_of="c", defect=True),
        shipped("e", 1),
    ]
    assert outcomes.unplanned_rework(deliveries) == Count(1, 5)
    assert outcomes.issued_again(deliveries, NOW) == Count(1, 4)


def test_working_days_skip_the_weekend() -> None:
    """From Friday to Monday it is one."""
    friday = datetime(2026, 3, 6, 12, tzinfo=UTC)
    assert outcomes.working_days(friday, friday + 3 * DAY) == 1
    assert outcomes.working_days(friday, friday + 7 * DAY) == 5


def test_a_review_that_can_still_be_held_in_time_does_not_count_yet() -> None:
    """One that was held counts at once, one whose five days are over counts as late."""
    reviews = [
        Reviewed(NOW - DAY, None),
        Reviewed(NOW - 30 * DAY, None),
        Reviewed(NOW - 30 * DAY, NOW - 29 * DAY),
        Reviewed(NOW - 30 * DAY, NOW - 10 * DAY),
    ]
    assert outcomes.held_soon(reviews, NOW) == Count(1, 3)


def test_without_delegations_there_is_nothing_to_count() -> None:
    """Every measure of delegations begins at none of none."""
    nothing = Count(0, 0)
    assert outcomes.noted_windows([]) == outcomes.first_of_a_kind([]) == outcomes.stepped_in([]) == nothing
    assert outcomes.joint_moves([]) == outcomes.recovered_dips([]) == outcomes.further_looks([]) == nothing
    assert outcomes.corrected_same_day([], NOW, UTC) == nothing
    assert outcomes.escalations([], NOW) == outcomes.until_independent([], NOW) == []


def test_a_window_of_two_cycles_is_expected_to_dip() -> None:
    """The design's own number."""
    assert outcomes.DIP == 2
    assert timedelta(days=14) == outcomes.REISSUED_WITHIN
