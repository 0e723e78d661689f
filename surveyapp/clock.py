"""The only place that reads the time; everything else is told what time it is."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import available_timezones


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all time zones, for which hundreds of files are looked at once."""
    return frozenset(available_timezones())
