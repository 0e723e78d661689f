"""R beside our own code in the same run, where R and the packages are installed."""

import csv
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PATIENCE = 300


def in_r(code: str, table: Mapping[str, NDArray[np.float64]], package: str) -> list[float] | str:
    """Run R code on the table `d` with one package; give the numbers that it prints, or why there are none."""
    program = shutil.which("Rscript")
    if program is None:
        return "R is not installed"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "d.csv")
        with path.open("w", newline="", encoding="utf-8") as lines:
            csv.writer(lines).writerows([table, *zip(*(column.tolist() for column in table.values()), strict=True)])
        whole = f"suppressMessages(library({package})); d <- read.csv('{path}'); {code}"
        try:
            ran = subprocess.run([program, "-e", whole], capture_output=True, text=True, check=False, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return f"{package} took more than {PATIENCE} s"
    if ran.returncode:
        return f"{package} is not installed" if "there is no package" in ran.stderr else ran.stderr.strip()
    return [float(word) for word in ran.stdout.split()]
