"""Several teams over the waves: what was released about each, in an order that has nothing to do with the numbers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.privacy.outcome import Figure, Shown
from surveyapp.services.pulses.instruments import read_instrument
from surveyapp.services.results.overviews import NOBODY
from surveyapp.services.results.reading import LOW, Band, Head, released_waves
from surveyapp.services.roster.counting import Tree, in_order
from surveyapp.store.organisation import ReportingGroup, ReportingGroupUnit
from surveyapp.store.pulses import InstrumentCopy, Pulse, Wave
from surveyapp.store.releases import Release, ReleaseRow, TeamEstimate, outcome_of

BY_TREE, BY_NAME = "tree", "name"


@dataclass(frozen=True, slots=True)
class Line:
    """The units that were counted together in every wave: one line, since they have one number.

    ``directly`` is whether it is the people of a higher unit itself, and ``above`` the unit over the first of them.
    """

    units: tuple[UUID, ...]
    names: tuple[str, ...]
    above: str
    directly: bool
    groups: frozenset[UUID]

    @property
    def key(self) -> str:
        """The short form of the first unit's id that stands for the line in an address."""
        return short(self.units[0])


@dataclass(frozen=True, slots=True)
class TeamWave:
    """What was released about a line in one wave; ``broken`` is whether other people are counted in it than before."""

    figure: Figure
    band: Band | None
    group_name: str
    broken: bool

    @property
    def band_text(self) -> str:
        """The band as it is shown; what is low has no numbers."""
        return self.band.text if self.band and isinstance(self.figure, Shown) and self.figure.text != LOW else ""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Some lines over the latest waves, oldest first, and what a reader of their numbers has to know of the pulse."""

    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    waves: tuple[tuple[TeamWave, ...], ...]
    points: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    series: str


def short(unit_id: UUID) -> str:
    """Return enough of an id to tell units of one organisation apart, so that an address holds hundreds of them."""
    return unit_id.hex[:8]


def lines_of(
    session: Session,
    organisation_id: UUID,
    pulse_id: UUID,
    tree: Tree,
    visible: Collection[UUID],
    order: str = BY_TREE,
) -> list[Line]:
    """Return a line for every visible unit that was ever counted in a pulse, in the order of the tree or by name."""
    groups: dict[UUID, set[UUID]] = {}
    for unit_id, group_id in session.execute(
        select(ReportingGroupUnit.unit_id, ReportingGroupUnit.group_id)
        .join(
            ReportingGroup,
            (ReportingGroup.organisation_id == ReportingGroupUnit.organisation_id)
            & (ReportingGroup.id == ReportingGroupUnit.group_id),
        )
        .where(ReportingGroupUnit.organisation_id == organisation_id, ReportingGroup.pulse_id == pulse_id)
    ):
        if unit_id in visible:
            groups.setdefault(unit_id, set()).add(group_id)
    together: dict[frozenset[UUID], list[UUID]] = {}
    for unit_id, _ in in_order(tree, visible):
        if unit_id in groups:
            together.setdefault(frozenset(groups[unit_id]), []).append(unit_id)
    parents = tree.parents()
    lines = [_line(tree, units, same, parents) for same, units in together.items()]
    return sorted(lines, key=lambda line: (line.names[0].casefold(), line.units)) if order == BY_NAME else lines


def _line(tree: Tree, units: Sequence[UUID], groups: frozenset[UUID], parents: Collection[UUID]) -> Line:
    first = tree.units[units[0]]
    above = tree.units[first.parent_id].name if first.parent_id else ""
    names = tuple(tree.units[each].name for each in units)
    return Line(tuple(units), names, above, directly=first.id in parents, groups=groups)


def side_by_side(
    session: Session, organisation_id: UUID, pulse_id: UUID, figure: str, lines: Sequence[Line], window: int
) -> SideBySide:
    """Return for each line what was released about it in every one of the latest waves."""
    heads = released_waves(session, organisation_id, pulse_id, window)[::-1]
    wanted = {group for line in lines for group in line.groups}
    groups = _groups(session, organisation_id, wanted)
    released = _released(session, organisation_id, heads, figure, wanted)
    pulse = session.get_one(Pulse, (organisation_id, pulse_id))
    instrument = read_instrument(session.get_one(InstrumentCopy, (organisation_id, pulse.instrument_id)).toml)
    waves = tuple(_waves(line, heads, groups, released) for line in lines)
    return SideBySide(tuple(heads), tuple(lines), waves, instrument.points, pulse.time_zone)


Released = Mapping[tuple[int, UUID], tuple[Figure, Band | None]]


def _waves(
    line: Line, heads: Sequence[Head], groups: Mapping[UUID, _Group], released: Released
) -> tuple[TeamWave, ...]:
    waves, series = [], ""
    for head in heads:
        group = next((each for each in line.groups if (head.number, each) in released), None)
        if group is None:
            waves.append(TeamWave(NOBODY, None, "", broken=False))
            continue
        broken = series not in {"", groups[group].series}
        series = groups[group].series
        waves.append(TeamWave(*released[head.number, group], groups[group].name, broken))
    return tuple(waves)


def _groups(session: Session, organisation_id: UUID, wanted: Collection[UUID]) -> dict[UUID, _Group]:
    rows = session.execute(
        select(ReportingGroup.id, ReportingGroup.name, ReportingGroup.series).where(
            ReportingGroup.organisation_id == organisation_id, ReportingGroup.id.in_(wanted)
        )
    )
    return {group_id: _Group(name, series) for group_id, name, series in rows}


def _released(
    session: Session, organisation_id: UUID, heads: Sequence[Head], figure: str, groups: Collection[UUID]
) -> dict[tuple[int, UUID], tuple[Figure, Band | None]]:
    rows = session.execute(
        select(
            Wave.number,
            ReleaseRow.group_id,
            ReleaseRow.text,
            ReleaseRow.value,
            ReleaseRow.low,
            ReleaseRow.high,
            ReleaseRow.n,
            ReleaseRow.reason,
            TeamEstimate.low,
            TeamEstimate.high,
        )
        .join(Release, (Release.organisation_id == ReleaseRow.organisation_id) & (Release.id == ReleaseRow.release_id))
        .join(Wave, (Wave.organisation_id == Release.organisation_id) & (Wave.id == Release.wave_id))
        .outerjoin(
            TeamEstimate,
            (TeamEstimate.organisation_id == ReleaseRow.organisation_id)
            & (TeamEstimate.release_id == ReleaseRow.release_id)
            & (TeamEstimate.group_id == ReleaseRow.group_id)
            & (TeamEstimate.figure == ReleaseRow.figure),
        )
        .where(
            ReleaseRow.organisation_id == organisation_id,
            ReleaseRow.release_id.in_([head.release_id for head in heads]),
            ReleaseRow.group_id.in_(groups),
            ReleaseRow.figure == figure,
        )
    )
    return {
        (number, group_id): (
            outcome_of(text, value, low, high, n, reason),
            # An outer join: there is no band around what is withheld.
            Band(*ends) if None not in (ends := (band_low, band_high)) else None,
        )
        for number, group_id, text, value, low, high, n, reason, band_low, band_high in rows
    }
