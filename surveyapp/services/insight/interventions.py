"""The register of interventions: locked before results are looked at, changed only by amendments that stay visible."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import groupby
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import Invalid, NotFound, Said
from surveyapp.services.chains import link
from surveyapp.services.insight.comparisons import ask_comparison
from surveyapp.services.insight.plans import TEXT_LENGTH, Plan, as_json, check, from_json
from surveyapp.services.installation.auditing import note
from surveyapp.store.interventions import InterventionVersion
from surveyapp.store.organisation import Organisation
from surveyapp.store.pulses import Pulse, Wave
from surveyapp.store.releases import Release


@dataclass(frozen=True, slots=True)
class Version:
    """A plan as it was written down at some time, and why it was changed then."""

    number: int
    plan: Plan
    recorded_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Intervention:
    """A registered intervention with every version of its plan, oldest first.

    ``first_result_at`` is when the first wave past its start was released, if one has been.
    """

    id: UUID
    versions: tuple[Version, ...]
    first_result_at: datetime | None

    @property
    def plan(self) -> Plan:
        """The plan as it stands."""
        return self.versions[-1].plan

    @property
    def registered_at(self) -> datetime:
        """When it was written down."""
        return self.versions[0].recorded_at

    @property
    def amendments(self) -> tuple[Version, ...]:
        """Every change since, oldest first."""
        return self.versions[1:]

    @property
    def in_time(self) -> bool:
        """Whether it was written down before any result could be looked at."""
        return not self._known_at(self.registered_at)

    @property
    def late_changes(self) -> tuple[Version, ...]:
        """The changes that were made after first results were published."""
        return tuple(each for each in self.amendments if self._known_at(each.recorded_at))

    def _known_at(self, moment: datetime) -> bool:
        return self.first_result_at is not None and self.first_result_at <= moment


@dataclass(frozen=True, slots=True)
class Change:
    """What an amendment may change: when it starts and ends, and what is done. Teams and outcome stay."""

    starts: Sequence[date]
    planned_end: date
    what: str
    reason: str


def register(
    session: Session,
    organisation_id: UUID,
    plan: Plan,
    *,
    account_id: UUID | None,
    now: datetime,
    intervention_id: UUID | None = None,
) -> UUID:
    """Write a plan down for good, and queue its comparison.

    Raises
    ------
    Invalid
        When the plan is not whole.
    """
    check(plan, now.year)
    chosen = intervention_id or uuid4()
    _append(session, organisation_id, chosen, Version(1, plan, now, ""), account_id)
    return chosen


def is_registered(session: Session, organisation_id: UUID, intervention_id: UUID) -> bool:
    """Tell whether there is an intervention of this id."""
    return session.get(InterventionVersion, (organisation_id, intervention_id, 1)) is not None


def amend(
    session: Session,
    organisation_id: UUID,
    intervention: Intervention,
    change: Change,
    *,
    account_id: UUID | None,
    now: datetime,
) -> None:
    """Append a change with its reason; what was registered stays readable beside it.

    Raises
    ------
    Invalid
        When no reason is given, nothing differs, or the plan would not be whole.
    """
    old = intervention.plan
    if not 0 < len(change.reason.strip()) <= TEXT_LENGTH:
        raise Invalid("reason", change.reason.strip()[:40], f"1 to {TEXT_LENGTH} characters")
    cohorts = tuple(replace(each, start=start) for each, start in zip(old.cohorts, change.starts, strict=True))
    plan = replace(old, cohorts=cohorts, planned_end=change.planned_end, what=change.what.strip())
    check(plan, now.year)
    if plan == old:
        raise Invalid("reason", Said("no change"), "a change to a day or to what is done")
    version = Version(intervention.versions[-1].number + 1, plan, now, change.reason.strip())
    _append(session, organisation_id, intervention.id, version, account_id)


def _append(
    session: Session, organisation_id: UUID, intervention_id: UUID, version: Version, account_id: UUID | None
) -> None:
    # Two that register at once must not both follow the same row.
    session.execute(
        select(Organisation.organisation_id).where(Organisation.organisation_id == organisation_id).with_for_update()
    )
    last = session.execute(
        select(InterventionVersion.sequence, InterventionVersion.hash)
        .where(InterventionVersion.organisation_id == organisation_id)
        .order_by(InterventionVersion.sequence.desc())
        .limit(1)
    ).one_or_none()
    row = InterventionVersion(
        organisation_id=organisation_id,
        id=intervention_id,
        version=version.number,
        pulse_id=version.plan.pulse_id,
        sequence=last.sequence + 1 if last else 1,
        account_id=account_id,
        recorded_at=version.recorded_at,
        plan=json.dumps(as_json(version.plan), sort_keys=True),
        reason=version.reason,
        previous_hash=last.hash if last else "",
        hash="",
    )
    row.hash = _hash(row)
    session.add(row)
    action = "amend intervention" if version.reason else "register intervention"
    note(session, organisation_id, account_id, action, version.plan.title, version.recorded_at)
    ask_comparison(session, organisation_id, intervention_id, version.recorded_at)
    session.commit()


def _hash(row: InterventionVersion) -> str:
    account = row.account_id.hex if row.account_id else ""
    when = row.recorded_at.astimezone(UTC).isoformat()
    return link(row.previous_hash, row.sequence, row.id.hex, row.version, account, when, row.plan, row.reason)


def broken_entries(session: Session, organisation_id: UUID) -> list[int]:
    """Return the sequence numbers of registered plans that were altered, moved or removed afterwards."""
    previous, expected, broken = "", 1, []
    for row in _rows(session, organisation_id, InterventionVersion.sequence):
        if row.previous_hash != previous or row.sequence != expected or row.hash != _hash(row):
            broken.append(row.sequence)
        previous, expected = row.hash, row.sequence + 1
    return broken


def _rows(session: Session, organisation_id: UUID, *order: object) -> list[InterventionVersion]:
    mine = select(InterventionVersion).where(InterventionVersion.organisation_id == organisation_id)
    return list(session.scalars(mine.order_by(*order)))  # type: ignore[arg-type]


def all_interventions(session: Session, organisation_id: UUID) -> list[Intervention]:
    """Return every registered intervention, the latest first."""
    rows = _rows(session, organisation_id, InterventionVersion.id, InterventionVersion.version)
    found = [
        (intervention_id, [_version(row) for row in versions])
        for intervention_id, versions in groupby(rows, key=lambda row: row.id)
    ]
    results = _results(session, organisation_id) if found else {}
    known = [_intervention(each, versions, results) for each, versions in found]
    return sorted(known, key=lambda each: (each.registered_at, each.id), reverse=True)


def _version(row: InterventionVersion) -> Version:
    return Version(row.version, from_json(json.loads(row.plan)), row.recorded_at, row.reason)


Results = dict[UUID, tuple[ZoneInfo, list[tuple[datetime, datetime]]]]


def _results(session: Session, organisation_id: UUID) -> Results:
    """Return when each wave of each pulse closed and was released."""
    found: Results = {}
    for pulse_id, zone, closes_at, released_at in session.execute(
        select(Pulse.id, Pulse.time_zone, Wave.closes_at, Release.released_at)
        .join(Wave, (Wave.organisation_id == Pulse.organisation_id) & (Wave.pulse_id == Pulse.id))
        .join(Release, (Release.organisation_id == Wave.organisation_id) & (Release.wave_id == Wave.id))
        .where(Pulse.organisation_id == organisation_id)
    ):
        found.setdefault(pulse_id, (ZoneInfo(zone), []))[1].append((closes_at, released_at))
    return found


def _intervention(intervention_id: UUID, versions: Sequence[Version], results: Results) -> Intervention:
    first = None
    if pulse := results.get(versions[0].plan.pulse_id):
        zone, releases = pulse
        start = datetime.combine(min(each.plan.start for each in versions), time.min, zone)
        first = min((released_at for closes_at, released_at in releases if closes_at >= start), default=None)
    return Intervention(intervention_id, tuple(versions), first)


def list_interventions(session: Session, organisation_id: UUID, visible: Collection[UUID]) -> list[Intervention]:
    """Return the interventions whose teams are all visible to somebody, the latest first."""
    return [each for each in all_interventions(session, organisation_id) if each.plan.named <= frozenset(visible)]


def find_intervention(
    session: Session, organisation_id: UUID, intervention_id: UUID, visible: Collection[UUID]
) -> Intervention:
    """Return one intervention.

    Raises
    ------
    NotFound
        When there is none, or it names teams that are not all visible.
    """
    for each in list_interventions(session, organisation_id, visible):
        if each.id == intervention_id:
            return each
    message = "There is no such intervention"
    raise NotFound(message)


def markers_for(session: Session, organisation_id: UUID, units: Iterable[UUID]) -> list[tuple[date, str]]:
    """Return the first day and the title of what is done in some units, for the trend of their team, oldest first.

    What is planned for a later day is among them; a trend shows those that lie on its axis.
    """
    wanted = frozenset(units)
    return sorted(
        (cohort.start, each.plan.title)
        for each in all_interventions(session, organisation_id)
        for cohort in each.plan.cohorts
        if not wanted.isdisjoint(cohort.covers)
    )
