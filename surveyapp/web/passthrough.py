"""Stands in for the catalogues until they are there: English words, Babel's formats."""

from datetime import datetime
from gettext import NullTranslations

from babel.dates import format_datetime as babel_datetime
from babel.dates import get_timezone


def available() -> tuple[str, ...]:
    """Return the languages of the product."""
    return ("en", "de")


def translator(_language: str) -> NullTranslations:
    """Return a translator that leaves every message as it is."""
    return NullTranslations()


def format_datetime(value: datetime, language: str, time_zone: str) -> str:
    """Write a moment in words."""
    pattern = "EEEE, d MMMM yyyy, HH:mm"
    return babel_datetime(value, pattern, tzinfo=get_timezone(time_zone), locale=language)
