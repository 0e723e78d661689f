"""Reading releases: the trend of a team or group. Pages, files and exports all come here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session

from surveyapp.errors import NotFound
from surveyapp.privacy.outcome import Figure, Shown, Withheld
from surveyapp.questions import Instrument, Scale
from surveyapp.services.pulses.instruments import read_instrument
from surveyapp.services.replies.published import Reply, replies_to
from surveyapp.services.results.lines import DrawnLine, DrawnLines, Point, lines_of
from surveyapp.services.team_codes import is_code, results_code
from surveyapp.store.organisation import ReportingGroup, ReportingGroupUnit
from surveyapp.store.pulses import InstrumentCopy, Pulse, Wave, WaveGroup
from surveyapp.store.releases import Release, ReleaseRow, TeamEstimate, outcome_of

PARTICIPATION = "participation"
LOW = "low"
NOT_ASKED = Withheld("not asked in this wave")
NO_STATEMENTS = Withheld("too few answers for a number per statement")
# A year of biweekly waves; older ones are a click away.
WINDOW = 26

NO_LINES: DrawnLines = MappingProxyType({})
# Numbers of scales and participation; those of single statements are the larger part of a release.
SCALES = ~ReleaseRow.figure.startswith("item:", autoescape=True)


@dataclass(frozen=True, slots=True)
class Band:
    """The range in which the true score lies with 95 % confidence, in points."""

    low: float
    high: float

    @property
    def text(self) -> str:
        """The one string that every channel shows."""
        return f"{self.low:.1f} \N{EN DASH} {self.high:.1f}"


@dataclass(frozen=True, slots=True)
class WaveResult:
    """Everything released about one group, or about all groups below a unit together, in one wave."""

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
        return self.figures.get(name, NO_STATEMENTS if name.startswith("item:") else NOT_ASKED)

    def band_text(self, name: str) -> str:
        """Return the band as it is shown; what is low has no numbers."""
        figure, band = self.figure(name), self.bands.get(name)
        return band.text if band and isinstance(figure, Shown) and figure.text != LOW else ""

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
    """The released waves of one pulse for a unit or group, oldest first.

    ``together`` is whether it speaks of everything below a unit, and ``older`` whether there are waves before these.
    ``lines`` are there once the worker has drawn them; numbers of many groups together have none, for their noise is
    small as it is.
    """

    pulse_id: UUID
    pulse_name: str
    time_zone: str
    instrument: Instrument
    waves: tuple[WaveResult, ...]
    next_closes_at: datetime | None
    together: bool
    older: bool
    lines: DrawnLines = field(default_factory=dict)

    def line(self, name: str) -> DrawnLine | None:
        """Return the line through a figure of the group that was counted last."""
        return self.lines.get((self.waves[-1].series, name)) if self.waves else None

    def point(self, wave: WaveResult, name: str) -> Point | None:
        """Return the line through a figure at a wave; beside what is low there is no number."""
        line, figure = self.lines.get((wave.series, name)), wave.figure(name)
        return line.at(wave.number) if line and isinstance(figure, Shown) and figure.text != LOW else None

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The scales of the instrument."""
        return self.instrument.scales

    @property
    def latest(self) -> WaveResult | None:
        """The wave released last."""
        return self.waves[-1] if self.waves else None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that was done, as a mark in a trend."""

    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class PulseName:
    """A pulse to choose from."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ScaleName:
    """A scale as the head of a column."""

    figure: str
    name: str


def pulses_of(session: Session, organisation_id: UUID) -> list[PulseName]:
    """Return the pulses of an organisation that have or will have results, newest first."""
    rows = session.execute(
        select(Pulse.id, Pulse.name)
        .where(Pulse.organisation_id == organisation_id, Pulse.state != "draft")
        .order_by(Pulse.first_day.desc(), Pulse.name)
    )
    return [PulseName(pulse_id, name) for pulse_id, name in rows]


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


def unit_trend(
    session: Session, organisation_id: UUID, pulse_id: UUID, unit_id: UUID, *, window: int | None = WINDOW
) -> Trend:
    """Return the trend of the groups in which a unit's own people were counted.

    Raises
    ------
    NotFound
        When there is no such pulse.
    """
    groups = select(ReportingGroupUnit.group_id).where(
        ReportingGroupUnit.organisation_id == organisation_id, ReportingGroupUnit.unit_id == unit_id
    )
    return _group_trend(session, organisation_id, pulse_id, groups, window)


def group_trend(session: Session, organisation_id: UUID, group_id: UUID, *, window: int | None = WINDOW) -> Trend:
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
    return _group_trend(session, organisation_id, group.pulse_id, same, window)


@dataclass(frozen=True, slots=True)
class GroupName:
    """A reporting group, by name."""

    organisation_id: UUID
    id: UUID
    name: str


def group_for_code(session: Session, ballot_key: bytes, typed: str, group_id: UUID | None = None) -> GroupName:
    """Return the group whose results a typed code opens.

    Parameters
    ----------
    session : Session
    ballot_key : bytes
        The key of the installation from which codes are derived.
    typed : str
        As somebody typed it.
    group_id : UUID, optional
        The group of a link; without it every group is tried.

    Raises
    ------
    UnknownBallot
        When it cannot be a code.
    NotFound
        When it is not the code of this or any group.
    """
    found = select(ReportingGroup.organisation_id, ReportingGroup.id, ReportingGroup.name)
    if group_id is not None:
        found = found.where(ReportingGroup.id == group_id)
    for organisation_id, each, name in session.execute(found):
        if is_code(typed, results_code(ballot_key, organisation_id, each)):
            return GroupName(organisation_id, each, name)
    message = "This is not the code of these results; please look at the link again"
    raise NotFound(message)


@dataclass(frozen=True, slots=True)
class Head:
    """A released wave."""

    release_id: UUID
    wave_id: UUID
    number: int
    closed_at: datetime


def released_waves(
    session: Session, organisation_id: UUID, pulse_id: UUID, count: int | None, *, by_class: bool = False
) -> list[Head]:
    """Return the latest released waves of a pulse, newest first: those by team, or those by classes of people."""
    rows = session.execute(
        select(Release.id, Wave.id, Wave.number, Wave.closes_at)
        .join(Wave, (Wave.organisation_id == Release.organisation_id) & (Wave.id == Release.wave_id))
        .where(
            Release.organisation_id == organisation_id,
            Wave.pulse_id == pulse_id,
            Wave.attribute != "" if by_class else Wave.attribute == "",
        )
        .order_by(Wave.number.desc())
        .limit(count)
    )
    return [Head(*row) for row in rows]


def make_trend(
    session: Session,
    organisation_id: UUID,
    pulse_id: UUID,
    waves: list[WaveResult],
    *,
    lines: DrawnLines = NO_LINES,
    together: bool = False,
    older: bool = False,
) -> Trend:
    """Return the waves of a pulse with what there is to say about the pulse itself."""
    row = session.execute(
        select(Pulse, InstrumentCopy)
        .join(
            InstrumentCopy,
            (InstrumentCopy.organisation_id == Pulse.organisation_id) & (InstrumentCopy.id == Pulse.instrument_id),
        )
        .where(Pulse.organisation_id == organisation_id, Pulse.id == pulse_id)
    ).one_or_none()
    if row is None:
        message = "There is no such pulse"
        raise NotFound(message)
    pulse, instrument = row
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
        waves=tuple(waves),
        next_closes_at=upcoming,
        together=together,
        older=older,
        lines=lines,
    )


def replies_in(session: Session, organisation_id: UUID, trend: Trend) -> tuple[Reply, ...]:
    """Return what was said to the group about the waves of its trend, newest first."""
    places = [] if trend.together else [(wave.wave_id, wave.group_id) for wave in trend.waves]
    return replies_to(session, organisation_id, places)


def _group_trend(
    session: Session, organisation_id: UUID, pulse_id: UUID, groups: Select[Any], window: int | None
) -> Trend:
    heads = released_waves(session, organisation_id, pulse_id, window and window + 1)
    kept = heads[:window]
    waves = _waves(session, organisation_id, kept, groups, statements=window is None)
    lines = lines_of(session, organisation_id, pulse_id, {wave.series for wave in waves})
    return make_trend(session, organisation_id, pulse_id, waves, lines=lines, older=len(heads) > len(kept))


def _waves(
    session: Session, organisation_id: UUID, heads: Sequence[Head], groups: Select[Any], *, statements: bool
) -> list[WaveResult]:
    by_wave = {head.wave_id: head for head in heads}
    # A page shows the statements of the newest wave only, a file those of every wave.
    newest = ReleaseRow.release_id == heads[0].release_id if heads else true()
    only = () if statements else (SCALES | newest,)
    figures: dict[int, dict[str, Figure]] = {}
    bands: dict[int, dict[str, Band]] = {}
    for line in read_lines(session, organisation_id, heads, groups, *only):
        figures.setdefault(line.number, {})[line.name] = line.figure
        if line.band:
            bands.setdefault(line.number, {})[line.name] = line.band
    places = session.execute(
        select(WaveGroup.wave_id, WaveGroup.group_id, ReportingGroup.name, ReportingGroup.series, WaveGroup.roster)
        .join(
            ReportingGroup,
            (ReportingGroup.organisation_id == WaveGroup.organisation_id) & (ReportingGroup.id == WaveGroup.group_id),
        )
        .where(
            WaveGroup.organisation_id == organisation_id,
            WaveGroup.wave_id.in_(by_wave.keys()),
            WaveGroup.group_id.in_(groups),
        )
    )
    results = []
    for wave_id, group_id, name, series, roster in places:
        head = by_wave[wave_id]
        results.append(
            WaveResult(
                wave_id=wave_id,
                number=head.number,
                closed_at=head.closed_at,
                group_id=group_id,
                group_name=name,
                series=series,
                roster=roster,
                figures=figures.get(head.number, {}),
                bands=bands.get(head.number, {}),
            )
        )
    return sorted(results, key=lambda each: each.number)


class Line(NamedTuple):
    """A released figure as it is read: the number of its wave, its name, its band, and the roster of its group."""

    number: int
    name: str
    figure: Figure
    band: Band | None
    roster: int


def read_lines(
    session: Session, organisation_id: UUID, heads: Sequence[Head], groups: Select[Any], *only: ColumnElement[bool]
) -> Iterator[Line]:
    """Read the released figures of some waves and groups.

    Waves come by their number, for reading some thousand ids takes longer than all the rest.
    """
    rows = session.execute(
        select(
            Wave.number,
            ReleaseRow.figure,
            ReleaseRow.text,
            ReleaseRow.value,
            ReleaseRow.low,
            ReleaseRow.high,
            ReleaseRow.n,
            ReleaseRow.reason,
            TeamEstimate.low,
            TeamEstimate.high,
            WaveGroup.roster,
        )
        .select_from(ReleaseRow)
        .join(Release, (Release.organisation_id == ReleaseRow.organisation_id) & (Release.id == ReleaseRow.release_id))
        .join(Wave, (Wave.organisation_id == Release.organisation_id) & (Wave.id == Release.wave_id))
        .join(
            WaveGroup,
            (WaveGroup.organisation_id == Release.organisation_id)
            & (WaveGroup.wave_id == Release.wave_id)
            & (WaveGroup.group_id == ReleaseRow.group_id),
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
            *only,
        )
    )
    for number, name, text, value, low, high, n, reason, band_low, band_high, roster in rows:
        # An outer join: there is no band around what is withheld.
        band = Band(*ends) if None not in (ends := (band_low, band_high)) else None
        yield Line(number, name, outcome_of(text, value, low, high, n, reason), band, roster)
