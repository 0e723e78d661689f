"""Tables that people upload and download: read as their spreadsheet saved them, written so that nothing runs."""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from surveyapp.errors import Invalid, Said

MAX_BYTES = 30_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 100
EXAMPLE_ROWS = 20
DELIMITERS = (",", ";", "\t")

# UTF-8 saved with a mark, and the two orders of UTF-16.
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_OTHER_FILES = (
    (b"PK\x03\x04", Said("an Excel or OpenDocument workbook")),
    (b"\xd0\xcf\x11\xe0", Said("an old Excel workbook")),
)
# U+FFFD stands where a byte had no meaning.
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
# Spreadsheets take the wide signs of East Asian keyboards as well.
_STARTS_FORMULA = re.compile(r"['\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
# Where commas are decimal, spreadsheets begin a cell at semicolons, and at lines in the middle of one; ";-)" is none.
_BEGINS = r"(?=['\s]*(?:[=+@\uff1d\uff0b\uff20]|[-\uff0d][\w(.]))"
_INSIDE = re.compile(rf"([;\t\r\n]){_BEGINS}")
_DISARMED_INSIDE = re.compile(rf"([;\t\r\n])'{_BEGINS}")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a kind of table may have, and the other names under which people know it."""

    key: str
    synonyms: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class BadCell:
    """What is wrong with a row, with the row's number as a spreadsheet shows it."""

    row: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        """Say it in one line."""
        place = f"row {self.row}, {self.column}" if self.column else f"row {self.row}"
        return f"{place}: {self.value!r} is not accepted; expected {self.expected}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row; a cell that is blank, or whose column is absent, reads as an empty text."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        """Return the cell in the column of this key."""
        return self.cells.get(key, "")


@dataclass(frozen=True, slots=True)
class Table:
    """An uploaded table under the keys of its columns, with everything that could not be read."""

    headings: Mapping[str, str]
    ignored: tuple[str, ...]
    rows: tuple[Row, ...]
    bad: tuple[BadCell, ...]

    def has(self, key: str) -> bool:
        """Whether the table has this column at all."""
        return key in self.headings

    def bad_cell(self, row: Row, key: str, expected: str) -> BadCell:
        """Name a wrong cell by the heading that the file itself uses."""
        return BadCell(row.number, self.headings.get(key, key), row[key], expected)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a file: its heading, and the first things that stand below it."""

    name: str
    examples: tuple[str, ...]


def read_headings(content: bytes, columns: Sequence[Column]) -> tuple[Heading, ...]:
    """Read the headings of an uploaded table with some examples each; raises Invalid when it is no such table."""
    text, delimiter = _split_mark(_decode(content))
    known = _known(columns)
    delimiter = delimiter or max(DELIMITERS, key=lambda each: _score(text, each, known))
    records = _records(text, delimiter, [])
    _, header = next(records, (0, []))
    if not any(header):
        raise Invalid("file", Said("an empty file"), "a table with a header row")
    if len(header) > MAX_COLUMNS:
        raise Invalid("columns", Said("{count} columns", count=len(header)), f"at most {MAX_COLUMNS}")
    rows = [cells for _, cells in islice(records, EXAMPLE_ROWS)]
    return tuple(
        Heading(name, tuple(cells[place] for cells in rows if place < len(cells) and cells[place]))
        for place, name in enumerate(header)
        if name
    )


def guess_columns(headings: Collection[str], columns: Sequence[Column]) -> dict[str, str]:
    """Return the heading that each column has by its names, where one does."""
    known = _known(columns)
    guessed: dict[str, str] = {}
    for heading in headings:
        if key := known.get(_plain(heading)):
            guessed.setdefault(key, heading)
    return guessed


def _known(columns: Sequence[Column]) -> dict[str, str]:
    return {_plain(name): column.key for column in columns for name in (column.key, *column.synonyms)}


def read_table(content: bytes, columns: Sequence[Column], chosen: Mapping[str, str] | None = None) -> Table:
    """Read an uploaded table, whatever its encoding and delimiter.

    Parameters
    ----------
    content : bytes
        UTF-8 with or without a mark, UTF-16, or Windows-1252 / Latin-1; commas, semicolons or tabs between cells.
    columns : sequence of Column
        What may be in it. Headings are compared without case, blanks and punctuation; others are ignored.
    chosen : mapping, optional
        The heading of each column by its key, when somebody said so; the names of the columns mean nothing then.

    Raises
    ------
    Invalid
        When the file as a whole is no such table. What is wrong with single rows is in ``Table.bad`` instead.
    """
    text, delimiter = _split_mark(_decode(content))
    known = _known(columns) if chosen is None else {_plain(name): key for key, name in chosen.items()}
    delimiter = delimiter or max(DELIMITERS, key=lambda each: _score(text, each, known))
    bad: list[BadCell] = []
    records = _records(text, delimiter, bad)
    header_number, header = next(records, (0, []))
    keys = [known.get(_plain(name), "") for name in header]
    _check_header(header, keys, columns)
    rows = tuple(_row(number, cells, keys, header, bad) for number, cells in records)
    if not rows and not bad:
        raise Invalid(
            "file", Said("a header without rows"), Said("at least one row below row {row}", row=header_number)
        )
    return Table(
        headings={key: name for key, name in zip(keys, header, strict=True) if key},
        ignored=tuple(name for key, name in zip(keys, header, strict=True) if name and not key),
        rows=rows,
        bad=tuple(sorted(bad, key=lambda each: each.row)),
    )


def _decode(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise Invalid(
            "file",
            Said("{size:.0f} MB", size=len(content) / 1_000_000),
            Said("at most {most} MB", most=MAX_BYTES // 1_000_000),
        )
    for start, kind in _OTHER_FILES:
        if content.startswith(start):
            raise Invalid("file", kind, "a table saved as CSV (in Excel: Save as, CSV UTF-8)")
    try:
        text = content.decode(_encoding(content))
    except UnicodeDecodeError:
        # Every byte has a meaning in Latin-1, and Windows-1252 gives some of them more useful ones.
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise Invalid("file", Said("something else than text"), "a table saved as CSV")
    return text


def _encoding(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    start = content[:1000]
    # Western text in UTF-16 has a zero in every other byte; which half says the order.
    if len(start) > 3 and start[1::2].count(0) * 2 > len(start[1::2]) and not start[0::2].count(0):
        return "utf-16-le"
    if len(start) > 3 and start[0::2].count(0) * 2 > len(start[0::2]) and not start[1::2].count(0):
        return "utf-16-be"
    return "utf-8"


def _split_mark(text: str) -> tuple[str, str]:
    """Take off the line with which Excel names the delimiter; Excel does not count it as a row either."""
    found = re.match(r"sep=([,;\t])(?:\r\n|\r|\n)", text, re.IGNORECASE)
    return (text[found.end() :], found[1]) if found else (text, "")


def _plain(heading: str) -> str:
    """Reduce a heading to what people mean by it: ``E-Mail *`` and ``e mail`` are the same column."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _score(text: str, delimiter: str, known: Mapping[str, str]) -> tuple[int, int]:
    """Rate a delimiter by how many headings make sense with it, then by how many there are."""
    _, header = next(_records(text, delimiter, []), (0, []))
    return len({known[_plain(name)] for name in header if _plain(name) in known}), len(header)


def _records(text: str, delimiter: str, bad: list[BadCell]) -> Iterator[tuple[int, list[str]]]:
    """Yield rows that are not blank, numbered as a spreadsheet numbers them; one with loose quotation marks ends it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = [_cell(value) for value in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            expected = "each quotation mark that opens a cell to be closed, and nothing after it up to the next cell"
            bad.append(BadCell(number, "", Said("a loose quotation mark"), expected))
            return
        if number > MAX_ROWS:
            raise Invalid("file", Said("more than {most:,} rows", most=MAX_ROWS), "a file in several parts")
        if any(cells):
            yield number, cells


def _cell(value: str) -> str:
    """Strip a cell, and take off the apostrophes with which ``inert`` disarmed it."""
    stripped = _DISARMED_INSIDE.sub(r"\1", value.strip())
    return stripped[1:] if stripped.startswith("'") and _STARTS_FORMULA.match(stripped) else stripped


def _check_header(header: Sequence[str], keys: Sequence[str], columns: Sequence[Column]) -> None:
    if not any(header):
        raise Invalid("file", Said("an empty file"), "a table with a header row")
    if len(header) > MAX_COLUMNS:
        raise Invalid("columns", Said("{count} columns", count=len(header)), f"at most {MAX_COLUMNS}")
    twice = [name for key, name in zip(keys, header, strict=True) if key and keys.count(key) > 1]
    if twice:
        raise Invalid("columns", ", ".join(twice), "each column once; these mean the same")
    missing = [column.key for column in columns if column.required and column.key not in keys]
    if missing:
        raise Invalid(
            "columns", ", ".join(filter(None, header))[:200], Said("also {missing}", missing=", ".join(missing))
        )


def _row(number: int, cells: list[str], keys: Sequence[str], header: Sequence[str], bad: list[BadCell]) -> Row:
    if extra := [cell for cell in cells[len(keys) :] if cell]:
        expected = Said("{count} cells; text that contains the separator belongs in quotation marks", count=len(keys))
        bad.append(BadCell(number, "", ", ".join(extra)[:200], expected))
    for cell, name in zip(cells, header, strict=False):
        if _UNREADABLE.search(cell):
            bad.append(BadCell(number, name, cell[:200], "readable text; save the file as CSV UTF-8"))
    return Row(number, {key: cell for key, cell in zip(keys, cells, strict=False) if key and cell})


def inert(value: object) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    text = _INSIDE.sub(r"\1'", "" if value is None else str(value))
    return f"'{text}" if _STARTS_FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text) else text


def write_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows, the header first, as CSV that Excel opens with its letters right and ``read_table`` reads back."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([inert(value) for value in row] for row in rows)
    return codecs.BOM_UTF8 + text.getvalue().encode()
