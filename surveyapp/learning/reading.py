"""Reading terms from what somebody typed: every field that cannot be read is named, and nothing is guessed."""

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import UTC, datetime, tzinfo
from typing import Any, get_type_hints

from surveyapp.errors import Invalid
from surveyapp.learning.terms import Bar, Done, Guardrails, Radius, Task, Terms, Trigger

Part = Task | Bar | Radius | Guardrails | Done
PARTS: dict[str, type[Part]] = {"task": Task, "bar": Bar, "radius": Radius, "guardrails": Guardrails, "done": Done}
YES = "yes"
NEVER = datetime(1, 1, 2, tzinfo=UTC)


def read_part(name: str, typed: Mapping[str, str], zone: tzinfo, now: datetime) -> tuple[Part, list[Invalid]]:
    """Read one part of the terms, with everything that is wrong with it.

    Parameters
    ----------
    name : str
        One of ``PARTS``.
    typed : mapping
        What stands in each field; a list has one entry per line, and a box that is ticked says ``yes``.
    zone : tzinfo
        The time zone in which a day and time were typed.
    now : datetime
        The present moment.
    """
    values, unread = read_fields(PARTS[name], typed, zone)
    read: Part = PARTS[name](**values)
    known = {wrong.field for wrong in unread}
    return read, unread + [wrong for wrong in read.problems(now) if wrong.field not in known]


def read_fields(kind: type[Any], typed: Mapping[str, str], zone: tzinfo) -> tuple[dict[str, Any], list[Invalid]]:
    """Read the fields of a dataclass, such as a step; one that cannot be read is blank and named."""
    unread: list[Invalid] = []
    values: dict[str, Any] = {}
    hints = get_type_hints(kind)
    for each in fields(kind):
        text = typed.get(each.name, "").strip()
        if not text and each.default is not MISSING:
            continue
        try:
            values[each.name] = READERS[hints[each.name]](each.name, text, zone)
        except Invalid as wrong:
            unread.append(wrong)
            values[each.name] = BLANKS[hints[each.name]]
    return values, unread


def read_terms(typed: Mapping[str, str], zone: tzinfo, now: datetime) -> tuple[Terms, list[Invalid]]:
    """Read all parts, with everything that is wrong with any of them or with their combination."""
    read = {name: read_part(name, typed, zone, now) for name in PARTS}
    terms = Terms(**{name: part for name, (part, _) in read.items()})  # type: ignore[arg-type]
    problems = [wrong for _, found in read.values() for wrong in found]
    known = {wrong.field for wrong in problems}
    return terms, problems + [wrong for wrong in terms.problems(now) if wrong.field not in known]


def number(field: str, text: str) -> float:
    """Read a number with a decimal point or comma; raises Invalid."""
    try:
        value = float(text.replace(",", ".")) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e12:
        raise Invalid(field, text, "a number, such as 5 or 2.5")
    return value


def moment(field: str, text: str, zone: tzinfo) -> datetime:
    """Read a day and time as a browser sends it; raises Invalid."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or not 2000 <= value.year <= 2200:
        raise Invalid(field, text, "a day and time, such as 2026-03-31 17:00")
    return value if value.tzinfo else value.replace(tzinfo=zone)


def lines(text: str) -> tuple[str, ...]:
    """Split what was typed into its lines, without empty ones."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _whole(field: str, text: str, _zone: tzinfo) -> int:
    value = number(field, text)
    if value != int(value):
        raise Invalid(field, text, "a whole number")
    return int(value)


READERS: dict[Any, Callable[[str, str, tzinfo], Any]] = {
    str: lambda _field, text, _zone: text,
    bool: lambda _field, text, _zone: text == YES,
    int: _whole,
    float: lambda field, text, _zone: number(field, text),
    datetime: moment,
    tuple[str, ...]: lambda _field, text, _zone: lines(text),
    tuple[Trigger, ...]: lambda _field, text, _zone: tuple(map(Trigger.read, lines(text))),
}
BLANKS: dict[Any, Any] = {int: 0, float: math.nan, datetime: NEVER, tuple[Trigger, ...]: ()}
