"""What the teams of the demonstration delivered in two years, and the working time it took."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from surveyapp.services.demo import names
from surveyapp.services.demo.calendar import TWO_WEEKS
from surveyapp.services.demo.dice import Dice
from surveyapp.services.demo.log import unit_then
from surveyapp.services.demo.year import Stage
from surveyapp.stats.demonstration import BEFORE, RECIPE, drawer
from surveyapp.store.reviews import Exposure, WorkDelivery

Row = dict[str, Any]
SEED = 7
KINDS = ("release", "report", "shipment", "change")
AGAIN = 0.08


@dataclass(frozen=True, slots=True)
class _Team:
    """A team, and from which wave until before which one its people were there."""

    name: str
    stays: tuple[tuple[int, int], ...]


def deliver(stage: Stage, now: datetime) -> None:
    """Write deliveries and weeks of work; how often something has to be done again hangs on no climate."""
    dice = Dice(drawer(SEED))
    weeks = _weeks(stage, now)
    people = _teams(stage)
    deliveries: list[Row] = []
    exposure: dict[tuple[UUID, date], Row] = {}
    for team in range(len(names.TEAMS)):
        for week in weeks:
            made = list(_deliveries(stage, dice, team, week, now))
            deliveries += made
            _expose(stage, exposure, week, people[team], len(made))
    stage.session.execute(insert(WorkDelivery), deliveries)
    stage.session.execute(insert(Exposure), list(exposure.values()))
    stage.session.commit()


def _teams(stage: Stage) -> list[_Team]:
    stays: dict[int, list[tuple[int, int]]] = {}
    for person in stage.story.people:
        stays.setdefault(person.team, []).append((person.first, person.until))
    return [_Team(name, tuple(stays[place])) for place, name in enumerate(names.TEAMS)]


def _weeks(stage: Stage, now: datetime) -> list[date]:
    """Return the Mondays of both years."""
    first = stage.calendar.first_day - BEFORE * TWO_WEEKS
    monday, weeks = first - timedelta(days=first.weekday()), []
    while monday + timedelta(days=7) <= now.date():
        weeks.append(monday)
        monday += timedelta(days=7)
    return weeks


def _expose(stage: Stage, exposure: dict[tuple[UUID, date], Row], week: date, people: _Team, made: int) -> None:
    """Add what a team worked in a week; two teams that became one are added up."""
    unit_id = unit_then(stage, people.name, week)
    wave = max(0, (week - stage.calendar.first_day) // TWO_WEEKS)
    there = sum(first <= wave < until for first, until in people.stays)
    row = exposure.setdefault(
        (unit_id, week),
        {
            "organisation_id": stage.organisation_id,
            "unit_id": unit_id,
            "week": week,
            "person_weeks": 0.0,
            "deliveries": 0,
            "deployments": 0,
        },
    )
    row["person_weeks"] += there * RECIPE.presence
    row["deliveries"] += made
    row["deployments"] += made


def _deliveries(stage: Stage, dice: Dice, team: int, week: date, now: datetime) -> Iterator[Row]:
    """Deliver up to three things in a week; a few come back with a defect and go out again within days."""
    for number in range(dice.below(4)):
        name = f"{names.TEAMS[team].replace(' ', '-').lower()}-{week.isoformat()}-{number + 1}"
        day = datetime.combine(week, datetime.min.time(), UTC) + timedelta(days=dice.below(5))
        at, minutes = dice.work_hour(day), 30 * dice.between(2, 24)
        yield _delivery(stage, team, at, external_id=name, kind=KINDS[team % len(KINDS)], total_minutes=minutes)
        again = dice.work_hour(at + timedelta(days=1 + dice.wait(4)))
        if dice.chance(AGAIN) and again <= now:
            defect = dice.chance(0.8)
            yield _delivery(
                stage,
                team,
                again,
                external_id=f"{name}-again",
                kind=KINDS[team % len(KINDS)],
                planned=not defect,
                rework_of=name,
                rework_reason="defect" if defect else "wish",
                rework_minutes=15 * dice.between(2, 12),
                total_minutes=180,
                within_bar=True,
            )


def _delivery(stage: Stage, team: int, at: datetime, **values: Any) -> Row:
    row: Row = {
        "organisation_id": stage.organisation_id,
        "id": uuid4(),
        "unit_id": unit_then(stage, names.TEAMS[team], at.date()),
        "source": "demo",
        "planned": True,
        "due_at": None,
        "delivered_at": at,
        "within_bar": None,
        "variance_pct": None,
        "rework_of": None,
        "rework_reason": None,
        "rework_minutes": 0,
        "delegation_ref": None,
        "cycle": None,
    }
    return row | values
