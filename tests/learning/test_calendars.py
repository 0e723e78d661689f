"""Invitations for calendars."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.learning.calendars import Appointment, calendar_file

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def ics(title: str = "Review", description: str = "What changes?") -> str:
    """Write an invitation to a quarter of an hour."""
    return calendar_file(Appointment("1@x", NOON, timedelta(minutes=15), title, description, "https://x/1"), NOON)


def test_a_quarter_of_an_hour_is_written_as_calendars_read_it() -> None:
    """In UTC, with the line ends of the standard."""
    lines = ics().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert {"UID:1@x", "DTSTART:20260304T120000Z", "DTEND:20260304T121500Z", "SUMMARY:Review"} <= set(lines)
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_signs_with_a_meaning_are_escaped() -> None:
    """Commas, semicolons, backslashes and line ends are text."""
    assert "DESCRIPTION:a\\, b\\; c\\\\ d\\ne" in ics(description="a, b; c\\ d\ne")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=200))
def test_no_line_is_too_long_and_none_loses_a_letter(title: str) -> None:
    """Lines have at most 75 bytes and unfold to what was written."""
    text = ics(title)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    escaped = title.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert f"\r\nSUMMARY:{escaped}\r\n" in text.replace("\r\n ", "")
