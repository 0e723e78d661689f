"""Reading the cells of an imported row: what is wrong is named, and the reader goes on."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from surveyapp.errors import Said, any_of
from surveyapp.services.tables import BadCell, Row, Table

YEAR_FIRST, DAY_FIRST, MONTH_FIRST = ORDERS = ("year first", "day first", "month first")
_EXAMPLES = {
    YEAR_FIRST: any_of(("2026-04-09T08:00", "2026-04-09T08:00:00Z")),
    DAY_FIRST: any_of(("09.04.2026 08:00", "9/4/2026")),
    MONTH_FIRST: "4/9/2026 08:00",
}
_DATE = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
_YES = {"true": True, "yes": True, "ja": True, "1": True, "false": False, "no": False, "nein": False, "0": False}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read: of which system, how times are written, and the heading of each column by its key."""

    source: str
    time_zone: str
    order: str = YEAR_FIRST
    columns: Mapping[str, str] = field(default_factory=dict)


# How many rows are read, of how many.
Progress = Callable[[int, int], None]
STRIDE = 500


def unseen(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


def counted(rows: Sequence[Row], progress: Progress) -> Iterator[Row]:
    """Go through rows and say now and then how far it is."""
    for number, row in enumerate(rows):
        if number % STRIDE == 0:
            progress(number, len(rows))
        yield row
    progress(len(rows), len(rows))


def plain(text: str) -> str:
    """Write a word as keys are written."""
    return text.strip().lower().replace(" ", "_").replace("-", "_")


@dataclass(frozen=True, slots=True)
class Cells:
    """A row with the ways in which its cells are to be read; what is wrong with one goes to ``bad``."""

    table: Table
    row: Row
    zone: ZoneInfo
    order: str
    bad: list[BadCell]

    def __getitem__(self, key: str) -> str:
        """Return a cell as it is."""
        return self.row[key]

    def wrong(self, key: str, expected: str) -> None:
        """Say what would be right."""
        self.bad.append(self.table.bad_cell(self.row, key, expected))

    def need(self, key: str) -> None:
        """Ask for something in a cell."""
        if not self.row[key]:
            self.wrong(key, "something in this cell")

    def unit(self, units: Mapping[str, UUID]) -> UUID | None:
        """Return the unit that the cell ``team`` names."""
        found = units.get(self.row["team"].casefold())
        if found is None:
            self.wrong("team", "the code of a unit of this organisation, or a name that only one has")
        return found

    def time(self, key: str) -> datetime | None:
        """Return a moment; one without a time zone is in that of the file."""
        if not self.row[key]:
            return None
        value = read_time(self.row[key], self.order)
        if value is None:
            self.wrong(key, Said("a time such as {example}", example=_EXAMPLES[self.order]))
            return None
        return value if value.tzinfo else value.replace(tzinfo=self.zone)

    def whole(self, key: str, expected: str, largest: int) -> int | None:
        """Return a whole number that is not negative."""
        text = self.row[key]
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) <= largest):
            self.wrong(key, expected)
            return None
        return int(text)

    def yes(self, key: str) -> bool | None:
        """Return whether a cell says yes; None when it says nothing."""
        text = self.row[key].lower()
        if text and text not in _YES:
            self.wrong(key, "true or false, or nothing")
        return _YES.get(text)


def read_time(text: str, order: str) -> datetime | None:
    """Read a day, with or without a time of day, in the order that was chosen; None when it is written otherwise."""
    if order == YEAR_FIRST:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    first, _, second, year, *clock = found.groups()
    day, month = (first, second) if order == DAY_FIRST else (second, first)
    hour, minute, second = (int(each or 0) for each in clock)
    try:
        # The zone is the file's, and given by the caller.
        return datetime(int(year), int(month), int(day), hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None
