"""Reading releases: the trend of a team, the tree of the organisation. Pages, CSV files and exports all come here."""

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import NotFound
from surveyapp.privacy.ballots import derive_code, read_code
from surveyapp.privacy.outcome import Figure, Shown, Withheld
from surveyapp.privacy.policy import roll_up
from surveyapp.questions import Instrument, Scale
from surveyapp.services.instruments import read_instrument
from surveyapp.services.rosters import Tree
from surveyapp.store.organisation import ReportingGroup, ReportingGroupUnit
from surveyapp.store.pulses import InstrumentCopy, Pulse, Wave, WaveGroup
from surveyapp.store.releases import Release, ReleaseRow, TeamEstimate

PARTICIPATION = "participation"
NO_FIGURE = Withheld("not asked in this wave")


@dataclass(frozen=True, slots=True)
class Band:
    """The range in which the team's true score lies with 95 % confidence, in points."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class WaveResult:
    """Everything released about one group in one wave."""

    wave_id: UUID
    number: int
    closed_at: datetime
    group_id: UUID
    group_name: str
    series: str
    roster: int
    figures: Mapping[str, Figure]
    bands: Mapping[str, Band]

    def figure(self, name: str) -> Figure:
        """Return a figure, or why there is none."""
        return self.figures.get(name, NO_FIGURE)

    @property
    def participation(self) -> Figure:
        """How many answered, or why that is not said."""
        return self.figure(PARTICIPATION)

    @property
    def nothing_shown(self) -> bool:
        """Whether every figure is withheld."""
        return not any(isinstance(figure, Shown) for figure in self.figures.values())


@dataclass(frozen=True, slots=True)
class Trend:
    """The released waves of one pulse for a unit or group, oldest first."""

    pulse_id: UUID
    pulse_name: str
    time_zone: str
    instrument: Instrument
    waves: tuple[WaveResult, ...]
    next_closes_at: datetime | None

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The scales of the instrument."""
        return self.instrument.scales

    @property
    def latest(self) -> WaveResult | None:
        """The wave released last."""
        return self.waves[-1] if self.waves else None


@dataclass(frozen=True, slots=True)
class UnitSummary:
    """A node of the tree with its latest figures: its own, and those of everything below it together."""

    unit_id: UUID
    name: str
    depth: int
    group_name: str | None
    own: Mapping[str, Figure]
    together: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class PulseName:
    """A pulse to choose from."""

    id: UUID
    name: str


def pulses_of(session: Session, organisation_id: UUID) -> list[PulseName]:
    """Return the pulses of an organisation that have or will have results, newest first."""
    rows = session.execute(
        select(Pulse.id, Pulse.name)
        .where(Pulse.organisation_id == organisation_id, Pulse.state != "draft")
        .order_by(Pulse.first_day.desc(), Pulse.name)
    )
    return [PulseName(pulse_id, name) for pulse_id, name in rows]


@dataclass(frozen=True, slots=True)
class ScaleName:
    """A scale as the head of a column."""

    figure: str
    name: str


def pulse_scales(session: Session, organisation_id: UUID, pulse_id: UUID, language: str) -> list[ScaleName]:
    """Return the scales of a pulse's instrument in a language."""
    toml = session.scalars(
        select(InstrumentCopy.toml)
        .join(
            Pulse,
            (Pulse.organisation_id == InstrumentCopy.organisation_id) & (Pulse.instrument_id == InstrumentCopy.id),
        )
        .where(Pulse.organisation_id == organisation_id, Pulse.id == pulse_id)
    ).one()
    instrument = read_instrument(toml)
    return [ScaleName(f"scale:{scale.key}", instrument.text_in(scale.name, language)) for scale in instrument.scales]


def unit_trend(session: Session, organisation_id: UUID, pulse_id: UUID, unit_id: UUID) -> Trend:
    """Return the trend of the groups in which a unit was counted.

    Raises
    ------
    NotFound
        When there is no such pulse.
    """
    groups = select(ReportingGroupUnit.group_id).where(
        ReportingGroupUnit.organisation_id == organisation_id, ReportingGroupUnit.unit_id == unit_id
    )
    return _trend(session, organisation_id, pulse_id, session.scalars(groups).all())


def group_trend(session: Session, organisation_id: UUID, group_id: UUID) -> Trend:
    """Return the trend of a reporting group, continued through the quarters in which it had the same units.

    Raises
    ------
    NotFound
        When there is no such group.
    """
    group = session.get(ReportingGroup, (organisation_id, group_id))
    if group is None:
        message = "There are no results at this address; please look at the link again"
        raise NotFound(message)
    same = select(ReportingGroup.id).where(
        ReportingGroup.organisation_id == organisation_id,
        ReportingGroup.pulse_id == group.pulse_id,
        ReportingGroup.series == group.series,
    )
    return _trend(session, organisation_id, group.pulse_id, session.scalars(same).all())


def results_code(ballot_key: bytes, organisation_id: UUID, group_id: UUID) -> str:
    """Return the code with which a team reads its results without an account; the same for everybody in the group."""
    return derive_code(ballot_key, b"results" + organisation_id.bytes + group_id.bytes)


@dataclass(frozen=True, slots=True)
class GroupName:
    """A reporting group, by name."""

    organisation_id: UUID
    id: UUID
    name: str


def group_for_code(session: Session, ballot_key: bytes, group_id: UUID, typed: str) -> GroupName:
    """Return the group whose results a typed code opens.

    Raises
    ------
    UnknownBallot
        When it cannot be a code.
    NotFound
        When it is not the code of this group.
    """
    code = read_code(typed)
    for group in session.scalars(select(ReportingGroup).where(ReportingGroup.id == group_id)):
        if hmac.compare_digest(results_code(ballot_key, group.organisation_id, group.id), code):
            return GroupName(group.organisation_id, group.id, group.name)
    message = "This is not the code of these results; please look at the link again"
    raise NotFound(message)


def _trend(session: Session, organisation_id: UUID, pulse_id: UUID, groups: Collection[UUID]) -> Trend:
    pulse = session.get(Pulse, (organisation_id, pulse_id))
    if pulse is None:
        message = "There is no such pulse"
        raise NotFound(message)
    instrument = session.get_one(InstrumentCopy, (organisation_id, pulse.instrument_id))
    upcoming = session.scalars(
        select(Wave.closes_at)
        .where(
            Wave.organisation_id == organisation_id,
            Wave.pulse_id == pulse_id,
            Wave.state.in_(("scheduled", "open", "closed")),
        )
        .order_by(Wave.number)
    ).first()
    return Trend(
        pulse_id=pulse.id,
        pulse_name=pulse.name,
        time_zone=pulse.time_zone,
        instrument=read_instrument(instrument.toml),
        waves=tuple(_waves(session, organisation_id, pulse_id, groups)),
        next_closes_at=upcoming,
    )


def _waves(session: Session, organisation_id: UUID, pulse_id: UUID, groups: Collection[UUID]) -> list[WaveResult]:
    heads = session.execute(
        select(Release.id, Wave.id, Wave.number, Wave.closes_at, WaveGroup, ReportingGroup)
        .join(Wave, (Wave.organisation_id == Release.organisation_id) & (Wave.id == Release.wave_id))
        .join(WaveGroup, (WaveGroup.organisation_id == Wave.organisation_id) & (WaveGroup.wave_id == Wave.id))
        .join(
            ReportingGroup,
            (ReportingGroup.organisation_id == WaveGroup.organisation_id) & (ReportingGroup.id == WaveGroup.group_id),
        )
        .where(Release.organisation_id == organisation_id, Wave.pulse_id == pulse_id, WaveGroup.group_id.in_(groups))
        .order_by(Wave.number, ReportingGroup.name)
    ).all()
    figures = _figures(session, organisation_id, groups)
    bands = _bands(session, organisation_id, groups)
    return [
        WaveResult(
            wave_id=wave_id,
            number=number,
            closed_at=closed_at,
            group_id=place.group_id,
            group_name=group.name,
            series=group.series,
            roster=place.roster,
            figures=figures.get((release_id, place.group_id), {}),
            bands=bands.get((release_id, place.group_id), {}),
        )
        for release_id, wave_id, number, closed_at, place, group in heads
    ]


Place = tuple[UUID, UUID]


def _figures(session: Session, organisation_id: UUID, groups: Collection[UUID]) -> dict[Place, dict[str, Figure]]:
    found: dict[Place, dict[str, Figure]] = {}
    rows = session.scalars(
        select(ReleaseRow).where(ReleaseRow.organisation_id == organisation_id, ReleaseRow.group_id.in_(groups))
    )
    for row in rows:
        found.setdefault((row.release_id, row.group_id), {})[row.figure] = row.outcome
    return found


def _bands(session: Session, organisation_id: UUID, groups: Collection[UUID]) -> dict[Place, dict[str, Band]]:
    found: dict[Place, dict[str, Band]] = {}
    rows = session.scalars(
        select(TeamEstimate).where(TeamEstimate.organisation_id == organisation_id, TeamEstimate.group_id.in_(groups))
    )
    for row in rows:
        found.setdefault((row.release_id, row.group_id), {})[row.figure] = Band(row.low, row.high)
    return found


def organisation_tree(
    session: Session, organisation_id: UUID, pulse_id: UUID, tree: Tree, visible: Collection[UUID]
) -> list[UnitSummary]:
    """Return the visible part of the tree with the latest released figures, in the order of the tree.

    Higher units are the weighted mean of the released numbers below them, so nothing can be found by subtraction.
    """
    latest = session.execute(
        select(Release.id, Wave.id)
        .join(Wave, (Wave.organisation_id == Release.organisation_id) & (Wave.id == Release.wave_id))
        .where(Release.organisation_id == organisation_id, Wave.pulse_id == pulse_id)
        .order_by(Wave.number.desc())
    ).first()
    if latest is None:
        return []
    release_id, wave_id = latest
    groups = {
        group.id: group
        for group in session.scalars(
            select(ReportingGroup)
            .join(
                WaveGroup,
                (WaveGroup.organisation_id == ReportingGroup.organisation_id)
                & (WaveGroup.group_id == ReportingGroup.id),
            )
            .where(WaveGroup.organisation_id == organisation_id, WaveGroup.wave_id == wave_id)
        )
    }
    figures: dict[UUID, dict[str, Figure]] = {group: {} for group in groups}
    for row in session.scalars(
        select(ReleaseRow).where(ReleaseRow.organisation_id == organisation_id, ReleaseRow.release_id == release_id)
    ):
        figures.setdefault(row.group_id, {})[row.figure] = row.outcome
    homes = dict(
        session.execute(
            select(ReportingGroupUnit.unit_id, ReportingGroupUnit.group_id).where(
                ReportingGroupUnit.organisation_id == organisation_id, ReportingGroupUnit.group_id.in_(groups)
            )
        ).all()
    )
    anchored: dict[UUID, list[dict[str, Figure]]] = {}
    for group_id, group in groups.items():
        for unit_id in tree.above(group.unit_id):
            anchored.setdefault(unit_id, []).append(figures[group_id])
    return [
        UnitSummary(
            unit_id=unit_id,
            name=tree.units[unit_id].name,
            depth=depth,
            group_name=groups[homes[unit_id]].name if unit_id in homes else None,
            own=figures[homes[unit_id]] if unit_id in homes else {},
            together=_together(anchored.get(unit_id, [])) if _has_children(tree, unit_id) else {},
        )
        for unit_id, depth in in_order(tree, visible)
    ]


def _together(groups: Sequence[Mapping[str, Figure]]) -> dict[str, Figure]:
    names = {name for figures in groups for name in figures if name.startswith("scale:")}
    return {name: roll_up([figures.get(name, NO_FIGURE) for figures in groups]) for name in names}


def _has_children(tree: Tree, unit_id: UUID) -> bool:
    return any(unit.parent_id == unit_id for unit in tree.units.values())


def in_order(tree: Tree, visible: Collection[UUID]) -> list[tuple[UUID, int]]:
    """Return visible units parents first, siblings by name, with their depth."""
    children: dict[UUID | None, list[UUID]] = {}
    for unit in sorted(tree.units.values(), key=lambda each: (each.name, each.id)):
        if unit.id in visible:
            children.setdefault(unit.parent_id if unit.parent_id in visible else None, []).append(unit.id)
    ordered: list[tuple[UUID, int]] = []

    def walk(parent: UUID | None, depth: int) -> None:
        for unit_id in children.get(parent, []):
            ordered.append((unit_id, depth))
            walk(unit_id, depth + 1)

    walk(None, 0)
    return ordered


def export_rows(trend: Trend, language: str) -> list[list[str]]:
    """Return what the page shows as a table: the same strings, with the reason where nothing is shown."""
    header = ["wave", "closed", "counted together", "answered"]
    header += [trend.instrument.text_in(scale.name, language) for scale in trend.scales]
    header += [trend.instrument.text_in(item.text, language) for item in trend.instrument.items]
    names = [f"scale:{scale.key}" for scale in trend.scales] + [f"item:{item.key}" for item in trend.instrument.items]
    rows = [
        [str(wave.number), wave.closed_at.date().isoformat(), wave.group_name, said(wave.participation)]
        + [said(wave.figure(name)) for name in names]
        for wave in trend.waves
    ]
    return [header, *rows]


def said(figure: Figure) -> str:
    """Return the one string that stands for a figure in files."""
    return figure.text if isinstance(figure, Shown) else f"not shown: {figure.reason}"
