"""What all steps of a delegation have in common: who may take them, when, and what keeps them from it."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, TypeVar
from uuid import UUID

from surveyapp.errors import Conflict, Forbidden, Invalid, NotFound, Said, any_of
from surveyapp.learning.delegation import OWNER, RUNNING, Cycle, Delegation

Item = TypeVar("Item")


class Step:
    """Something that one person says or does about a delegation.

    A step is checked once, when it is taken; what is kept is the step, and `after` folds kept steps into a delegation
    without asking again, so that stricter rules of a later version break no history.
    """

    __slots__ = ()
    roles: ClassVar[frozenset[str]] = frozenset({OWNER})
    states: ClassVar[frozenset[str]] = frozenset({RUNNING})

    @classmethod
    def hindrance(cls, delegation: Delegation) -> str:  # noqa: ARG003  # Most steps have none.
        """Return what has to happen first, or nothing."""
        return ""

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Tell what is wrong with what was said."""
        yield from ()

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Return the delegation after this step."""
        raise NotImplementedError


def refusal(kind: type[Step], delegation: Delegation, by: UUID) -> Conflict | Forbidden | NotFound | None:
    """Return why a person cannot take a step now, whatever it says, or nothing."""
    role = delegation.role_of(by)
    if not role:
        return NotFound("There is no such delegation")
    if role not in kind.roles:
        return Forbidden(Said("This is for the {roles} of the delegation", roles=any_of(sorted(kind.roles))))
    if delegation.state not in kind.states:
        return Conflict(Said("The delegation is {state}, so this is not possible now", state=_state(delegation)))
    hindrance = kind.hindrance(delegation)
    return Conflict(hindrance) if hindrance else None


def _state(delegation: Delegation) -> Said:
    return Said(delegation.state.replace("_", " "))


def take(delegation: Delegation, step: Step, by: UUID, now: datetime) -> Delegation:
    """Take a step.

    Raises
    ------
    NotFound
        When the person has no part in the delegation.
    Forbidden
        When the step is somebody else's to take.
    Conflict
        When it is not its time, or something has to happen first.
    Invalid
        Naming the first field that is wrong.
    """
    if refused := refusal(type(step), delegation, by):
        raise refused
    for wrong in step.problems(delegation, now):
        raise wrong
    return step.after(delegation, by, now)


def running(delegation: Delegation) -> Cycle:
    """Return the cycle at hand."""
    if delegation.cycle is None:
        message = "no cycle has been started"
        raise LookupError(message)
    return delegation.cycle


def index_problem(field: str, index: int, items: tuple[object, ...]) -> Iterator[Invalid]:
    """Tell when there is no item of this number; the first one is 0."""
    if not 0 <= index < len(items):
        yield Invalid(
            field,
            index,
            Said("a number below {count}", count=len(items)) if items else Said("nothing, for there is none yet"),
        )


def put(items: tuple[Item, ...], index: int, item: Item) -> tuple[Item, ...]:
    """Return the items with one of them replaced."""
    return *items[:index], item, *items[index + 1 :]


def past_problem(field: str, at: datetime, earliest: datetime, now: datetime) -> Iterator[Invalid]:
    """Tell when something that happened lies in the future, or before its cycle began."""
    if at > now:
        yield Invalid(field, at.isoformat(), "a time that is not in the future")
    elif at < earliest:
        yield Invalid(field, at.isoformat(), "a time after the cycle began")
