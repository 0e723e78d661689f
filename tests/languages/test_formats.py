"""Days and times in the language of the reader and the time zone of the organisation."""

from datetime import UTC, date, datetime

import pytest

from surveyapp.errors import Invalid
from surveyapp.languages import format_date, format_datetime, format_short_day, format_time, name, zone_name

LATE = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "Tuesday, March 3, 2026"), ("de", "Dienstag, 3. März 2026"), ("de-AT", "Dienstag, 3. März 2026")],
)
def test_day_is_the_one_of_the_time_zone(language: str, expected: str) -> None:
    """Half past eleven in the evening in London is the next day in Berlin."""
    assert format_date(LATE, language, "Europe/Berlin") == expected


@pytest.mark.parametrize(("language", "expected"), [("en", "Mar 2, 2026"), ("de", "02.03.2026")])
def test_medium_day_fits_under_a_chart(language: str, expected: str) -> None:
    """A day can be written without its weekday and with little room."""
    assert format_date(LATE, language, "UTC", length="medium") == expected


@pytest.mark.parametrize(
    ("language", "brief", "with_year"), [("en", "Mar 3", "Mar 2026"), ("de", "3. März", "März 2026")]
)
def test_short_day_says_the_year_where_it_is_needed(language: str, brief: str, with_year: str) -> None:
    """An axis over some weeks has days, one over years has months with their year."""
    said = [format_short_day(LATE, language, "Europe/Berlin", with_year=each) for each in (False, True)]
    assert said == [brief, with_year]


def test_plain_day_has_no_time_zone() -> None:
    """A day of the calendar is the same everywhere."""
    assert format_date(date(2026, 3, 3), "de", "Pacific/Honolulu") == "Dienstag, 3. März 2026"


@pytest.mark.parametrize(("month", "expected"), [(1, "13:00"), (7, "14:00")])
def test_time_follows_summer_time(month: int, expected: str) -> None:
    """Noon in UTC is another hour in winter than in summer."""
    assert format_time(datetime(2026, month, 1, 12, tzinfo=UTC), "de", "Europe/Berlin") == expected


def test_english_time_has_twelve_hours() -> None:
    """English readers see whether it is morning or afternoon."""
    assert format_time(LATE, "en", "UTC").split() == ["11:30", "PM"]


def test_day_and_time_are_joined() -> None:
    """A moment is a day and a time."""
    assert format_datetime(LATE, "de", "Europe/Berlin") == "Dienstag, 3. März 2026, 00:30"


def test_arabic_joins_with_its_own_comma() -> None:
    """The joining belongs to the language as well."""
    assert "، " in format_datetime(LATE, "ar", "UTC")


def test_unknown_language_reads_english() -> None:
    """A language without formats gets those of English."""
    assert format_date(LATE, "xx", "UTC") == "Monday, March 2, 2026"


@pytest.mark.parametrize("time_zone", ["Europe/Nowhere", "", "../etc/passwd", "\0"])
def test_unknown_time_zone_is_refused(time_zone: str) -> None:
    """A time zone that does not exist is named, with an example of one that does."""
    with pytest.raises(Invalid, match=r"time zone: .* is not accepted; expected .* such as Europe/Berlin"):
        format_datetime(LATE, "en", time_zone)


@pytest.mark.parametrize("write", [format_date, format_time, format_datetime])
def test_moment_without_offset_is_refused(write: object) -> None:
    """A time that could be anywhere is not guessed at."""
    assert callable(write)
    with pytest.raises(Invalid, match="moment: '2026-03-03T09:00:00' is not accepted"):
        write(datetime(2026, 3, 3, 9), "en", "UTC")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("time_zone", "expected"), [("Europe/Berlin", "Mitteleuropäische Zeit"), ("UTC", "Koordinierte Weltzeit")]
)
def test_time_zone_has_a_name(time_zone: str, expected: str) -> None:
    """Readers see a name of the time zone in their language."""
    assert zone_name(time_zone, "de") == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "Deutsch"),
        ("en", "English"),
        ("fr", "Français"),
        ("ar", "العربية"),
        ("pt-BR", "Português (Brasil)"),
        ("xx", "xx"),
    ],
)
def test_language_names_itself(language: str, expected: str) -> None:
    """A menu of languages shows each in its own words; an unknown one by its tag."""
    assert name(language) == expected
