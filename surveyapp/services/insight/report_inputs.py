"""Everything that a report rests on, as tables to hand over: release rows, and log entries counted by team and wave.

A reader gets the rows of the teams that are theirs to see; of how many others there are no rows is said beside it.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services.insight.cells import Cell, cells_of
from surveyapp.services.insight.inputs import row_of
from surveyapp.services.insight.layouts import Layout
from surveyapp.services.tables import write_csv
from surveyapp.store.organisation import ReportingGroup
from surveyapp.store.pulses import Wave
from surveyapp.store.releases import Release, ReleaseRow

RELEASED = ("text", "value", "low", "high", "n", "reason")
# What the release rows say better than the counted part of a row.
NOT_COUNTED = ("team", "wave", "closed_at", "score", "answers", "person_weeks")
Row = dict[str, Any]
Extra = Callable[[Cell], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Inputs:
    """The rows of a report by wave and team, and the number of teams that are in its figures but not in its rows."""

    rows: tuple[Row, ...]
    left_out: int

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.rows[0]) if self.rows else ()


def inputs_of(
    session: Session,
    organisation_id: UUID,
    pulse_id: UUID,
    scale: str,
    visible: Collection[UUID],
    *,
    keep: Callable[[Cell], bool] = lambda _: True,
    extra: Extra = lambda _: {},
) -> Inputs:
    """Return what figures about a scale of a pulse are made from.

    Parameters
    ----------
    session : Session
    organisation_id, pulse_id : UUID
    scale : str
        The key of the scale.
    visible : collection of UUID
        The units that the reader may see; a row is theirs when one of them is counted in it.
    keep : callable, optional
        Tells which cells the figures rest on; all of the pulse by default.
    extra : callable, optional
        Gives further columns for a cell, such as the side on which a team stands.
    """
    used = [cell for cell in cells_of(session, organisation_id, pulse_id, scale) if keep(cell)]
    released = _released(session, organisation_id, pulse_id, scale)
    theirs = [cell for cell in used if not cell.units.isdisjoint(visible)]
    rows = [
        {
            "wave": cell.wave,
            "closed_at": cell.closed_at.isoformat(),
            "team": cell.group_name,
            "series": cell.series,
            **dict(extra(cell)),
            **released.get((cell.wave, cell.series), dict.fromkeys(RELEASED)),
            # In full, for figures are computed from it again.
            "person_weeks": cell.person_weeks,
            **{name: value for name, value in asdict(row_of(cell)).items() if name not in NOT_COUNTED},
        }
        for cell in sorted(theirs, key=lambda cell: (cell.wave, cell.group_name, cell.series))
    ]
    return Inputs(tuple(rows), len({cell.series for cell in used} - {cell.series for cell in theirs}))


def _released(session: Session, organisation_id: UUID, pulse_id: UUID, scale: str) -> dict[tuple[int, str], Row]:
    rows = session.execute(
        select(Wave.number, ReportingGroup.series, *(getattr(ReleaseRow, name) for name in RELEASED))
        .join(Release, (Release.organisation_id == ReleaseRow.organisation_id) & (Release.id == ReleaseRow.release_id))
        .join(Wave, (Wave.organisation_id == Release.organisation_id) & (Wave.id == Release.wave_id))
        .join(
            ReportingGroup,
            (ReportingGroup.organisation_id == ReleaseRow.organisation_id) & (ReportingGroup.id == ReleaseRow.group_id),
        )
        .where(
            ReleaseRow.organisation_id == organisation_id,
            Wave.pulse_id == pulse_id,
            ReleaseRow.figure == f"scale:{scale}",
        )
    )
    return {(number, series): dict(zip(RELEASED, row, strict=True)) for number, series, *row in rows}


def place_in(layout: Layout, cell: Cell) -> Row:
    """Say on which side of a comparison a cell stands, and from which wave on its team was treated."""
    cohort = layout.cohorts[layout.teams.index(cell.series)]
    start = layout.first[cohort] if cohort is not None else None
    first = layout.waves[start] if start is not None and start < len(layout.waves) else None
    return {"side": "comparison" if cohort is None else "treated", "first_wave_with_it": first}


def as_csv(inputs: Inputs) -> bytes:
    """Write the rows as CSV; numbers are written in full, so that figures can be computed from them again."""
    rows = [["" if value is None else value for value in row.values()] for row in inputs.rows]
    return write_csv([inputs.header, *rows])


def as_json(inputs: Inputs, about: Mapping[str, Any]) -> bytes:
    """Write the rows as JSON, together with what else is needed to compute the figures again."""
    content = {**about, "rows": list(inputs.rows), "teams_left_out": inputs.left_out}
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n").encode()
