"""Who is in the demonstration: units, people who come, go and move, and those who sign in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from surveyapp.services.accounts.access import MANAGER, MEMBER, Grant
from surveyapp.services.accounts.managing import NewAccount, create_account
from surveyapp.services.demo import names
from surveyapp.services.demo.calendar import Calendar
from surveyapp.services.roster.organisations import top_unit
from surveyapp.services.roster.tree import code_for
from surveyapp.stats.demonstration import RECIPE, Person, Story
from surveyapp.store.organisation import Unit
from surveyapp.store.people import Member, Membership

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cast:
    """The ids of the units by name, and of the people in the order of the story."""

    units: dict[str, UUID]
    members: tuple[UUID, ...]


def populate(session: Session, organisation_id: UUID, story: Story, calendar: Calendar) -> Cast:
    """Write the tree as it was at first, and everybody who will ever be there."""
    units = _plant(session, organisation_id)
    members = [_member(organisation_id, number) for number in range(len(story.people))]
    session.execute(insert(Member), members)
    memberships = [
        {"organisation_id": organisation_id, "id": uuid4(), "member_id": member["id"], **place}
        for number, (person, member) in enumerate(zip(story.people, members, strict=True))
        for place in _places(person, number, units, calendar)
    ]
    session.execute(insert(Membership), memberships)
    session.commit()
    return Cast(units, tuple(member["id"] for member in members))


def _plant(session: Session, organisation_id: UUID) -> dict[str, UUID]:
    top = top_unit(session, organisation_id)
    rows: list[Row] = []
    units = {names.ORGANISATION: top.id}
    codes = {top.code}

    def add(name: str, parent: str) -> None:
        code = code_for(name, codes)
        codes.add(code)
        units[name] = uuid4()
        rows.append(
            {
                "organisation_id": organisation_id,
                "id": units[name],
                "parent_id": units[parent],
                "code": code,
                "name": name,
                "retired_on": None,
            }
        )

    for division, departments in names.DIVISIONS.items():
        add(division, names.ORGANISATION)
        for department, teams in departments.items():
            add(department, division)
            for team in teams:
                add(team, department)
    add(names.MERGED_INTO, "Market")
    session.execute(insert(Unit), rows)
    return units


def _member(organisation_id: UUID, number: int) -> Row:
    name = names.name_of(number)
    local = name.lower().replace(" ", ".").encode("ascii", "ignore").decode()
    return {
        "organisation_id": organisation_id,
        "id": uuid4(),
        "code": f"P{number + 1:04}",
        "name": name,
        "email": f"{local}@demo.example",
        "language": "de" if number % 5 == 0 else "en",
    }


def _places(person: Person, number: int, units: dict[str, UUID], calendar: Calendar) -> list[Row]:
    """Return the memberships of a person: one, or two when the team became part of another."""
    team = names.TEAMS[person.team]
    long_ago = calendar.first_day - timedelta(days=40 + number * 7 % 2000)
    start = calendar.between(person.first) if person.first else long_ago
    end = calendar.between(person.until) if person.until < RECIPE.waves else None
    if team not in names.MERGED:
        return [_place(units[team], start, end, is_lead=person.is_lead)]
    change = calendar.reorganised_on
    # One of the two leads goes on as lead; the other one stays as a colleague.
    leads_on = person.is_lead and team == names.MERGED[0]
    before = _place(units[team], start, min(end or change, change), is_lead=person.is_lead)
    after = _place(units[names.MERGED_INTO], max(start, change), end, is_lead=leads_on)
    return [place for place in (before, after) if place["ends_on"] is None or place["starts_on"] < place["ends_on"]]


def _place(unit_id: UUID, start: date, end: date | None, *, is_lead: bool) -> Row:
    return {"unit_id": unit_id, "starts_on": start, "ends_on": end, "is_lead": is_lead}


def reorganise(session: Session, organisation_id: UUID, cast: Cast, calendar: Calendar) -> None:
    """Move a team to another department, and close the two teams that became one."""

    def change(name: str, **values: object) -> None:
        key = (Unit.organisation_id == organisation_id, Unit.id == cast.units[name])
        session.execute(update(Unit).where(*key).values(**values))

    change(names.MOVED, parent_id=cast.units[names.MOVED_TO])
    for team in names.MERGED:
        change(team, retired_on=calendar.reorganised_on)
    session.commit()


def open_accounts(session: Session, organisation_id: UUID, cast: Cast, now: datetime) -> dict[str, UUID]:
    """Make the sign-ins, and return their ids by role: two are of one team, the others look after everything."""
    made = {}
    for each in names.sign_ins():
        unit = names.MANAGED if each.role in {MANAGER, MEMBER} else names.ORGANISATION
        new = NewAccount(each.email, each.name, "en", (Grant(each.role, cast.units[unit]),))
        made[each.role] = create_account(session, organisation_id, new, names.PASSWORD, now)
    return made
