"""The map of an older survey: which column is the group, which columns are which items, how answers were coded."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from surveyapp.errors import SurveyError
from surveyapp.questions import Instrument, load, read_text
from surveyapp.questions.table import is_table, shown


class MapError(SurveyError):
    """A map cannot be used; ``problems`` has one sentence for each thing to put right."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Coding:
    """To which item a column belongs, and what must be added to its answers so that they begin at 1."""

    item: str
    offset: int


@dataclass(frozen=True, slots=True)
class HistoryMap:
    """How to read an older survey.

    Parameters
    ----------
    pulse : str
        How it is called from now on.
    day : date
        When it was closed.
    under : str
        The code of the unit below which its groups are; empty for the top.
    group_column, roster_column : str
        Where the group of a person stands, and how many people the group had; without the latter its respondents.
    group_name : str
        What groups are called, with ``{}`` for what stands in the column.
    missing : frozenset of str
        What stands for no answer, besides an empty cell.
    columns : mapping of str to Coding
    toml : str
        The text of the instrument.
    """

    pulse: str
    day: date
    under: str
    group_column: str
    group_name: str
    roster_column: str
    missing: frozenset[str]
    columns: Mapping[str, Coding]
    instrument: Instrument
    toml: str


class _Reader:
    """Takes fields out of the map and notes what is wrong with them."""

    def __init__(self, content: Mapping[str, object], source: str) -> None:
        self.content = content
        self.source = source
        self.problems: list[str] = []

    def note(self, field: str, value: object, expected: str) -> None:
        found = "is missing" if value is None else f"{shown(value)} is not accepted"
        self.problems.append(f"{self.source}: {field}: {found}; expected {expected}")

    def table(self, name: str) -> Mapping[str, object]:
        value = self.content.get(name)
        if is_table(value):
            return value
        self.note(name, value, f"a table [{name}]")
        return {}

    def text(self, place: Mapping[str, object], field: str, label: str, default: str | None = None) -> str:
        value = place.get(field, default)
        if isinstance(value, str) and (value.strip() or default is not None):
            return value.strip()
        self.note(label, value, "a text")
        return ""

    def whole(self, value: object, label: str) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.note(label, value, "a whole number, such as 1 when answers begin at 0")
        return 0


def read_map(path: Path) -> HistoryMap:
    """Read a map.

    Raises
    ------
    MapError
        With every problem at once.
    InstrumentError
        When the instrument in it, or the file that it names, is not valid.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise MapError((f"{path.name}: is not valid TOML in UTF-8: {error}",)) from error
    reader = _Reader(content, path.name)
    groups, answers = reader.table("groups"), reader.table("answers")
    toml = _instrument_text(reader, path)
    if not toml:
        raise MapError(tuple(reader.problems))
    instrument = load(toml, source=path.name)
    found = HistoryMap(
        pulse=reader.text(content, "pulse", "pulse"),
        day=_day(reader, content.get("date")),
        under=reader.text(content, "under", "under", ""),
        group_column=reader.text(groups, "column", "groups.column"),
        group_name=_group_name(reader, groups),
        roster_column=reader.text(groups, "roster", "groups.roster", ""),
        missing=_missing(reader, answers),
        columns=_columns(reader, answers, instrument),
        instrument=instrument,
        toml=toml,
    )
    if reader.problems:
        raise MapError(tuple(reader.problems))
    return found


def _instrument_text(reader: _Reader, path: Path) -> str:
    """Return the text of the file that the map names, or of the instrument inside the map."""
    table = reader.table("instrument")
    if "file" not in table:
        return toml_text(table) if table else ""
    file = path.parent / reader.text(table, "file", "instrument.file")
    if file.is_file():
        return read_text(file)
    reader.note("instrument.file", table["file"], "the name of a file beside the map")
    return ""


def toml_text(table: Mapping[str, object]) -> str:
    """Write a table as TOML text; the same table always gives the same text."""
    return "".join(f"{_text(name)} = {_value(value)}\n" for name, value in table.items())


def _value(value: object) -> str:
    if is_table(value):
        return "{" + ", ".join(f"{_text(name)} = {_value(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return json.dumps(value) if isinstance(value, bool | int) else _text(str(value))


def _text(text: str) -> str:
    # JSON quotes a text as TOML does, except for one control character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _day(reader: _Reader, value: object) -> date:
    # A moment is a date as well, but not one to begin a wave with.
    if type(value) is date:
        return value
    reader.note("date", str(value) if value is not None else None, "a day, written 2002-05-31 without quotation marks")
    return date.min


def _group_name(reader: _Reader, groups: Mapping[str, object]) -> str:
    name = reader.text(groups, "name", "groups.name", "{}")
    if name.count("{}") != 1 or name.replace("{}", "").count("{"):
        reader.note("groups.name", name, "a text with {} where the group of the file goes")
    return name


def _missing(reader: _Reader, answers: Mapping[str, object]) -> frozenset[str]:
    values = answers.get("missing", [])
    if isinstance(values, list) and all(isinstance(each, str) for each in values):
        return frozenset(values)
    reader.note("answers.missing", values, 'a list of texts, such as ["NA", "99"]')
    return frozenset()


def _columns(reader: _Reader, answers: Mapping[str, object], instrument: Instrument) -> dict[str, Coding]:
    columns = answers.get("columns")
    if not is_table(columns) or not columns:
        reader.note("answers.columns", columns, 'a table such as Q1 = "first-item"')
        return {}
    usual = reader.whole(answers.get("offset", 0), "answers.offset")
    found = {name: _coding(reader, f"answers.columns.{name}", value, usual) for name, value in columns.items()}
    keys = [item.key for item in instrument.items]
    used = [coding.item for coding in found.values()]
    for name, coding in found.items():
        if coding.item and coding.item not in keys:
            reader.note(f"answers.columns.{name}", coding.item, f"an item of the instrument: {', '.join(keys)}")
        elif coding.item and used.count(coding.item) > 1:
            reader.note(f"answers.columns.{name}", coding.item, "each item for one column")
    return found


def _coding(reader: _Reader, label: str, value: object, usual: int) -> Coding:
    if isinstance(value, str):
        return Coding(value, usual)
    if is_table(value) and value.keys() <= {"item", "offset"}:
        item = reader.text(value, "item", f"{label}.item")
        return Coding(item, reader.whole(value.get("offset", usual), f"{label}.offset"))
    reader.note(label, value, 'an item, or {item = "key", offset = 1}')
    return Coding("", 0)
