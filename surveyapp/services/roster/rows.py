"""What the rows of a roster file say: people, read cell by cell, with everything that is wrong in them."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from surveyapp.errors import Said, any_of
from surveyapp.services.tables import BadCell, Column, Row, Table

LONGEST = 200
# Of the name of a class of people.
CLASS_LENGTH = 40
COLUMNS = (
    Column("person_id", ("id", "employee id", "employee number", "personnel number", "Personalnummer"), required=True),
    Column("name", ("full name", "display name", "employee"), required=True),
    Column("email", ("mail", "email address", "work email", "E-Mail-Adresse"), required=True),
    Column("language", ("lang", "locale", "Sprache")),
    Column("unit", ("unit path", "path", "team", "department", "Einheit", "Abteilung")),
    Column("unit_code", ("unit id", "team code", "department code", "cost centre", "Kostenstelle")),
    Column("parent_code", ("parent", "parent unit", "parent id", "parent unit code")),
    Column("lead", ("is lead", "leads", "team lead", "Leitung")),
    Column("starts_on", ("start", "starts", "start date", "from", "since", "Beginn", "seit")),
    Column("ends_on", ("end", "ends", "end date", "Ende")),
    Column("function", ("job family", "occupation", "Funktion", "Berufsgruppe")),
    Column("service", ("length of service", "service class", "Betriebszugehörigkeit", "Dienstalter")),
)
YES = frozenset({"yes", "y", "true", "1", "x", "ja", "j", "wahr"})
NO = frozenset({"", "no", "n", "false", "0", "nein", "falsch", "-"})
# Columns that say to which class of people somebody belongs, for waves with results by one of them.
CLASSES = ("function", "service")
A_CLASS = Said(f"a class of at most {CLASS_LENGTH} letters that many people share, such as 3 to 10 years")
A_DAY = Said("a day such as 2026-03-01 or 01.03.2026")
AN_ID = Said(f"an id of 1 to {LONGEST} letters that stays with the person")
A_NAME = Said(f"the person's name, of 1 to {LONGEST} letters")
AN_ADDRESS = Said("an address such as ann@example.org")
YES_OR_NO = Said("yes or no")

# Addresses are kept to what every mail server takes and what no header can be broken with.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,}")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@dataclass(frozen=True, slots=True)
class Person:
    """One person as a row describes them; None stands for what the row leaves open."""

    row: Row
    code: str
    name: str
    email: str
    language: str | None
    is_lead: bool
    starts_on: date | None
    ends_on: date | None
    function: str | None = None
    service: str | None = None

    def has_left(self, today: date) -> bool:
        """Whether the row is about somebody who no longer belongs to the organisation."""
        return self.ends_on is not None and self.ends_on <= today


@dataclass(frozen=True, slots=True)
class People:
    """The people of a file, the rows that only describe a unit, and what is wrong."""

    persons: tuple[Person, ...]
    unit_rows: tuple[Row, ...]
    bad: tuple[BadCell, ...]


def read_people(table: Table, languages: Collection[str]) -> People:
    """Read every row; one that is wrong is named with all that is wrong in it."""
    persons, unit_rows, bad = [], [], list(table.bad)
    for row in table.rows:
        if row["person_id"] or row["name"] or row["email"]:
            person, wrong = _person(row, languages)
            bad.extend(table.bad_cell(row, key, expected) for key, expected in wrong)
            persons.append(person)
        else:
            unit_rows.append(row)
    bad.extend(_twice(table, persons, "person_id"))
    bad.extend(_twice(table, persons, "email"))
    return People(tuple(persons), tuple(unit_rows), tuple(bad))


def _person(row: Row, languages: Collection[str]) -> tuple[Person, list[tuple[str, str]]]:
    code, name, email = row["person_id"], row["name"], row["email"]
    starts_on, ends_on = read_day(row["starts_on"]), read_day(row["ends_on"])
    language = row["language"].lower().replace("_", "-").split("-")[0]
    lead = row["lead"].casefold()
    wrong = [
        ("person_id", AN_ID, 0 < len(code) <= LONGEST),
        ("name", A_NAME, 0 < len(name) <= LONGEST),
        ("email", AN_ADDRESS, len(email) <= LONGEST and _EMAIL.fullmatch(email)),
        ("language", any_of(languages), not language or language in languages),
        ("lead", YES_OR_NO, lead in YES or lead in NO),
        *((key, A_CLASS, len(row[key]) <= CLASS_LENGTH and not read_day(row[key])) for key in CLASSES),
        ("starts_on", A_DAY, starts_on or not row["starts_on"]),
        ("ends_on", A_DAY, ends_on or not row["ends_on"]),
        ("ends_on", Said("a day after {day}", day=starts_on), not (starts_on and ends_on) or ends_on > starts_on),
    ]
    classes = [row[key] or None for key in CLASSES]
    person = Person(row, code, name, email, language or None, lead in YES, starts_on, ends_on, *classes)
    return person, [(key, expected) for key, expected, right in wrong if not right]


def read_day(text: str) -> date | None:
    """Read a day as computers or as most of Europe write it; anything else could mean two days and is None."""
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DOTTED.fullmatch(text):
        day, month, year = match.groups()
    else:
        return None
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None


def _twice(table: Table, persons: list[Person], key: str) -> Iterator[BadCell]:
    """Yield what a row shares with an earlier one: two ballots in one mailbox would give one person two voices."""
    first: dict[str, int] = {}
    for person in persons:
        value = person.row[key] if key == "person_id" else person.row[key].casefold()
        if value and first.setdefault(value, person.row.number) != person.row.number:
            once = "each person once and with an address of their own; row {row} has the same"
            yield table.bad_cell(person.row, key, Said(once, row=first[value]))
