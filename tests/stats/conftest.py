"""Reference values computed with R, and the tables they were computed from."""

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

DATA = Path(os.environ.get("REFERENCE_DATA", Path(__file__).parents[3] / "shared" / "data"))


@pytest.fixture(scope="session")
def oracle() -> Callable[[str], Any]:
    """Give the R values recorded under a name: ``oracle("alpha_lq2002_LEAD")["raw_alpha"]``."""
    path = DATA / "oracle.json"
    if not path.exists():
        pytest.skip("the reference values computed with R are not here")
    entries = json.loads(path.read_text(encoding="utf-8"))["oracle"]
    return lambda name: entries[name]["values"]


@pytest.fixture(scope="session")
def table() -> Callable[[str], dict[str, NDArray[Any]]]:
    """Read a reference table as columns: numbers where every cell is one ("NA" is NaN), else text."""

    def read(name: str) -> dict[str, NDArray[Any]]:
        path = DATA / name
        if not path.exists():
            pytest.skip(f"the reference table {name} is not here")
        with path.open(encoding="utf-8", newline="") as lines:
            header, *rows = csv.reader(lines)
        return {column: _numbers(cells) for column, cells in zip(header, zip(*rows, strict=True), strict=True)}

    return read


def _numbers(cells: tuple[str, ...]) -> NDArray[Any]:
    try:
        return np.array([np.nan if cell in {"NA", ""} else float(cell) for cell in cells])
    except ValueError:
        return np.array(cells)
