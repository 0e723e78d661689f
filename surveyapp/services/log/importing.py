"""Bringing events of other systems into the log: every bad row is named, and none is taken unless all are good."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from surveyapp.errors import Invalid, Said
from surveyapp.learning.factors import read_factor
from surveyapp.services.log.cells import YEAR_FIRST, Cells, Progress, counted, plain, unseen
from surveyapp.services.log.events import LARGEST_CYCLE, Entry, check_entry, values_of
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
    Column("reached", ()),
    Column("severity", ()),
    Column("potential_severity", ()),
    Column("luck_only", ()),
    Column("barrier", ()),
    Column("contributing", ("contributing_factors",)),
    Column("surprise", ()),
    Column("needed_by", ("needed", "deadline")),
    Column("options_left", ("ways_out",)),
    Column("decision_affected", ()),
    Column("acknowledged_at", ("acknowledged",)),
    Column("corrected_at", ("corrected",)),
    Column("resolved_at", ("resolved", "closed_at")),
    Column("recurrence_of", ()),
    Column("delegation_ref", ("delegation",)),
    Column("cycle", ()),
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
SCALE = Said("a whole number from 0 (none) to 4 (severe), or nothing")
WAYS_OUT = Said("0, 1, or 2 for more than one, or nothing")
TIMES = ("told_at", "noticed_at", "occurred_at", "needed_by", "acknowledged_at", "corrected_at", "resolved_at")


@dataclass(frozen=True, slots=True)
class EventPlan:
    """What an import would do: entries that are new, those that are in the log already, and every bad row."""

    new: tuple[Entry, ...]
    known: int
    ignored: tuple[str, ...]
    bad: tuple[BadCell, ...]


def plan_events(
    session: Session,
    organisation_id: UUID,
    table: Table,
    *,
    source: str,
    time_zone: str,
    now: datetime,
    order: str = YEAR_FIRST,
    units: Mapping[str, UUID] | None = None,
    progress: Progress = unseen,
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
    order : str
        How days are written, one of ``cells.ORDERS``.
    units : mapping, optional
        The units that may be named, by code or name; all of the organisation if not given.
    progress : callable
        Told now and then how many rows are read, of how many.
    """
    units = units_by_name(session, organisation_id) if units is None else units
    known = set(
        session.scalars(
            select(LearningEvent.external_id).where(
                LearningEvent.organisation_id == organisation_id, LearningEvent.source == source
            )
        )
    )
    bad, new, seen = list(table.bad), [], set[str]()
    for row in counted(table.rows, progress):
        problems = len(bad)
        entry = _entry(Cells(table, row, ZoneInfo(time_zone), order, bad), units, source)
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
        raise Invalid("file", Said("{count} bad rows", count=len(plan.bad)), "a file in which every row is good")
    if plan.new:
        session.execute(insert(LearningEvent), [values_of(organisation_id, entry) for entry in plan.new])
    session.commit()
    return len(plan.new)


def units_by_name(session: Session, organisation_id: UUID) -> dict[str, UUID]:
    """Return units by code, and by name where only one has it."""
    units = session.execute(select(Unit.id, Unit.code, Unit.name).where(Unit.organisation_id == organisation_id)).all()
    names = Counter(name.casefold() for _, _, name in units)
    by_name = {name.casefold(): unit_id for unit_id, _, name in units if names[name.casefold()] == 1}
    return by_name | {code.casefold(): unit_id for unit_id, code, _ in units}


def _entry(cells: Cells, units: Mapping[str, UUID], source: str) -> Entry | None:
    count = len(cells.bad)
    for key in ("external_id", "kind", "what_happened", "told_at"):
        cells.need(key)
    unit_id = cells.unit(units)
    times = {key: cells.time(key) for key in TIMES}
    severity, potential = (cells.whole(key, SCALE, 4) for key in ("severity", "potential_severity"))
    options_left = cells.whole("options_left", WAYS_OUT, 2)
    luck_only, decision_affected = (cells.yes(key) for key in ("luck_only", "decision_affected"))
    cycle = cells.whole("cycle", Said("a whole number, or nothing"), LARGEST_CYCLE)
    told_at = times["told_at"]
    if len(cells.bad) > count or unit_id is None or told_at is None:
        return None
    return Entry(
        unit_id=unit_id,
        kind=plain(cells["kind"]),
        what_happened=cells["what_happened"],
        told_at=told_at,
        noticed_at=times["noticed_at"],
        occurred_at=times["occurred_at"],
        acknowledged_at=times["acknowledged_at"],
        corrected_at=times["corrected_at"],
        resolved_at=times["resolved_at"],
        occurred_precision=cells["occurred_precision"].lower() or "exact",
        noticed_precision=cells["noticed_precision"].lower() or "exact",
        told_precision=cells["told_precision"].lower() or "exact",
        found_by=FINDERS.get(plain(cells["found_by"]), plain(cells["found_by"])) or None,
        reached=plain(cells["reached"]) or None,
        severity=severity,
        potential_severity=potential,
        luck_only=luck_only,
        decision_affected=decision_affected,
        needed_by=times["needed_by"],
        options_left=options_left,
        barrier=cells["barrier"],
        contributing=tuple(read_factor(each) for each in re.split(r"[|,;]", cells["contributing"]) if each.strip()),
        surprise=cells["surprise"],
        recurrence_of=cells["recurrence_of"] or None,
        delegation_ref=cells["delegation_ref"] or None,
        cycle=cycle,
        source=source,
        external_id=cells["external_id"],
    )


def _impossible(table: Table, row: Row, entry: Entry, now: datetime) -> list[BadCell]:
    try:
        check_entry(entry, now)
    except Invalid as wrong:
        return [table.bad_cell(row, wrong.field, wrong.expected)]
    return []
