"""Days and times as readers of a language write them, in the time zone of their organisation."""

from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from typing import Literal

from babel import dates

from surveyapp.errors import Invalid
from surveyapp.languages.locales import locale_of

Length = Literal["full", "long", "medium", "short"]
WITHOUT_SEASONS = frozenset({"UTC", "Etc/UTC", "GMT", "Etc/GMT"})


def format_date(day: date | datetime, language: str, time_zone: str = "UTC", *, length: Length = "full") -> str:
    """Write a day: "Tuesday, March 3, 2026", or "Mar 3, 2026" at medium length.

    Of a moment it is the day that it is in the time zone; a plain day is the same everywhere.
    """
    return _written(_local(day, time_zone).date() if isinstance(day, datetime) else day, length, language)


def format_short_day(moment: datetime, language: str, time_zone: str, *, with_year: bool = False) -> str:
    """Write a day as briefly as an axis wants it: "Mar 3", or "Mar 2026" where days of several years stand together."""
    return _in_brief(_local(moment, time_zone).date(), "yMMM" if with_year else "MMMd", language)


def format_time(moment: datetime, language: str, time_zone: str) -> str:
    """Write the time of day without seconds: "9:05 AM" or "09:05"."""
    return dates.format_time(_local(moment, time_zone), "short", tzinfo=_zone(time_zone), locale=locale_of(language))


def format_datetime(moment: datetime, language: str, time_zone: str) -> str:
    """Write day and time of day, joined as the language does it."""
    # The pattern is plain text for a single locale and two formats; its quotes guard letters that stand for themselves.
    joined = str(dates.get_datetime_format("full", locale=locale_of(language))).replace("'", "")
    return joined.format(format_time(moment, language, time_zone), format_date(moment, language, time_zone))


def zone_name(time_zone: str, language: str) -> str:
    """Name a time zone for readers: "Central European Time"."""
    # Only zones with a summer time have a name that leaves it open which half of the year it is.
    variant: Literal["standard", "generic"] = "standard" if time_zone in WITHOUT_SEASONS else "generic"
    zone = _zone(time_zone)
    return dates.get_timezone_name(zone, width="long", zone_variant=variant, locale=locale_of(language))


# A page of results writes the same few hundred days for every team.
@lru_cache(maxsize=4096)
def _written(day: date, length: Length, language: str) -> str:
    return dates.format_date(day, length, locale=locale_of(language))


@lru_cache(maxsize=4096)
def _in_brief(day: date, skeleton: str, language: str) -> str:
    noon = datetime.combine(day, time(12), UTC)
    return dates.format_skeleton(skeleton, noon, locale=locale_of(language))


def _local(moment: datetime, time_zone: str) -> datetime:
    if moment.tzinfo is None:
        raise Invalid("moment", moment.isoformat(), "a time with its offset from UTC")
    return moment.astimezone(_zone(time_zone))


def _zone(time_zone: str) -> tzinfo:
    try:
        return dates.get_timezone(time_zone)
    except (LookupError, ValueError) as error:
        raise Invalid("time zone", time_zone, "a name of the IANA list, such as Europe/Berlin") from error
