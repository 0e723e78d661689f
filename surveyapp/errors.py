"""Everything that can go wrong on purpose; the web room maps this tree to HTTP in one place."""

from datetime import datetime


class SurveyError(Exception):
    """A refusal with a message that a person can act on."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(SurveyError):
    """A value that cannot be taken; the message names the field, the value and what would be right."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(f"{field}: {value!r} is not accepted; expected {expected}")
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
        super().__init__(f"This check opens at {opens_at.isoformat()}")
        self.opens_at = opens_at


class AlreadyClosed(SurveyError):
    """The wave takes no more answers."""


class ReleaseRefused(SurveyError):
    """The self-check found a figure that would say too much, or the terms of the wave were altered."""
