"""Everything ever published, wave by wave, as the audit attacks it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.privacy.audit.waves import PublishedGroup, PublishedWave
from surveyapp.privacy.outcome import Figure
from surveyapp.privacy.policy import Thresholds
from surveyapp.services.pulses.instruments import read_instrument
from surveyapp.services.results.releasing import scale_keys
from surveyapp.store.organisation import ReportingGroup, ReportingGroupUnit
from surveyapp.store.pulses import InstrumentCopy, Pulse, Wave, WaveGroup
from surveyapp.store.releases import Release, ReleasedTheme, ReleaseRow


@dataclass(frozen=True, slots=True)
class PublishedRelease:
    """One release with the ids under which pages find it; groups are in the order of ``wave.groups``."""

    pulse_id: UUID
    wave_id: UUID
    wave: PublishedWave
    units: tuple[UUID, ...]
    series: tuple[str, ...]


def count_releases(session: Session, organisation_id: UUID) -> int:
    """Return how many releases there are."""
    query = select(func.count()).select_from(Release).where(Release.organisation_id == organisation_id)
    return session.scalar(query) or 0


def published_releases(session: Session, organisation_id: UUID) -> Iterator[PublishedRelease]:
    """Read the releases of an organisation, oldest first."""
    rows = session.execute(
        select(Release.id, Wave, Pulse.name, InstrumentCopy.toml)
        .join(Wave, (Wave.organisation_id == Release.organisation_id) & (Wave.id == Release.wave_id))
        .join(Pulse, (Pulse.organisation_id == Wave.organisation_id) & (Pulse.id == Wave.pulse_id))
        .join(
            InstrumentCopy,
            (InstrumentCopy.organisation_id == Wave.organisation_id) & (InstrumentCopy.id == Wave.instrument_id),
        )
        .where(Release.organisation_id == organisation_id)
        .order_by(Release.sequence)
    ).all()
    for release_id, wave, name, toml in rows:
        said = _figures(session, organisation_id, release_id), _themes(session, organisation_id, release_id)
        found = list(_groups(session, wave, *said))
        yield PublishedRelease(
            wave.pulse_id,
            wave.id,
            PublishedWave(
                f"{name} {wave.number}",
                Thresholds(wave.count_min, wave.item_min, wave.roster_min),
                tuple(scale_keys(read_instrument(toml))),
                tuple(group for _, _, group in found),
                attribute=wave.attribute,
            ),
            tuple(unit_id for unit_id, _, _ in found),
            tuple(series for _, series, _ in found),
        )


def _figures(session: Session, organisation_id: UUID, release_id: UUID) -> dict[UUID, dict[str, Figure]]:
    figures: dict[UUID, dict[str, Figure]] = {}
    mine = (ReleaseRow.organisation_id == organisation_id, ReleaseRow.release_id == release_id)
    for row in session.scalars(select(ReleaseRow).where(*mine)):
        figures.setdefault(row.group_id, {})[row.figure] = row.outcome
    return figures


def _themes(session: Session, organisation_id: UUID, release_id: UUID) -> dict[UUID, dict[str, str]]:
    themes: dict[UUID, dict[str, str]] = {}
    mine = (ReleasedTheme.organisation_id == organisation_id, ReleasedTheme.release_id == release_id)
    for row in session.scalars(select(ReleasedTheme).where(*mine)):
        themes.setdefault(row.group_id, {})[row.theme] = row.text
    return themes


def _groups(
    session: Session,
    wave: Wave,
    figures: Mapping[UUID, Mapping[str, Figure]],
    themes: Mapping[UUID, Mapping[str, str]],
) -> Iterator[tuple[UUID, str, PublishedGroup]]:
    rows = session.execute(
        select(WaveGroup.group_id, WaveGroup.roster, ReportingGroup.name, ReportingGroup.unit_id, ReportingGroup.series)
        .join(
            ReportingGroup,
            (ReportingGroup.organisation_id == WaveGroup.organisation_id) & (ReportingGroup.id == WaveGroup.group_id),
        )
        .where(WaveGroup.organisation_id == wave.organisation_id, WaveGroup.wave_id == wave.id)
        .order_by(ReportingGroup.name, ReportingGroup.id)
    ).all()
    units: dict[UUID, set[UUID]] = {}
    in_wave = select(WaveGroup.group_id).where(
        WaveGroup.organisation_id == wave.organisation_id, WaveGroup.wave_id == wave.id
    )
    for group_id, unit_id in session.execute(
        select(ReportingGroupUnit.group_id, ReportingGroupUnit.unit_id).where(
            ReportingGroupUnit.organisation_id == wave.organisation_id, ReportingGroupUnit.group_id.in_(in_wave)
        )
    ):
        units.setdefault(group_id, set()).add(unit_id)
    for group_id, roster, name, unit_id, series in rows:
        said = figures.get(group_id, {}), themes.get(group_id, {})
        yield unit_id, series, PublishedGroup(name, frozenset(units.get(group_id, ())), roster, *said)
