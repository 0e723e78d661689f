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
    series: frozenset[str]

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
    series: str
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
    series: dict[UUID, set[str]] = {}
    # Read by series and not by group: ids of groups take longer to read than everything else on the page.
    for unit_id, each in session.execute(
        select(ReportingGroupUnit.unit_id, ReportingGroup.series)
        .join(
            ReportingGroup,
            (ReportingGroup.organisation_id == ReportingGroupUnit.organisation_id)
            & (ReportingGroup.id == ReportingGroupUnit.group_id),
        )
        .where(ReportingGroupUnit.organisation_id == organisation_id, ReportingGroup.pulse_id == pulse_id)
        .distinct()
    ):
        if unit_id in visible:
            series.setdefault(unit_id, set()).add(each)
    together: dict[frozenset[str], list[UUID]] = {}
    for unit_id, _ in in_order(tree, visible):
        if unit_id in series:
            together.setdefault(frozenset(series[unit_id]), []).append(unit_id)
    parents = tree.parents()
    lines = [_line(tree, units, same, parents) for same, units in together.items()]
    return sorted(lines, key=lambda line: (line.names[0].casefold(), line.units)) if order == BY_NAME else lines


def _line(tree: Tree, units: Sequence[UUID], series: frozenset[str], parents: Collection[UUID]) -> Line:
    first = tree.units[units[0]]
    above = tree.units[first.parent_id].name if first.parent_id else ""
    names = tuple(tree.units[each].name for each in units)
    return Line(tuple(units), names, above, directly=first.id in parents, series=series)


def side_by_side(
    session: Session, organisation_id: UUID, pulse_id: UUID, figure: str, lines: Sequence[Line], window: int
) -> SideBySide:
    """Return for each line what was released about it in every one of the latest waves."""
    heads = released_waves(session, organisation_id, pulse_id, window)[::-1]
    wanted = {series for line in lines for series in line.series}
    released = _released(session, organisation_id, pulse_id, heads, figure, wanted)
    pulse = session.get_one(Pulse, (organisation_id, pulse_id))
    instrument = read_instrument(session.get_one(InstrumentCopy, (organisation_id, pulse.instrument_id)).toml)
    waves = tuple(_waves(line, heads, released) for line in lines)
    return SideBySide(tuple(heads), tuple(lines), waves, instrument.points, pulse.time_zone)


Released = Mapping[tuple[int, str], tuple[Figure, Band | None, str]]


def _waves(line: Line, heads: Sequence[Head], released: Released) -> tuple[TeamWave, ...]:
    waves, before = [], ""
    for head in heads:
        series = next((each for each in line.series if (head.number, each) in released), "")
        if series:
            waves.append(TeamWave(*released[head.number, series], series, broken=before not in {"", series}))
            before = series
        else:
            waves.append(TeamWave(NOBODY, None, "", "", broken=False))
    return tuple(waves)


def _released(
    session: Session,
    organisation_id: UUID,
    pulse_id: UUID,
    heads: Sequence[Head],
    figure: str,
    series: Collection[str],
) -> Released:
    groups = select(ReportingGroup.id).where(
        ReportingGroup.organisation_id == organisation_id,
        ReportingGroup.pulse_id == pulse_id,
        ReportingGroup.series.in_(series),
    )
    rows = session.execute(
        select(
            Wave.number,
            ReportingGroup.series,
            ReportingGroup.name,
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
        .join(
            ReportingGroup,
            (ReportingGroup.organisation_id == ReleaseRow.organisation_id) & (ReportingGroup.id == ReleaseRow.group_id),
        )
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
        (number, each): (
            outcome_of(text, value, low, high, n, reason),
            # An outer join: there is no band around what is withheld.
            Band(*ends) if None not in (ends := (band_low, band_high)) else None,
            name,
        )
        for number, each, name, text, value, low, high, n, reason, band_low, band_high in rows
    }
