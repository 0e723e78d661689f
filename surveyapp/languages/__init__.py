"""Catalogues and formats of the languages the product speaks."""

from surveyapp.languages.catalogues import available, best_match, translated, translator
from surveyapp.languages.formats import format_date, format_datetime, format_short_day, format_time, zone_name
from surveyapp.languages.locales import name
from surveyapp.languages.numbers import MINUS, signed, written

__all__ = [
    "MINUS",
    "available",
    "best_match",
    "format_date",
    "format_datetime",
    "format_short_day",
    "format_time",
    "name",
    "signed",
    "translated",
    "translator",
    "written",
    "zone_name",
]
