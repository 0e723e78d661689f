"""What an admin decides about a pulse, and what is allowed: thresholds can only be stricter than the floors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from surveyapp.clock import time_zones
from surveyapp.errors import Invalid, Said
from surveyapp.privacy.policy import Thresholds

LONGEST = 200
MOST_PEOPLE = 1000
CADENCES = (1, 2, 4, 13)
DAY_MINUTES = 24 * 60
WEEK_HOURS = 7 * 24
FLOORS = Thresholds(count_min=5, item_min=7, roster_min=7)


@dataclass(frozen=True, slots=True)
class PulseTerms:
    """Everything that is decided about a pulse; ``instrument`` is written ``key:version``.

    The audience is ``unit`` (an id as text) and everything below it. A wave opens on ``first_day`` at
    ``opens_at_minute`` after midnight in ``time_zone`` and stays open for ``open_hours``; the next one follows
    ``cadence_weeks`` later.
    """

    name: str
    unit: str
    instrument: str
    first_day: date
    cadence_weeks: int = 2
    opens_at_minute: int = 9 * 60
    open_hours: int = 4 * 24
    time_zone: str = "UTC"
    count_min: int = FLOORS.count_min
    item_min: int = FLOORS.item_min
    roster_min: int = FLOORS.roster_min
    grace_days: int = 0
    comments: bool = True

    @property
    def thresholds(self) -> Thresholds:
        """The least number of people behind a figure."""
        return Thresholds(self.count_min, self.item_min, self.roster_min)


def check_terms(terms: PulseTerms, floors: Thresholds) -> None:
    """Refuse the first term that is not allowed.

    Raises
    ------
    Invalid
        Naming the term, what it is and what it could be.
    """
    wrong = next(_wrong(terms), None) or next(_too_lax(terms.thresholds, floors), None)
    if wrong:
        raise wrong


def _wrong(terms: PulseTerms) -> Iterator[Invalid]:
    if not 0 < len(terms.name.strip()) <= LONGEST:
        yield Invalid("name", terms.name, f"a name of 1 to {LONGEST} letters")
    if terms.cadence_weeks not in CADENCES:
        yield Invalid("cadence_weeks", terms.cadence_weeks, "1, 2, 4 or 13 weeks")
    if not 2000 <= terms.first_day.year <= 2200:
        yield Invalid("first_day", terms.first_day.isoformat(), "a day of this century")
    if not 0 <= terms.opens_at_minute < DAY_MINUTES:
        yield Invalid("opens_at", terms.opens_at_minute, "a time of day")
    # A wave is over an hour before the next one opens, so that no two are ever open together.
    longest = terms.cadence_weeks * WEEK_HOURS - 1
    if not 1 <= terms.open_hours <= longest:
        yield Invalid(
            "open_hours", terms.open_hours, Said("1 to {most} hours, so that a wave ends before the next", most=longest)
        )
    if terms.time_zone not in time_zones():
        yield Invalid("time_zone", terms.time_zone, "a name of the IANA list, such as Europe/Berlin")
    if not 0 <= terms.grace_days <= 30:
        yield Invalid("grace_days", terms.grace_days, "0 to 30 days")


def _too_lax(wanted: Thresholds, floors: Thresholds) -> Iterator[Invalid]:
    for name in ("count_min", "item_min", "roster_min"):
        least = max(getattr(floors, name), getattr(FLOORS, name))
        if not least <= getattr(wanted, name) <= MOST_PEOPLE:
            yield Invalid(
                name,
                getattr(wanted, name),
                Said("{least} or more, for thresholds can only be made stricter", least=least),
            )
    if wanted.item_min < wanted.count_min:
        yield Invalid(
            "item_min", wanted.item_min, Said("at least {least}, as many as a scale needs", least=wanted.count_min)
        )
    # One answer is left out of every number, and hardly ever does everybody answer.
    if wanted.roster_min < wanted.count_min + 2:
        expected = "at least {least}, for with fewer people there would hardly ever be a number"
        yield Invalid("roster_min", wanted.roster_min, Said(expected, least=wanted.count_min + 2))
