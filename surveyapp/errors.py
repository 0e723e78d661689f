"""Everything that can go wrong on purpose; the web room maps this tree to HTTP in one place."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self


class Said(str):
    """An English sentence of ours that remembers what it is made of, so that a page can say it in another language.

    ``Said("There is no unit with the code {code}", code=code)`` reads like any text in a log or on a terminal. A value
    that is ``Said`` as well is translated with it; any other is what people typed or named, and stays.
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: object) -> Self:
        """Fill the values in; what was said before stays as it is."""
        if isinstance(template, cls):
            return template
        said = super().__new__(cls, template.format(**values) if values else template)
        said.template, said.values = template, values
        return said

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy it with what it is made of."""
        return _said, (self.template, self.values)


def any_of(choices: Iterable[str]) -> Said:
    """Name one thing or the other; each is translated by itself."""
    first, *others = map(Said, choices)
    return Said("{first} or {others}", first=first, others=any_of(others)) if others else first


def _said(template: str, values: dict[str, Any]) -> Said:
    return Said(template, **values)


def packed(words: object) -> object:
    """Write words as JSON can keep them, so that `unpacked` gives them back with what they are made of."""
    if isinstance(words, Said):
        return {"template": words.template, "values": {name: packed(each) for name, each in words.values.items()}}
    return words if isinstance(words, str | int | float) else str(words)


def unpacked(kept: Any) -> Any:
    """Read what `packed` wrote."""
    if isinstance(kept, dict):
        return Said(kept["template"], **{name: unpacked(each) for name, each in kept["values"].items()})
    return kept


class SurveyError(Exception):
    """A refusal with a message that a person can act on."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(SurveyError):
    """A value that cannot be taken; the message names the field, the value and what would be right."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        said = "{field}: {value!r} is not accepted; expected {expected}"
        super().__init__(Said(said, field=Said(field), value=value, expected=Said(expected)))
        self.field = field
        self.value = value
        self.expected = expected


class NotFound(SurveyError):
    """The thing does not exist, or not for the one who asks."""


class Forbidden(SurveyError):
    """The account's roles do not cover this."""


class Conflict(SurveyError):
    """The request contradicts what is already stored, such as a change to an open wave."""


class RateLimited(SurveyError):
    """Too many tries; the message says when to come back."""


class UnknownBallot(SurveyError):
    """No ballot has this code."""


class SpentBallot(SurveyError):
    """The ballot was used; the first sheet counts."""


class NotOpenYet(SurveyError):
    """The wave opens later."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(Said("This check opens at {moment}", moment=opens_at.isoformat()))
        self.opens_at = opens_at


class AlreadyClosed(SurveyError):
    """The wave takes no more answers."""


class ReleaseRefused(SurveyError):
    """The self-check found a figure that would say too much, or the terms of the wave were altered."""
