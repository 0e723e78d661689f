"""Bringing in what teams deliver and how much they work: the denominators of their measures."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from surveyapp.errors import Invalid, Said
from surveyapp.services.log.cells import YEAR_FIRST, Cells, Progress, counted, plain, read_time, unseen
from surveyapp.services.log.events import AHEAD, EARLIEST, ID_LENGTH, LARGEST_CYCLE
from surveyapp.services.tables import BadCell, Column, Table
from surveyapp.store.reviews import Exposure, WorkDelivery

DELIVERY_COLUMNS = (
    Column("external_id", ("id", "key"), required=True),
    Column("team", ("unit", "team_code"), required=True),
    Column("delivered_at", ("delivered",), required=True),
    Column("kind", ("type",)),
    Column("planned", ()),
    Column("due_at", ("due",)),
    Column("within_bar", ()),
    Column("variance_pct", ("variance",)),
    Column("rework_of", ()),
    Column("rework_reason", ()),
    Column("rework_minutes", ()),
    Column("total_minutes", ()),
    Column("delegation_ref", ("delegation",)),
    Column("cycle", ()),
)
EXPOSURE_COLUMNS = (
    Column("team", ("unit", "team_code"), required=True),
    Column("week", (), required=True),
    Column("person_weeks", ()),
    Column("deliveries", ()),
    Column("deployments", ()),
)
MOST_MINUTES = 10_000_000
MOST = 1_000_000
_WEEK = re.compile(r"(\d{4})-?W(\d{2})")
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class OutputPlan:
    """What an import of deliveries or exposure would do: rows that are new, how many are known, every bad cell."""

    new: tuple[Mapping[str, Any], ...]
    known: int
    ignored: tuple[str, ...]
    bad: tuple[BadCell, ...]


def plan_deliveries(
    session: Session,
    organisation_id: UUID,
    table: Table,
    *,
    units: Mapping[str, UUID],
    source: str,
    time_zone: str,
    now: datetime,
    order: str = YEAR_FIRST,
    progress: Progress = unseen,
) -> OutputPlan:
    """Say what importing deliveries would do; the same ``external_id`` of one source is one delivery."""
    known = set(
        session.scalars(
            select(WorkDelivery.external_id).where(
                WorkDelivery.organisation_id == organisation_id, WorkDelivery.source == source
            )
        )
    )
    bad, new, seen = list(table.bad), [], set[str]()
    for row in counted(table.rows, progress):
        cells = Cells(table, row, ZoneInfo(time_zone), order, bad)
        problems = len(bad)
        values = _delivery(cells, units, now)
        if row["external_id"] in seen:
            cells.wrong("external_id", "each delivery once")
        seen.add(row["external_id"])
        if len(bad) == problems and row["external_id"] not in known:
            new.append({"organisation_id": organisation_id, "id": uuid4(), "source": source, **values})
    return OutputPlan(tuple(new), len(seen & known), table.ignored, tuple(sorted(bad, key=lambda each: each.row)))


def _delivery(cells: Cells, units: Mapping[str, UUID], now: datetime) -> dict[str, Any]:
    for key in ("external_id", "delivered_at"):
        cells.need(key)
    for key in ("external_id", "rework_of", "rework_reason", "delegation_ref"):
        if len(cells[key]) > ID_LENGTH:
            cells.wrong(key, f"1 to {ID_LENGTH} characters")
    if len(cells["kind"]) > 40:
        cells.wrong("kind", "up to 40 characters")
    due, delivered = _when(cells, now)
    minutes = {
        key: cells.whole(key, Said("whole minutes"), MOST_MINUTES) for key in ("rework_minutes", "total_minutes")
    }
    rework, total = minutes.values()
    if rework is not None and total is not None and rework > total:
        cells.wrong("rework_minutes", "no more than total_minutes")
    cycle = cells.whole("cycle", Said("a whole number, or nothing"), LARGEST_CYCLE)
    return {
        "unit_id": cells.unit(units),
        "external_id": cells["external_id"],
        "kind": plain(cells["kind"]) or "delivery",
        "planned": cells.yes("planned") is not False,
        "due_at": due,
        "delivered_at": delivered,
        "within_bar": cells.yes("within_bar"),
        "variance_pct": _number(cells, "variance_pct", -MOST),
        "rework_of": cells["rework_of"] or None,
        "rework_reason": plain(cells["rework_reason"]) or None,
        **minutes,
        "delegation_ref": cells["delegation_ref"] or None,
        "cycle": cycle,
    }


def _when(cells: Cells, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return when a delivery was due and when it came."""
    due, delivered = cells.time("due_at"), cells.time("delivered_at")
    for key, at in (("due_at", due), ("delivered_at", delivered)):
        if at is not None and not EARLIEST <= at.year <= now.year + 1:
            cells.wrong(key, f"a time between {EARLIEST} and now")
        elif key == "delivered_at" and at is not None and at > now + AHEAD:
            cells.wrong(key, "a time that is not in the future")
    return due, delivered


def apply_deliveries(session: Session, plan: OutputPlan) -> int:
    """Take in everything that a plan found new and return how many that were; raises Invalid for bad rows."""
    _refuse_bad(plan)
    if plan.new:
        session.execute(insert(WorkDelivery), [dict(each) for each in plan.new])
    session.commit()
    return len(plan.new)


def plan_exposure(
    session: Session,
    organisation_id: UUID,
    table: Table,
    units: Mapping[str, UUID],
    *,
    now: datetime,
    progress: Progress = unseen,
) -> OutputPlan:
    """Say what importing exposure would do; a team and week that are known take the new numbers."""
    known = _known_weeks(session, organisation_id)
    bad, new, seen = list(table.bad), [], set[tuple[UUID | None, date | None]]()
    for row in counted(table.rows, progress):
        cells = Cells(table, row, ZoneInfo("UTC"), YEAR_FIRST, bad)
        problems = len(bad)
        unit_id, week = cells.unit(units), _week(cells, now)
        person_weeks = _number(cells, "person_weeks", 0)
        counts = {key: cells.whole(key, Said("a whole number"), MOST) for key in ("deliveries", "deployments")}
        if (unit_id, week) in seen and week is not None:
            cells.wrong("week", "each team and week once")
        seen.add((unit_id, week))
        if len(bad) == problems:
            new.append(
                {
                    "organisation_id": organisation_id,
                    "unit_id": unit_id,
                    "week": week,
                    "person_weeks": person_weeks,
                    **counts,
                }
            )
    return OutputPlan(tuple(new), len(seen & known), table.ignored, tuple(sorted(bad, key=lambda each: each.row)))


def _known_weeks(session: Session, organisation_id: UUID) -> set[tuple[UUID, date]]:
    rows = session.execute(select(Exposure.unit_id, Exposure.week).where(Exposure.organisation_id == organisation_id))
    return {(unit_id, week) for unit_id, week in rows}


def apply_exposure(session: Session, plan: OutputPlan) -> int:
    """Take in every team and week of a plan and return how many that were; raises Invalid for bad rows."""
    _refuse_bad(plan)
    if plan.new:
        known = _known_weeks(session, plan.new[0]["organisation_id"])
        rows = [dict(each) for each in plan.new]
        for statement, wanted in ((insert(Exposure), False), (update(Exposure), True)):
            if some := [row for row in rows if ((row["unit_id"], row["week"]) in known) is wanted]:
                session.execute(statement, some)
    session.commit()
    return len(plan.new)


def _refuse_bad(plan: OutputPlan) -> None:
    if plan.bad:
        raise Invalid("file", Said("{count} bad rows", count=len(plan.bad)), "a file in which every row is good")


def _number(cells: Cells, key: str, least: float) -> float | None:
    text = cells[key]
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or float(text) < least:
        cells.wrong(key, "a number such as 4.5, or nothing")
        return None
    return float(text)


def _week(cells: Cells, now: datetime) -> date | None:
    """Return the Monday of a week such as 2026-W15, or of the week of a day."""
    found, monday = _WEEK.fullmatch(cells["week"]), None
    if found:
        monday = _monday_of(int(found[1]), int(found[2]))
    elif (at := read_time(cells["week"], YEAR_FIRST)) is not None and at.year > EARLIEST:
        monday = at.date() - timedelta(days=at.weekday())
    if monday is None or not EARLIEST <= monday.year <= now.year + 1:
        cells.wrong("week", "a week such as 2026-W15, or its Monday such as 2026-04-06")
        return None
    return monday


def _monday_of(year: int, week: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def only_within(units: Mapping[str, UUID], within: Collection[UUID]) -> dict[str, UUID]:
    """Return the units by name that lie inside others."""
    return {name: unit_id for name, unit_id in units.items() if unit_id in within}
