"""Bringing events of other systems into the log: every bad row is named, and none is taken unless all are good."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import Invalid
from surveyapp.services.log.events import Entry, check_entry, event_of
from surveyapp.services.tables import BadCell, Column, Row, Table
from surveyapp.store.learning import LearningEvent
from surveyapp.store.organisation import Unit

COLUMNS = (
    Column("external_id", ("id", "key", "reference"), required=True),
    Column("kind", ("type",), required=True),
    Column("team", ("unit", "team_code"), required=True),
    Column("what_happened", ("summary", "description", "title"), required=True),
    Column("told_at", ("surfaced_at", "reported_at", "told"), required=True),
    Column("noticed_at", ("detected_at", "noticed")),
    Column("occurred_at", ("occurred",)),
    Column("occurred_precision", ()),
    Column("noticed_precision", ("detected_precision",)),
    Column("told_precision", ("surfaced_precision",)),
    Column("found_by", ("detected_by", "found_first_by")),
    Column("severity", ()),
)
# How other systems say who found it first.
FINDERS = {
    "peer": "own_team",
    "manager": "own_team",
    "team": "own_team",
    "downstream": "other_team",
    "automated": "monitoring",
    "alert": "monitoring",
}
SEVERITIES = ("0", "1", "2", "3", "4")
TIMES = ("told_at", "noticed_at", "occurred_at")


@dataclass(frozen=True, slots=True)
class EventPlan:
    """What an import would do: entries that are new, those that are in the log already, and every bad row."""

    new: tuple[Entry, ...]
    known: int
    ignored: tuple[str, ...]
    bad: tuple[BadCell, ...]


def plan_events(
    session: Session, organisation_id: UUID, table: Table, *, source: str, time_zone: str, now: datetime
) -> EventPlan:
    """Say what importing a table would do.

    Parameters
    ----------
    table : Table
        Read with ``COLUMNS``. Columns that name people are not among them and stay outside.
    source : str
        The system it comes from; the same ``external_id`` of one source is one event.
    time_zone : str
        Of times that are written without one.
    """
    units = _units(session, organisation_id)
    known = set(
        session.scalars(
            select(LearningEvent.external_id).where(
                LearningEvent.organisation_id == organisation_id, LearningEvent.source == source
            )
        )
    )
    zone = ZoneInfo(time_zone)
    bad, new, seen = list(table.bad), [], set[str]()
    for row in table.rows:
        problems = len(bad)
        entry = _entry(table, row, units, source, zone, bad)
        if entry is not None:
            bad.extend(_impossible(table, row, entry, now))
        if row["external_id"] and row["external_id"] in seen:
            bad.append(table.bad_cell(row, "external_id", "each event once"))
        seen.add(row["external_id"])
        if entry is not None and len(bad) == problems and entry.external_id not in known:
            new.append(entry)
    return EventPlan(tuple(new), len(seen & known), table.ignored, tuple(sorted(bad, key=lambda each: each.row)))


def apply_events(session: Session, organisation_id: UUID, plan: EventPlan) -> int:
    """Log everything a plan found new and return how many that were.

    Raises
    ------
    Invalid
        When the plan has bad rows; nothing is taken then.
    """
    if plan.bad:
        raise Invalid("file", f"{len(plan.bad)} bad rows", "a file in which every row is good")
    session.add_all(event_of(organisation_id, entry) for entry in plan.new)
    session.commit()
    return len(plan.new)


def _units(session: Session, organisation_id: UUID) -> dict[str, UUID]:
    """Return units by code, and by name where only one has it."""
    units = session.execute(select(Unit.id, Unit.code, Unit.name).where(Unit.organisation_id == organisation_id)).all()
    names = Counter(name.casefold() for _, _, name in units)
    by_name = {name.casefold(): unit_id for unit_id, _, name in units if names[name.casefold()] == 1}
    return by_name | {code.casefold(): unit_id for unit_id, code, _ in units}


def _entry(
    table: Table, row: Row, units: dict[str, UUID], source: str, zone: ZoneInfo, bad: list[BadCell]
) -> Entry | None:
    count = len(bad)
    needed = ("external_id", "kind", "what_happened", "told_at")
    bad.extend(table.bad_cell(row, key, "something in this cell") for key in needed if not row[key])
    unit_id = units.get(row["team"].casefold())
    if unit_id is None:
        bad.append(table.bad_cell(row, "team", "the code of a unit of this organisation, or a name that only one has"))
    times = {key: _time(table, row, key, zone, bad) for key in TIMES}
    severity = _severity(table, row, bad)
    told_at = times["told_at"]
    if len(bad) > count or unit_id is None or told_at is None:
        return None
    return Entry(
        unit_id=unit_id,
        kind=row["kind"].lower().replace(" ", "_").replace("-", "_"),
        what_happened=row["what_happened"],
        told_at=told_at,
        noticed_at=times["noticed_at"],
        occurred_at=times["occurred_at"],
        occurred_precision=row["occurred_precision"].lower() or "exact",
        noticed_precision=row["noticed_precision"].lower() or "exact",
        told_precision=row["told_precision"].lower() or "exact",
        found_by=_finder(row["found_by"]),
        severity=severity,
        source=source,
        external_id=row["external_id"],
    )


def _impossible(table: Table, row: Row, entry: Entry, now: datetime) -> list[BadCell]:
    try:
        check_entry(entry, now)
    except Invalid as wrong:
        return [table.bad_cell(row, wrong.field, wrong.expected)]
    return []


def _finder(text: str) -> str | None:
    plain = text.lower().replace(" ", "_").replace("-", "_")
    return FINDERS.get(plain, plain) or None


def _time(table: Table, row: Row, key: str, zone: ZoneInfo, bad: list[BadCell]) -> datetime | None:
    if not row[key]:
        return None
    try:
        value = datetime.fromisoformat(row[key])
    except ValueError:
        bad.append(table.bad_cell(row, key, "a time such as 2026-04-09T08:00 or 2026-04-09T08:00:00Z"))
        return None
    return value if value.tzinfo else value.replace(tzinfo=zone)


def _severity(table: Table, row: Row, bad: list[BadCell]) -> int | None:
    if not row["severity"]:
        return None
    if row["severity"] not in SEVERITIES:
        bad.append(table.bad_cell(row, "severity", "a whole number from 0 (none) to 4 (severe), or nothing"))
        return None
    return int(row["severity"])
