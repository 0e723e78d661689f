"""What an import of a roster file would change, without changing anything."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from surveyapp.services.tables import BadCell

Values = Mapping[str, Any]
# Somebody who declares a file complete by mistake makes most people leave.
DRASTIC_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Joiner:
    """Somebody who comes, or comes back."""

    code: str
    name: str
    unit: str
    on: date
    is_lead: bool
    returns: bool


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody whose membership ends, by the file or by being absent from it."""

    code: str
    name: str
    unit: str
    on: date
    absent: bool


@dataclass(frozen=True, slots=True)
class Mover:
    """Somebody who belongs elsewhere, or leads from now on, or no longer does."""

    code: str
    name: str
    before: str
    after: str
    on: date


@dataclass(frozen=True, slots=True)
class Correction:
    """Somebody whose particulars change; ``what`` says each as before and after."""

    code: str
    name: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be made; ``like`` is a known neighbour whose name it nearly has."""

    path: str
    code: str
    like: str


@dataclass(frozen=True, slots=True)
class ChangedUnit:
    """A known unit that gets another name or place."""

    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Writes:
    """The rows to write and to remove."""

    delete_memberships: tuple[UUID, ...] = ()
    end_memberships: tuple[Values, ...] = ()
    add_units: tuple[Values, ...] = ()
    change_units: tuple[Values, ...] = ()
    add_members: tuple[Values, ...] = ()
    change_members: tuple[Values, ...] = ()
    add_memberships: tuple[Values, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """Everything an import would do, or everything that keeps it from being done."""

    complete: bool
    people_before: int
    people_in_file: int
    ignored: tuple[str, ...]
    bad: tuple[BadCell, ...]
    joiners: tuple[Joiner, ...] = ()
    leavers: tuple[Leaver, ...] = ()
    movers: tuple[Mover, ...] = ()
    corrections: tuple[Correction, ...] = ()
    new_units: tuple[NewUnit, ...] = ()
    changed_units: tuple[ChangedUnit, ...] = ()
    unchanged: int = 0
    long_gone: int = 0
    writes: Writes = field(default_factory=Writes, repr=False)

    @property
    def ready(self) -> bool:
        """Whether it can be applied: one bad row keeps out the whole file."""
        return not self.bad

    @property
    def changes_nothing(self) -> bool:
        """Whether the organisation is already as the file says."""
        return not any(self._changes())

    @property
    def drastic(self) -> bool:
        """Whether so many leave that the file may not be what it was taken for."""
        return len(self.leavers) > max(5, DRASTIC_SHARE * self.people_before)

    @property
    def digest(self) -> str:
        """A fingerprint of the changes, so that what is applied is what somebody looked at."""
        return hashlib.sha256(repr(self._changes()).encode()).hexdigest()

    def _changes(self) -> tuple[Sequence[object], ...]:
        return self.joiners, self.leavers, self.movers, self.corrections, self.new_units, self.changed_units

    @property
    def summary(self) -> str:
        """The changes as numbers, in one line."""
        people = (
            f"{len(self.joiners)} joining, {len(self.leavers)} leaving, {len(self.movers)} moving, "
            f"{len(self.corrections)} corrected, {self.unchanged} unchanged"
        )
        return f"people: {people}; units: {len(self.new_units)} new, {len(self.changed_units)} changed"


def report_text(plan: RosterPlan) -> str:
    """Write a plan as lines for a terminal: every bad row, or every change."""
    if plan.bad:
        lines = [str(each) for each in plan.bad]
        rows = len({each.row for each in plan.bad})
        return "\n".join([*lines, f"bad rows: {rows}; nothing can be imported until they are right"])
    lines = [f"new unit    {each.path} ({each.code}){_like(each)}" for each in plan.new_units]
    lines += [f"unit        {each.before} -> {each.after}" for each in plan.changed_units]
    lines += [f"joins       {_who(each)}: {each.unit} from {each.on}" for each in plan.joiners]
    lines += [f"moves       {_who(each)}: {each.before} -> {each.after} on {each.on}" for each in plan.movers]
    lines += [f"leaves      {_who(each)}: {each.unit} on {each.on}{_absent(each)}" for each in plan.leavers]
    lines += [f"corrected   {_who(each)}: {'; '.join(each.what)}" for each in plan.corrections]
    lines += [f"column not used: {name}" for name in plan.ignored]
    if plan.drastic:
        lines.append(f"look twice: {len(plan.leavers)} of {plan.people_before} people would leave")
    return "\n".join([*lines, plan.summary])


def report_rows(plan: RosterPlan, tell: Callable[[str], str] = str) -> list[tuple[object, ...]]:
    """Return a plan as the rows of a table to download: every bad cell, as ``tell`` puts it, or every change."""
    if plan.bad:
        told = ((bad.row, bad.column, bad.value, tell(bad.expected)) for bad in plan.bad)
        return [("row", "column", "value", "expected"), *told]
    rows: list[tuple[object, ...]] = [("change", "person_id", "name", "before", "after", "on")]
    rows += [("new unit", "", "", "", each.path, "") for each in plan.new_units]
    rows += [("changed unit", "", "", each.before, each.after, "") for each in plan.changed_units]
    rows += [("joins", each.code, each.name, "", each.unit, each.on) for each in plan.joiners]
    rows += [("moves", each.code, each.name, each.before, each.after, each.on) for each in plan.movers]
    rows += [("leaves", each.code, each.name, each.unit, "", each.on) for each in plan.leavers]
    rows += [("corrected", each.code, each.name, "", "; ".join(each.what), "") for each in plan.corrections]
    return rows


def _who(each: Joiner | Leaver | Mover | Correction) -> str:
    return f"{each.name} ({each.code})"


def _like(unit: NewUnit) -> str:
    return f", nearly the name of {unit.like}" if unit.like else ""


def _absent(leaver: Leaver) -> str:
    return ", not in the file" if leaver.absent else ""
