"""Bringing an older survey in: one wave of the past, released once under the same policy as every other.

The answers are in memory from reading the file to writing the release, and nowhere afterwards.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Invalid
from surveyapp.privacy.groups import PlannedGroup
from surveyapp.privacy.policy import Thresholds
from surveyapp.services.installation.auditing import note
from surveyapp.services.pulses.instruments import add_instrument
from surveyapp.services.pulses.waves import new_slug
from surveyapp.services.results.history_map import Coding, HistoryMap
from surveyapp.services.results.releasing import Contents, LeaveOut, write_release
from surveyapp.services.roster.organisations import top_unit, unit_by_code
from surveyapp.services.roster.tree import code_for
from surveyapp.services.tables import BadCell, Column, Row, Table, read_table
from surveyapp.store.organisation import Organisation, ReportingGroup, ReportingGroupUnit, Unit
from surveyapp.store.pulses import FROM_PULSE, TERMS, Pulse, Wave, WaveGroup
from surveyapp.store.releases import ReleaseRow

WHOLE = re.compile(r"(-?\d{1,9})(?:[.,]0+)?")
DAY_MINUTES = 24 * 60


@dataclass(slots=True)
class OldGroup:
    """A group of the file: its scored sheets, and how many people it had."""

    name: str
    sheets: list[Mapping[str, int]] = field(default_factory=list, repr=False)
    stated: int | None = None

    @property
    def roster(self) -> int:
        """The people of the group; its respondents where the file does not say."""
        return len(self.sheets) if self.stated is None else self.stated


@dataclass(frozen=True, slots=True)
class HistoryPlan:
    """What a file holds, and every cell of it that is wrong."""

    groups: tuple[OldGroup, ...]
    ignored: tuple[str, ...]
    bad: tuple[BadCell, ...]

    @property
    def people(self) -> int:
        """How many rows there are."""
        return sum(len(group.sheets) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: groups, and how many of them have a number at all."""

    wave_id: UUID
    groups: int
    with_number: int


def plan_history(content: bytes, mapping: HistoryMap) -> HistoryPlan:
    """Read a file with one row per person.

    Raises
    ------
    Invalid
        When it is no table, or lacks a column that the map names. What is wrong with single rows is in the plan.
    """
    names = [mapping.group_column, *mapping.columns, *filter(None, [mapping.roster_column])]
    table = read_table(content, [Column(name, required=True) for name in names])
    bad, groups = list(table.bad), dict[str, OldGroup]()
    for row in table.rows:
        value = row[mapping.group_column]
        if not value or value in mapping.missing:
            bad.append(table.bad_cell(row, mapping.group_column, "the group of this person"))
            continue
        group = groups.setdefault(value, OldGroup(mapping.group_name.replace("{}", value)))
        group.sheets.append(_sheet(table, row, mapping, bad))
        _take_roster(table, row, mapping.roster_column, group, bad)
    bad.extend(_too_few(table, mapping, groups))
    ordered = tuple(groups[value] for value in sorted(groups, key=_in_order))
    return HistoryPlan(ordered, table.ignored, tuple(sorted(bad, key=lambda each: each.row)))


def _in_order(value: str) -> tuple[int, str]:
    return (int(value), "") if value.isdecimal() else (0, value)


def _sheet(table: Table, row: Row, mapping: HistoryMap, bad: list[BadCell]) -> dict[str, int]:
    points, sheet = mapping.instrument.points, {}
    for column, coding in mapping.columns.items():
        cell = row[column]
        if not cell or cell in mapping.missing:
            continue
        raw = _whole(cell, coding)
        if raw is None or not 1 <= raw <= points:
            expected = f"a whole number from {1 - coding.offset} to {points - coding.offset}, or a missing code"
            bad.append(table.bad_cell(row, column, expected))
        else:
            sheet[coding.item] = mapping.instrument.scored(coding.item, raw)
    return sheet


def _whole(cell: str, coding: Coding) -> int | None:
    found = WHOLE.fullmatch(cell)
    return int(found[1]) + coding.offset if found else None


def _take_roster(table: Table, row: Row, column: str, group: OldGroup, bad: list[BadCell]) -> None:
    if not column:
        return
    found = WHOLE.fullmatch(row[column])
    people = int(found[1]) if found else 0
    if people < 1 or group.stated not in {None, people}:
        bad.append(table.bad_cell(row, column, "the number of people in the group, the same in all of its rows"))
    else:
        group.stated = people


def _too_few(table: Table, mapping: HistoryMap, groups: Mapping[str, OldGroup]) -> list[BadCell]:
    """Name the groups that had more respondents than people, once each."""
    return [
        BadCell(0, table.headings[mapping.roster_column], str(group.stated), f"at least {len(group.sheets)} in {value}")
        for value, group in groups.items()
        if group.stated is not None and group.stated < len(group.sheets)
    ]


def import_history(
    session: Session,
    organisation_id: UUID,
    mapping: HistoryMap,
    plan: HistoryPlan,
    floors: Thresholds,
    *,
    now: datetime,
    leave_out: LeaveOut = secrets.randbelow,
) -> Imported:
    """Write the wave of an older survey with its release, in one transaction; its instrument is taken in before.

    Raises
    ------
    Conflict
        When the plan has bad cells, or the survey is in already.
    Invalid
        When the day is not over.
    NotFound
        When the unit below which its groups belong is not there.
    """
    if plan.bad:
        message = f"{len(plan.bad)} cells of the file are wrong; nothing was imported"
        raise Conflict(message)
    _refuse_second(session, organisation_id, mapping.pulse)
    under = (
        unit_by_code(session, organisation_id, mapping.under) if mapping.under else top_unit(session, organisation_id)
    )
    instrument = add_instrument(session, organisation_id, mapping.toml, source=mapping.pulse)
    pulse = _pulse(session, mapping, under, instrument.id, floors)
    wave = _wave(pulse)
    if wave.closes_at > now:
        session.rollback()
        raise Invalid("date", mapping.day.isoformat(), "a day that is over")
    session.add(pulse)
    session.flush()
    session.add(wave)
    session.flush()
    groups = {_group(session, wave, pulse, under, group): group for group in plan.groups}
    contents = Contents(
        {key: group.sheets for key, group in groups.items()}, {key: group.roster for key, group in groups.items()}
    )
    note(session, organisation_id, None, "import answers", f"{mapping.pulse}: {plan.people} people", now)
    release = write_release(session, wave, mapping.instrument, contents, now, leave_out)
    # There never were boxes, so there is nothing to destroy.
    wave.state = "erased"
    session.commit()
    return Imported(wave.id, len(groups), _with_number(session, organisation_id, release.id))


def _refuse_second(session: Session, organisation_id: UUID, name: str) -> None:
    known = select(Pulse.id).where(Pulse.organisation_id == organisation_id, Pulse.name == name)
    if session.scalar(known.limit(1)) is not None:
        message = f"{name} is in already; a survey is released once, so that no two editions can be compared"
        raise Conflict(message)


def _under(session: Session, organisation_id: UUID, code: str) -> Unit:
    return unit_by_code(session, organisation_id, code) if code else top_unit(session, organisation_id)


def _pulse(session: Session, mapping: HistoryMap, under: Unit, instrument_id: UUID, floors: Thresholds) -> Pulse:
    organisation = session.get_one(Organisation, under.organisation_id)
    return Pulse(
        organisation_id=under.organisation_id,
        id=uuid4(),
        name=mapping.pulse,
        unit_id=under.id,
        instrument_id=instrument_id,
        way_in="confidential",
        cadence_weeks=0,
        first_day=mapping.day,
        last_day=mapping.day,
        opens_at_minute=0,
        open_hours=24,
        time_zone=organisation.time_zone,
        count_min=floors.count_min,
        item_min=floors.item_min,
        roster_min=floors.roster_min,
        grace_days=0,
        comments=False,
        state="stopped",
    )


def _wave(pulse: Pulse) -> Wave:
    opens_at = datetime.combine(pulse.first_day, time.min, ZoneInfo(pulse.time_zone)).astimezone(UTC)
    return Wave(
        organisation_id=pulse.organisation_id,
        id=uuid4(),
        pulse_id=pulse.id,
        number=1,
        comments=False,
        state="closed",
        opens_at=opens_at,
        closes_at=opens_at + timedelta(hours=pulse.open_hours),
        attribute="",
        **{name: getattr(pulse, name) for name in FROM_PULSE},
    )


def _group(session: Session, wave: Wave, pulse: Pulse, under: Unit, group: OldGroup) -> UUID:
    """Add a reporting group with its unit, which is made when there is none of this name."""
    unit = _unit(session, under, group.name)
    planned = PlannedGroup(unit.id, (unit.id,), unit.name, group.roster, large_enough=True)
    group_id = uuid4()
    session.add(
        ReportingGroup(
            organisation_id=wave.organisation_id,
            id=group_id,
            pulse_id=pulse.id,
            quarter=f"{pulse.first_day.year}-Q{(pulse.first_day.month + 2) // 3}",
            unit_id=unit.id,
            series=planned.series,
            name=unit.name,
        )
    )
    session.flush()
    session.add(ReportingGroupUnit(organisation_id=wave.organisation_id, group_id=group_id, unit_id=unit.id))
    session.add(
        WaveGroup(
            organisation_id=wave.organisation_id,
            wave_id=wave.id,
            group_id=group_id,
            slug=new_slug(wave.organisation_id),
            roster=group.roster,
            **{name: getattr(wave, name) for name in TERMS},
        )
    )
    session.flush()
    return group_id


def _unit(session: Session, under: Unit, name: str) -> Unit:
    units: Sequence[Unit] = session.scalars(select(Unit).where(Unit.organisation_id == under.organisation_id)).all()
    known = next((unit for unit in units if unit.parent_id == under.id and unit.name == name), None)
    if known is not None:
        return known
    made = Unit(
        organisation_id=under.organisation_id,
        id=uuid4(),
        parent_id=under.id,
        code=code_for(name, {unit.code for unit in units}),
        name=name,
        retired_on=None,
    )
    session.add(made)
    session.flush()
    return made


def _with_number(session: Session, organisation_id: UUID, release_id: UUID) -> int:
    shown = (
        select(ReleaseRow.group_id)
        .where(
            ReleaseRow.organisation_id == organisation_id,
            ReleaseRow.release_id == release_id,
            ReleaseRow.text.is_not(None),
        )
        .distinct()
    )
    return len(session.scalars(shown).all())
