"""The released numbers of a pulse as tables of series by waves, for the worker.

Half a million rows are read here in a night, so they come a wave at a time and go straight into arrays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.stats.checks import FloatArray
from surveyapp.stats.tables import Places, filled
from surveyapp.store.columns import bare, columns_of
from surveyapp.store.organisation import ReportingGroup
from surveyapp.store.pulses import Wave, WaveGroup
from surveyapp.store.releases import Release, ReleaseRow

MISSING = float("nan")


class ReleasedWave(NamedTuple):
    """A wave of which teams have numbers."""

    number: int
    closes_at: datetime
    wave_id: UUID
    release_id: UUID


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """The released numbers of one scale, series by series and wave by wave; NaN where there is none.

    ``hidden`` is the variance of what publishing hides, and ``rosters`` how many people could have answered.
    """

    waves: Sequence[int]
    series: Sequence[str]
    means: FloatArray
    counts: FloatArray
    rosters: FloatArray
    hidden: FloatArray


def read_panels(session: Session, organisation_id: UUID, pulse_id: UUID, figures: Sequence[str]) -> dict[str, Panel]:
    """Read the released numbers of scales of a pulse, each with the waves and series that have one."""
    waves = released_by_team(session, organisation_id, pulse_id)
    groups = series_of_groups(session, organisation_id, pulse_id)
    # In an order of their own, so that the same rows give the same lines on every database.
    series = sorted(set(groups.values()))
    order = {name: place for place, name in enumerate(series)}
    rows = {group: order[name] for group, name in groups.items()}
    layers = {figure: place for place, figure in enumerate(figures)}
    means, low, high, counts = (
        filled((len(figures), len(series), len(waves)), blank) for blank in (MISSING, 0.0, 0.0, 1.0)
    )
    rosters, places = filled(means.shape[1:], 1.0), Places(rows)
    for column, wave in enumerate(waves):
        names, members, *values = _shown(session, organisation_id, wave.release_id, figures)
        at = [layers[name] for name in names], [rows[group] for group in members], column
        means[at], low[at], high[at], counts[at] = values
        members, people = rosters_of(session, organisation_id, wave.wave_id)
        rosters[places.of(members), column] = people
    numbers, hidden = [wave.number for wave in waves], (high - low) ** 2 / 12
    return {
        figure: _where_told(Panel(numbers, series, means[place], counts[place], rosters, hidden[place]))
        for figure, place in layers.items()
    }


def _where_told(panel: Panel) -> Panel:
    """Leave out the waves and series that have no number at all, and people where there is none."""
    there = panel.means == panel.means  # NaN is not.
    across, down = there.any(axis=1), there.any(axis=0)
    rosters = panel.rosters.clip(min=panel.counts)
    rosters[~there] = 1.0
    return Panel(
        [number for number, told in zip(panel.waves, down.tolist(), strict=True) if told],
        [name for name, told in zip(panel.series, across.tolist(), strict=True) if told],
        *(each[across][:, down] for each in (panel.means, panel.counts, rosters, panel.hidden)),
    )


def released_by_team(session: Session, organisation_id: UUID, pulse_id: UUID) -> list[ReleasedWave]:
    """Return what was released by team, wave by wave."""
    rows = session.execute(
        select(Wave.number, Wave.closes_at, Wave.id, Release.id)
        .join(Release, (Release.organisation_id == Wave.organisation_id) & (Release.wave_id == Wave.id))
        .where(Wave.organisation_id == organisation_id, Wave.pulse_id == pulse_id, Wave.attribute == "")
        .order_by(Wave.number)
    )
    return [ReleasedWave(*row) for row in rows]


def series_of_groups(session: Session, organisation_id: UUID, pulse_id: UUID) -> dict[str, str]:
    """Return the series of each group of a pulse."""
    groups, series = columns_of(
        session,
        select(bare(ReportingGroup.id), ReportingGroup.series).where(
            ReportingGroup.organisation_id == organisation_id, ReportingGroup.pulse_id == pulse_id
        ),
    )
    return dict(zip(groups, series, strict=True))


def _shown(session: Session, organisation_id: UUID, release_id: UUID, figures: Sequence[str]) -> list[list[Any]]:
    """Return figure, group and numbers of what was shown in a release."""
    row = ReleaseRow
    return columns_of(
        session,
        select(row.figure, bare(row.group_id), row.value, row.low, row.high, row.n).where(
            row.organisation_id == organisation_id,
            row.release_id == release_id,
            row.figure.in_(figures),
            row.value.is_not(None),
        ),
    )


def rosters_of(session: Session, organisation_id: UUID, wave_id: UUID) -> list[list[Any]]:
    """Return the groups of a wave, and how many people each has."""
    return columns_of(
        session,
        select(bare(WaveGroup.group_id), WaveGroup.roster).where(
            WaveGroup.organisation_id == organisation_id, WaveGroup.wave_id == wave_id
        ),
    )
