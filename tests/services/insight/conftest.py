"""The simulated log, and what R says of it."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from surveyapp.services.insight.cells import Cell
from surveyapp.services.insight.counted import Counted
from surveyapp.services.insight.tallies import Tally

START = datetime(2026, 1, 5, tzinfo=UTC)
TWO_WEEKS = timedelta(weeks=2)


@pytest.fixture
def log_cells(shared_data: Path) -> tuple[list[Cell], set[UUID]]:
    """Give the simulated log as cells of 24 teams in 12 waves, and the units of the treated ones."""
    with (shared_data / "synth_log.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    units = {row["team"]: uuid4() for row in rows}
    treated = {units[row["team"]] for row in rows if row["treated"] == "1"}
    return [from_log(row, units) for row in rows], treated


def from_log(row: dict[str, str], units: dict[str, UUID]) -> Cell:
    """Read a line of the log."""
    return Cell(
        series=row["team"],
        units=frozenset({units[row["team"]]}),
        group_name=row["team"],
        wave=int(row["wave"]),
        closed_at=START + (int(row["wave"]) - 1) * TWO_WEEKS,
        score=float(row["score"]),
        n=int(row["n_resp"]),
        reports=int(row["self_reported"]),
        person_weeks=float(row["person_weeks"]),
        log=Tally(
            told=int(row["self_reported"]),
            found=int(row["external"]),
            both=int(row["both"]),
            near_misses=int(row["near_miss"]),
            harm=int(row["harm"]),
            surfacing_hours=[24 * float(days)] if (days := row["days_to_surface_median"]) not in {"", "NA"} else [],
        ),
    )


@pytest.fixture
def oracle(shared_data: Path) -> Callable[[str], Any]:
    """Give the values that R computed."""
    entries = json.loads((shared_data / "oracle.json").read_text(encoding="utf-8"))["oracle"]
    return lambda name: entries[name]["values"]


def in_columns(cells: list[Cell]) -> Counted:
    """Turn cells, as pages read them, into columns, as the worker does."""
    logs = [cell.log for cell in cells]
    same = ("told", "found", "both", "near_misses", "harm", "deliveries", "rework", "independent", "delegation_weeks")
    return Counted(
        team=np.unique([cell.series for cell in cells], return_inverse=True)[1],
        wave=np.array([cell.wave for cell in cells]),
        score=np.array([cell.score for cell in cells], dtype=float),
        person_weeks=np.array([cell.person_weeks for cell in cells]),
        reports=np.array([cell.reports for cell in cells], dtype=float),
        voice=np.array([log.voice for log in logs], dtype=float),
        voice_cases=np.array([len(log.voice_hours) for log in logs], dtype=float),
        surfacing=np.array([log.surfacing for log in logs], dtype=float),
        **{name: np.array([getattr(log, name) for log in logs], dtype=float) for name in same},
    )
