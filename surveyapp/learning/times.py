"""Three times of an event, and what becomes of them: hours that are computed first, and weeks that are shown."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

PRECISIONS = ("exact", "hour", "day", "month")
# What a published copy knows; nobody tells a time like this.
WEEK = "week"
HOUR = timedelta(hours=1)


def hours_between(
    start: datetime | None, end: datetime | None, start_precision: str, end_precision: str
) -> float | None:
    """Return the hours from one time to another, or None when one of them is unknown or known to the month only."""
    if start is None or end is None or "month" in {start_precision, end_precision}:
        return None
    return max(0.0, (end - start) / HOUR)


def week_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the Monday midnight with which the week of a moment begins in a time zone."""
    local = moment.astimezone(zone)
    monday = local.date() - timedelta(days=local.weekday())
    return datetime(monday.year, monday.month, monday.day, tzinfo=zone)
