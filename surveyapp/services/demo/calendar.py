"""The days of the demonstration: half a hundred weeks that end with a wave that is open now."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from surveyapp.stats.demonstration import PAST_WAVES

ZONE = "Europe/Berlin"
TWO_WEEKS = timedelta(weeks=2)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """When waves open, and when the organisation was changed."""

    first_day: date
    reorganised_on: date

    @classmethod
    def until(cls, now: datetime) -> Self:
        """Count back from a wave that opened on the last working day before today."""
        day = now.astimezone(ZoneInfo(ZONE)).date() - timedelta(days=1)
        while day.weekday() >= SATURDAY:
            day -= timedelta(days=1)
        first = day - PAST_WAVES * TWO_WEEKS
        return cls(first, _first_of_quarter(first + 11 * TWO_WEEKS))

    def day(self, wave: int) -> date:
        """Return the day on which a wave opens, counted from 0."""
        return self.first_day + wave * TWO_WEEKS

    def between(self, wave: int) -> date:
        """Return a day shortly before a wave, on which people come and go."""
        return self.day(wave) - timedelta(days=5)


def _first_of_quarter(day: date) -> date:
    """Return the first day of a quarter on or after a day: only then are groups formed anew."""
    month = day.month + -day.month % 3 + 1 if day.day > 1 or day.month % 3 != 1 else day.month
    return date(day.year + month // 13, (month - 1) % 12 + 1, 1)
