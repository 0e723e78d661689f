"""The roster as a list: who is where. Nothing about answering is in it, and nothing about it is asked here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from surveyapp.services.roster.counting import Tree, tree_of
from surveyapp.store.organisation import Unit
from surveyapp.store.people import Member, Membership

PAGE_SIZE = 50
HEADER = (
    "person_id",
    "name",
    "email",
    "language",
    "unit",
    "unit_code",
    "lead",
    "starts_on",
    "ends_on",
    "function",
    "service",
)
EXAMPLE = (
    ("person_id", "name", "email", "unit", "lead", "starts_on"),
    ("1001", "Ann Lee", "ann@example.org", "Harbour / Operations / Cranes", "yes", ""),
    ("1002", "Ben Ray", "ben@example.org", "Harbour / Operations / Cranes", "no", "2026-03-01"),
    ("1003", "Cleo Mar", "cleo@example.org", "Harbour / Finance", "no", ""),
)
ORDERS = {"name": Member.name, "unit": Unit.name, "since": Membership.starts_on, "code": Member.code}


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person with one membership that is not over."""

    code: str
    name: str
    email: str
    language: str
    unit_id: UUID
    path: str
    is_lead: bool
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of the people that fit a search."""

    people: tuple[PersonLine, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: words in name, id, address or unit, within some units, in an order."""

    words: str = ""
    units: Collection[UUID] | None = None
    order: str = "name"
    descending: bool = False
    page: int = 1


def list_people(session: Session, organisation_id: UUID, tree: Tree, day: date, wanted: Wanted) -> PeoplePage:
    """Return a page of the people who are there or yet to come; a page that does not exist is the nearest that does."""
    found = _found(organisation_id, day, wanted)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, wanted.page), pages)
    first = ORDERS.get(wanted.order, Member.name)
    ordered = found.order_by(first.desc() if wanted.descending else first.asc(), Member.name, Member.code)
    rows = session.execute(ordered.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    people = tuple(
        PersonLine(
            code=member.code,
            name=member.name,
            email=member.email,
            language=member.language,
            unit_id=membership.unit_id,
            path=tree.path(membership.unit_id),
            is_lead=membership.is_lead,
            starts_on=membership.starts_on,
            ends_on=membership.ends_on,
        )
        for member, membership in rows
    )
    return PeoplePage(people, total, page, pages)


def _found(organisation_id: UUID, day: date, wanted: Wanted) -> Select[Member, Membership]:
    found = (
        select(Member, Membership)
        .join(
            Membership,
            (Membership.organisation_id == Member.organisation_id) & (Membership.member_id == Member.id),
        )
        .join(Unit, (Unit.organisation_id == Membership.organisation_id) & (Unit.id == Membership.unit_id))
        .where(Member.organisation_id == organisation_id, or_(Membership.ends_on.is_(None), Membership.ends_on > day))
    )
    if wanted.units is not None:
        found = found.where(Membership.unit_id.in_(wanted.units))
    return found.where(*map(_has, wanted.words.split()))


def _has(word: str) -> ColumnElement[bool]:
    """Look for a word wherever it may stand; SQLite folds the case of plain letters only, so others are tried."""
    spellings = {word, word.lower(), word.upper(), word.capitalize()}
    columns = (Member.name, Member.code, Member.email, Unit.name)
    return or_(*(column.icontains(each, autoescape=True) for column in columns for each in spellings))


def export_people(session: Session, organisation_id: UUID, day: date) -> list[tuple[object, ...]]:
    """Return the roster as rows that can be edited in a spreadsheet and imported again."""
    tree = tree_of(session, organisation_id)
    everybody = _found(organisation_id, day, Wanted()).order_by(Membership.starts_on, Member.code)
    # Of somebody about to move, the file has the place where they will be.
    latest = {member.code: (member, membership) for member, membership in session.execute(everybody)}
    rows: list[tuple[object, ...]] = [HEADER]
    for code in sorted(latest):
        member, held = latest[code]
        classes = (member.function, member.service)
        place = (tree.path(held.unit_id), tree.units[held.unit_id].code, "yes" if held.is_lead else "no")
        rows.append((code, member.name, member.email, member.language, *place, held.starts_on, held.ends_on, *classes))
    return rows


def count_people(session: Session, organisation_id: UUID, day: date) -> int:
    """Return how many people are on the roster on a day."""
    there = (Membership.starts_on <= day, or_(Membership.ends_on.is_(None), Membership.ends_on > day))
    people = select(func.count(func.distinct(Membership.member_id)))
    return session.scalar(people.where(Membership.organisation_id == organisation_id, *there)) or 0
