"""Three times of an event: hours first, weeks afterwards."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.learning.times import hours_between, week_of

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def test_hours_lie_between_two_times() -> None:
    """A day and a half are 36 hours."""
    assert hours_between(NOON - timedelta(days=1.5), NOON, "day", "exact") == 36


@pytest.mark.parametrize(
    ("start", "end", "precisions"),
    [
        (None, NOON, ("exact", "exact")),
        (NOON, None, ("exact", "exact")),
        (NOON, NOON, ("month", "exact")),
        (NOON, NOON, ("exact", "month")),
    ],
)
def test_what_is_not_known_to_the_day_has_no_hours(
    start: datetime | None, end: datetime | None, precisions: tuple[str, str]
) -> None:
    """A month is too wide to count hours from."""
    assert hours_between(start, end, *precisions) is None


def test_a_week_begins_on_monday_where_the_organisation_is() -> None:
    """Late on Sunday in UTC it is Monday in Berlin."""
    sunday = datetime(2026, 3, 8, 23, 30, tzinfo=UTC)
    assert week_of(sunday, BERLIN) == datetime(2026, 3, 9, tzinfo=BERLIN)
    assert week_of(sunday - timedelta(hours=1), BERLIN) == datetime(2026, 3, 2, tzinfo=BERLIN)


@given(st.integers(0, 3_000_000))
def test_all_moments_of_a_week_are_one(minutes: int) -> None:
    """The copy says no more than the week: Monday to Sunday fall together."""
    moment = datetime(1990, 1, 8, tzinfo=UTC) + timedelta(minutes=minutes)
    monday = week_of(moment, BERLIN)
    assert monday.weekday() == 0
    assert monday <= moment
    assert week_of(monday, BERLIN) == monday
