"""The released numbers of a pulse as tables of series by waves, for the worker.

Half a million of them are read in a night, so they are kept column by column, a wave at a time, beside their rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.stats.checks import FloatArray, IntArray, vector
from surveyapp.stats.tables import Columns, Keys, Places, filled, keys, packed, unpacked
from surveyapp.store.columns import bare, columns_of
from surveyapp.store.organisation import ReportingGroup
from surveyapp.store.pulses import Wave, WaveGroup
from surveyapp.store.releases import Release, ReleasedColumns, ReleaseRow

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


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The series of the groups of a pulse, in an order that is the same on every database, and where groups stand."""

    names: Sequence[str]
    places: Places


def keep_released(session: Session, organisation_id: UUID, pulse_id: UUID, figures: Sequence[str]) -> None:
    """Keep the columns of releases that are new, each release in a transaction of its own."""
    kept = select(ReleasedColumns.release_id, ReleasedColumns.figure).where(
        ReleasedColumns.organisation_id == organisation_id, ReleasedColumns.figure.in_(figures)
    )
    known = {(release_id, figure) for release_id, figure in session.execute(kept)}
    for wave in released_by_team(session, organisation_id, pulse_id):
        new = [figure for figure in figures if (wave.release_id, figure) not in known]
        if new:
            mine = {"organisation_id": organisation_id, "release_id": wave.release_id}
            read = _read(session, organisation_id, wave, new)
            session.add_all(
                ReleasedColumns(**mine, figure=figure, content=packed(each)) for figure, each in read.items()
            )
            session.commit()


def released_columns(session: Session, organisation_id: UUID, wave: ReleasedWave, figure: str) -> Columns:
    """Return group, roster, value, low, high and n of a figure in a wave; NaN where nothing was shown."""
    kept = session.scalar(
        select(ReleasedColumns.content).where(
            ReleasedColumns.organisation_id == organisation_id,
            ReleasedColumns.release_id == wave.release_id,
            ReleasedColumns.figure == figure,
        )
    )
    return _read(session, organisation_id, wave, [figure])[figure] if kept is None else unpacked(kept)


def read_panels(session: Session, organisation_id: UUID, pulse_id: UUID, figures: Sequence[str]) -> dict[str, Panel]:
    """Read the released numbers of scales of a pulse, each with the waves and series that have one."""
    waves = released_by_team(session, organisation_id, pulse_id)
    series = series_of(session, organisation_id, pulse_id)
    return {figure: _panel(session, organisation_id, waves, series, figure) for figure in figures}


def _panel(
    session: Session, organisation_id: UUID, waves: Sequence[ReleasedWave], series: Series, figure: str
) -> Panel:
    means, counts, rosters, hidden = (filled((len(series.names), len(waves)), MISSING) for _ in range(4))
    for column, wave in enumerate(waves):
        told = released_columns(session, organisation_id, wave, figure)
        at = series.places.of(told["group"]), column
        means[at], counts[at], rosters[at] = told["value"], told["n"], told["roster"]
        hidden[at] = (told["high"] - told["low"]) ** 2 / 12
    return _where_told(Panel([wave.number for wave in waves], series.names, means, counts, rosters, hidden))


def _where_told(panel: Panel) -> Panel:
    """Leave out the waves and series that have no number at all, and people where there is none."""
    there = panel.means == panel.means  # NaN is not.
    across, down = there.any(axis=1), there.any(axis=0)
    panel.counts[~there], panel.rosters[~there], panel.hidden[~there] = 1.0, 1.0, 0.0
    rosters = panel.rosters.clip(min=panel.counts)
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


def series_of(session: Session, organisation_id: UUID, pulse_id: UUID) -> Series:
    """Return the series of a pulse, and which groups belong to each."""
    groups, series = columns_of(
        session,
        select(bare(ReportingGroup.id), ReportingGroup.series).where(
            ReportingGroup.organisation_id == organisation_id, ReportingGroup.pulse_id == pulse_id
        ),
    )
    names = sorted(set(series))
    order = {name: place for place, name in enumerate(names)}
    return Series(names, Places(keys(groups), whole([order[name] for name in series])))


def rosters_of(session: Session, organisation_id: UUID, wave_id: UUID) -> tuple[Keys, FloatArray]:
    """Return the groups of a wave and how many people each has, in an order that all waves of a quarter share."""
    groups, people = columns_of(
        session,
        select(bare(WaveGroup.group_id), WaveGroup.roster)
        .where(WaveGroup.organisation_id == organisation_id, WaveGroup.wave_id == wave_id)
        .order_by(WaveGroup.group_id),
    )
    return keys(groups), vector("rosters", people)


def _read(session: Session, organisation_id: UUID, wave: ReleasedWave, figures: Sequence[str]) -> dict[str, Columns]:
    """Read figures of every group of a wave from rows."""
    row = ReleaseRow
    names, members, *numbers = columns_of(
        session,
        select(row.figure, bare(row.group_id), row.value, row.low, row.high, row.n).where(
            row.organisation_id == organisation_id,
            row.release_id == wave.release_id,
            row.figure.in_(figures),
            row.value.is_not(None),
        ),
    )
    groups, rosters = rosters_of(session, organisation_id, wave.wave_id)
    order = {figure: layer for layer, figure in enumerate(figures)}
    at = whole([order[name] for name in names]), Places(groups, whole(range(len(groups)))).of(keys(members))
    columns = {"group": groups, "roster": rosters}
    tables = {name: filled((len(figures), len(groups)), MISSING) for name in ("value", "low", "high", "n")}
    for table, values in zip(tables.values(), numbers, strict=True):
        table[at] = values
    # A scale that the questions of this wave do not have takes no room.
    size = {figure: len(groups) if figure in set(names) else 0 for figure in figures}
    return {
        figure: {name: each[: size[figure]] for name, each in columns.items()}
        | {name: table[layer, : size[figure]] for name, table in tables.items()}
        for figure, layer in order.items()
    }


def whole(values: Sequence[int]) -> IntArray:
    """Put whole numbers into an array."""
    return vector("places", values).astype(int)
