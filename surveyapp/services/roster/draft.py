"""A roster plan in the making: what becomes of each person of the file and of those who are not in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from surveyapp.errors import Said
from surveyapp.services.roster.plan import (
    ChangedUnit,
    Correction,
    Joiner,
    Leaver,
    Mover,
    NewUnit,
    RosterPlan,
    Writes,
)
from surveyapp.services.roster.rows import CLASSES, People, Person
from surveyapp.services.roster.tree import Forest, Node
from surveyapp.services.tables import BadCell, Table

# More new units than this are a new organisation, where names that look alike are no slips.
FEW_UNITS = 50


@dataclass(frozen=True, slots=True)
class Held:
    """A membership as it is stored."""

    id: UUID
    unit_id: UUID
    starts_on: date
    ends_on: date | None
    is_lead: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A member as stored, with the memberships that are not over, the one that began last at the end."""

    id: UUID
    code: str
    name: str
    email: str
    language: str
    function: str | None = None
    service: str | None = None
    held: list[Held] = field(default_factory=list)
    former: list[Held] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """A plan in the making: takes the people of the file one after the other."""

    organisation_id: UUID
    language: str
    table: Table
    today: date
    forest: Forest
    known: dict[str, Known]
    bad: list[BadCell] = field(default_factory=list)
    joiners: list[Joiner] = field(default_factory=list)
    leavers: list[Leaver] = field(default_factory=list)
    movers: list[Mover] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    unchanged: int = 0
    long_gone: int = 0
    deleted: list[UUID] = field(default_factory=list)
    ended: list[dict[str, Any]] = field(default_factory=list)
    added: list[dict[str, Any]] = field(default_factory=list)
    members: list[dict[str, Any]] = field(default_factory=list)
    changed_members: list[dict[str, Any]] = field(default_factory=list)
    paths: dict[UUID, str] = field(default_factory=dict)

    def path(self, unit_id: UUID, *, is_lead: bool = False) -> str:
        """Return a unit's path, and whether somebody leads it."""
        if unit_id not in self.paths:
            self.paths[unit_id] = self.forest.path(self.forest.nodes[unit_id])
        return Said("{unit} (lead)", unit=self.paths[unit_id]) if is_lead else self.paths[unit_id]

    def take(self, person: Person, place: Node | None) -> None:
        """Decide what becomes of one person of the file."""
        known = self.known.get(person.code)
        if person.has_left(self.today):
            self._end(person, known)
        elif place is None:
            # The row has been named as bad already.
            return
        elif known is None or not known.held:
            self._join(person, known, place)
        else:
            self._keep(person, known, place)

    def _end(self, person: Person, known: Known | None) -> None:
        if known is None or not known.held:
            self.long_gone += 1
        elif person.ends_on is not None:
            self._leave(known, person.ends_on, person)

    def _leave(self, known: Known, on: date, person: Person | None) -> None:
        """End every membership that is not over; one that had not begun never was."""
        last = known.held[-1]
        if person is not None and on <= last.starts_on <= self.today:
            expected = Said("a day after {day}, when this membership began", day=last.starts_on)
            self.bad.append(self.table.bad_cell(person.row, "ends_on", expected))
            return
        self._close(known, on)
        self.leavers.append(Leaver(known.code, known.name, self.path(last.unit_id), on, absent=person is None))

    def _close(self, known: Known, on: date) -> None:
        for held in known.held:
            if held.starts_on >= on:
                self.deleted.append(held.id)
            elif held.ends_on is None or held.ends_on > on:
                self._set_end(held, on)

    def _set_end(self, held: Held, on: date | None) -> None:
        self.ended.append({"organisation_id": self.organisation_id, "id": held.id, "ends_on": on})

    def _join(self, person: Person, known: Known | None, place: Node) -> None:
        over = max((held.ends_on for held in known.former if held.ends_on), default=None) if known else None
        on = person.starts_on or self.today
        on = on if over is None or on >= over else self.today
        member_id = known.id if known else uuid4()
        if known:
            self._correct(person, known)
        else:
            language = person.language or self.language
            particulars = _particulars(person, language) | {key: getattr(person, key) for key in CLASSES}
            self.members.append(self._owned(member_id, code=person.code, **particulars))
        self._add(person, member_id, place, on)
        joiner = Joiner(person.code, person.name, self.path(place.id), on, person.is_lead, returns=known is not None)
        self.joiners.append(joiner)

    def _add(self, person: Person, member_id: UUID, place: Node, on: date) -> None:
        values = {"unit_id": place.id, "starts_on": on, "ends_on": person.ends_on, "is_lead": person.is_lead}
        self.added.append(self._owned(uuid4(), member_id=member_id, **values))

    def _owned(self, row_id: UUID, **values: object) -> dict[str, Any]:
        return {"organisation_id": self.organisation_id, "id": row_id, **values}

    def _keep(self, person: Person, known: Known, place: Node) -> None:
        last = known.held[-1]
        what = self._correct(person, known)
        if (last.unit_id, last.is_lead) != (place.id, person.is_lead):
            self._move(person, known, place)
        elif self.table.has("ends_on") and person.ends_on != last.ends_on:
            self._change_end(person, known, what)
        elif what:
            self.corrections.append(Correction(known.code, person.name, what))
        else:
            self.unchanged += 1

    def _move(self, person: Person, known: Known, place: Node) -> None:
        """End what was and start anew; the day is the file's if it lies behind the present beginning."""
        last = known.held[-1]
        named = person.starts_on
        on = named if named is not None and named > last.starts_on else self.today
        self._close(known, on)
        self._add(person, known.id, place, on)
        before, after = self.path(last.unit_id, is_lead=last.is_lead), self.path(place.id, is_lead=person.is_lead)
        self.movers.append(Mover(known.code, person.name, before, after, on))

    def _change_end(self, person: Person, known: Known, what: tuple[str, ...]) -> None:
        last, end = known.held[-1], person.ends_on
        if end is not None and (last.ends_on is None or end < last.ends_on):
            self._leave(known, end, person)
            return
        self._set_end(last, end)
        self.corrections.append(Correction(known.code, person.name, (*what, _change("end", last.ends_on, end))))

    def _correct(self, person: Person, known: Known) -> tuple[str, ...]:
        """Bring name, address, language and classes up to date; return what changed.

        A file without a column for a class leaves what is known of it alone; a blank takes it back.
        """
        after: dict[str, str | None] = {**_particulars(person, person.language or known.language)}
        after |= {key: getattr(person if self.table.has(key) else known, key) for key in CLASSES}
        what = tuple(
            _change(key, getattr(known, key), value) for key, value in after.items() if getattr(known, key) != value
        )
        if what:
            self.changed_members.append(self._owned(known.id, **after))
        return what

    def let_go(self, absent: Iterable[str]) -> None:
        """End the memberships of people whom a complete file does not name."""
        for code in sorted(absent):
            if self.known[code].held:
                self._leave(self.known[code], self.today, None)

    def refuse_shared_addresses(self, people: People) -> None:
        """Name rows whose address belongs to somebody on the roster who is not in the file."""
        in_file = {person.code for person in people.persons}
        others = {each.email.casefold(): each for each in self.known.values() if each.held and each.code not in in_file}
        for person in people.persons:
            other = others.get(person.email.casefold())
            if other is not None and not person.has_left(self.today):
                expected = Said(
                    "an address of their own; {name} ({code}) has this one", name=other.name, code=other.code
                )
                self.bad.append(self.table.bad_cell(person.row, "email", expected))

    def finish(self, people: People, bad: Sequence[BadCell], *, complete: bool) -> RosterPlan:
        """Freeze the plan; with bad rows it holds nothing but them."""
        plan = RosterPlan(
            complete=complete,
            people_before=sum(bool(each.held) for each in self.known.values()),
            people_in_file=len(people.persons),
            ignored=self.table.ignored,
            bad=tuple(bad),
        )
        if bad:
            return plan
        return replace(
            plan,
            joiners=tuple(self.joiners),
            leavers=tuple(self.leavers),
            movers=tuple(self.movers),
            corrections=tuple(self.corrections),
            new_units=self._new_units(),
            changed_units=self._changed_units(),
            unchanged=self.unchanged,
            long_gone=self.long_gone,
            writes=self._writes(),
        )

    def _new_units(self) -> tuple[NewUnit, ...]:
        nodes = self.forest.new_nodes()
        few = len(nodes) <= FEW_UNITS
        return tuple(
            NewUnit(self.path(each.id), each.code, self.forest.namesake(each) if few else "") for each in nodes
        )

    def _changed_units(self) -> tuple[ChangedUnit, ...]:
        before = Forest.grow((each.known for each in self.forest.nodes.values() if each.known), "")
        return tuple(
            ChangedUnit(each.code, before.path(before.nodes[each.id]), self.path(each.id))
            for each in self.forest.changed_nodes()
        )

    def _writes(self) -> Writes:
        def unit(node: Node) -> dict[str, Any]:
            return self._owned(node.id, parent_id=node.parent_id, name=node.name)

        return Writes(
            delete_memberships=tuple(self.deleted),
            end_memberships=tuple(self.ended),
            add_units=tuple(unit(node) | {"code": node.code, "retired_on": None} for node in self.forest.new_nodes()),
            change_units=tuple(unit(node) for node in self.forest.changed_nodes()),
            add_members=tuple(self.members),
            change_members=tuple(self.changed_members),
            add_memberships=tuple(self.added),
        )


def _particulars(person: Person, language: str) -> dict[str, str]:
    return {"name": person.name, "email": person.email, "language": language}


def _change(key: str, before: object, after: object) -> Said:
    nothing = Said("nothing")
    return Said("{field}: {before} -> {after}", field=Said(key), before=before or nothing, after=after or nothing)
