"""Counting what the outcome measures are made of."""

from datetime import UTC, datetime, timedelta

from surveyapp.learning import outcomes
from surveyapp.learning.outcomes import DAY, Count, Reviewed, Shipped, Told, Wait

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
    """From M1 to M16, and no name says what would be good."""
    keys = {key.rstrip("abc") for key in outcomes.MEASURES}
    assert keys == {f"M{number}" for number in range(1, 17)}
    for measure in outcomes.MEASURES.values():
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


def test_open_reports_wait_until_now() -> None:
    """And only those that somebody awaits an answer to."""
    log = [told(awaits=True), told(awaits=True, answered_at=NOW - DAY / 2), told()]
    assert outcomes.answers(log, NOW) == [Wait(24, 0), Wait(12, 1)]


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
