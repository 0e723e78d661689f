"""The simulated log, and what R says of it."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from surveyapp.services.insight.cells import Cell
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
