"""Tables as spreadsheets save them."""

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from surveyapp.errors import Invalid
from surveyapp.services.tables import MAX_BYTES, Column, Row, inert, read_table, write_csv

COLUMNS = (
    Column("person_id", ("id", "Personalnummer"), required=True),
    Column("name", ("full name",), required=True),
    Column("email", ("e-mail address",)),
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252")
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(str.strip)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_delimiter_and_line_end_reads_the_same(encoding: str, delimiter: str, line_end: str) -> None:
    """The program that saved the file makes no difference."""
    lines = (("Person ID", "Name", "E-Mail address"), ("7", "Jürgen Groß", "j@example.org"))
    content = line_end.join(delimiter.join(line) for line in lines).encode(encoding)
    table = read_table(content, COLUMNS)
    assert table.rows == (Row(2, {"person_id": "7", "name": "Jürgen Groß", "email": "j@example.org"}),)


@pytest.mark.parametrize("heading", ["person_id", "Person ID", "  PERSON-ID *", "\uff50erson id", "Personalnummer"])
def test_headings_are_recognised_however_they_are_written(heading: str) -> None:
    """Case, blanks, punctuation and known synonyms do not matter."""
    assert read_table(f"{heading},name\n7,Ann\n".encode(), COLUMNS).rows[0]["person_id"] == "7"


def test_a_message_uses_the_heading_of_the_file() -> None:
    """People find a wrong cell by the heading that they wrote themselves."""
    table = read_table(b"Personalnummer,Full Name\n7,Ann\n", COLUMNS)
    assert str(table.bad_cell(table.rows[0], "name", "two words")) == (
        "row 2, Full Name: 'Ann' is not accepted; expected two words"
    )


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    """Blank rows count, and a cell with line breaks is still one row."""
    content = b'\nid,name\n\n1,"Ann\nLee"\n2,Bob\n'
    assert [row.number for row in read_table(content, COLUMNS).rows] == [4, 5]


def test_the_line_that_names_the_delimiter_is_no_row() -> None:
    """Excel writes and hides it."""
    table = read_table(b"sep=;\nid;name\n1;Lee, Ann\n", COLUMNS)
    assert (table.rows[0].number, table.rows[0]["name"]) == (2, "Lee, Ann")


def test_unknown_columns_are_named_and_left_out() -> None:
    """An export with more columns than needed can be used as it is."""
    table = read_table(b"id,name,shoe size\n1,Ann,38\n", COLUMNS)
    assert (table.ignored, table.rows[0].cells) == (("shoe size",), {"person_id": "1", "name": "Ann"})


def test_a_row_with_too_many_cells_is_bad() -> None:
    """A comma inside a name without quotation marks would shift everything behind it."""
    bad = read_table(b"id,name\n1,Ann\n2,Lee, Bob\n", COLUMNS).bad
    assert [(each.row, each.value) for each in bad] == [(3, "Bob")]


def test_a_quotation_mark_that_is_never_closed_is_bad_where_it_opens() -> None:
    """Without this it would swallow the rest of the file silently."""
    table = read_table(b'id,name\n1,Ann\n2,"Bob\n3,Cid\n', COLUMNS)
    assert [each.row for each in table.bad] == [3]
    assert [row["name"] for row in table.rows] == ["Ann"]


def test_control_characters_are_bad() -> None:
    """They are how a mail header or a terminal is broken into."""
    assert [each.row for each in read_table(b"id,name\n1,A\x1bnn\n", COLUMNS).bad] == [2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "a table with a header row"),
        (b"id,name\n", "at least one row below row 1"),
        (b"PK\x03\x04....", "saved as CSV"),
        (b"\x00\x01\x02\x00\x03\x04\x05", "saved as CSV"),
        (b"name,shoe size\nAnn,38\n", "also person_id"),
        (b"id,name,Personalnummer\n1,Ann,2\n", "each column once"),
        (b"id,name" + b"," * 100 + b"\n1,Ann\n", "at most 100"),
        (b"x" * (MAX_BYTES + 1), "at most 30 MB"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_words(content: bytes, words: str) -> None:
    """The message says what would be right."""
    with pytest.raises(Invalid, match=words):
        read_table(content, COLUMNS)


@given(content=st.one_of(st.binary(max_size=200), TEXT.map(lambda text: ("id,name\n" + text).encode())))
@example(content=b"\xff\xfe\x00")
@example(content=b"\x81\x8d,\x8f\n\x90,\x9d")
def test_no_file_whatever_breaks_the_reader(content: bytes) -> None:
    """Anything is either a table or refused in words."""
    try:
        table = read_table(content, COLUMNS)
    except Invalid:
        return
    assert table.rows or table.bad


@given(cells=st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=5))
def test_what_is_written_is_read_back(cells: list[tuple[str, str, str]]) -> None:
    """A downloaded table can be edited and uploaded again."""
    content = write_csv([("person_id", "name", "email"), *cells])
    try:
        table = read_table(content, COLUMNS)
    except Invalid:
        assert not any(any(row) for row in cells)
        return
    assert [(row["person_id"], row["name"], row["email"]) for row in table.rows] == [row for row in cells if any(row)]


@given(start=st.sampled_from(["=", "+", "-", "@", "\t", "\r", " =", "\uff1d"]), rest=TEXT)
def test_no_cell_starts_as_a_formula(start: str, rest: str) -> None:
    """A name such as =HYPERLINK(...) stays a text when the download is opened."""
    written = next(csv.reader(io.StringIO(write_csv([[start + "x" + rest]]).decode("utf-8-sig"), newline="")))
    assert written[0].startswith("'")


@pytest.mark.parametrize(
    "cell", ["Bob;=1+1", "Bob; @SUM(1)", "Bob\n+1", "Bob\t-2+3", "Bob;'=1", "a;=1;=2\r\n=3", "\uff1b;\uff1d1"]
)
def test_a_semicolon_began_a_formula_where_commas_are_decimal(cell: str) -> None:
    """Spreadsheets in German split at semicolons and lines whatever the quotation marks; it is read back as it was."""
    content = write_csv([("name", "email"), (cell, "x")])
    pieces = re.split(r"[;\t\r\n]", content.decode("utf-8-sig"))
    assert [piece for piece in pieces if re.match(r"\s*[=+@\uff1d-]", piece)] == []
    assert read_table(content, (Column("name"), Column("email"))).rows[0]["name"] == cell


def test_a_smile_after_a_semicolon_stays_one() -> None:
    """It is no formula, and neither is a list with dashes."""
    assert inert("We talked ;-) about:\n- light\n- noise") == "We talked ;-) about:\n- light\n- noise"


@pytest.mark.parametrize("number", ["-0.25", "+3", "-1,5", "12"])
def test_numbers_stay_numbers(number: str) -> None:
    """A negative figure is no formula."""
    assert inert(number) == number
