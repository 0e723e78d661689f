"""A wheel is all that an installation needs."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from surveyapp.settings import ROOT


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, without a network, and unpack it as an installer does."""
    made, there = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("there")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(made)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(there)
    return there


def test_the_wheel_carries_everything_that_the_program_reads(unpacked: Path) -> None:
    """Templates, styles, catalogues, instruments and migrations, file by file."""
    kinds = {"*.html", "*.txt", "*.css", "*.js", "*.po", "*.svg"}
    beside = [path for folder in ("instruments", "migrations") for path in (ROOT / folder).rglob("*.*")]
    wanted = {Path("surveyapp") / path.relative_to(ROOT) for path in beside if path.suffix in {".toml", ".py"}}
    wanted |= {path.relative_to(ROOT) for kind in kinds for path in (ROOT / "surveyapp").rglob(kind)}
    assert [path for path in wanted if not (unpacked / path).is_file()] == []


def test_an_unpacked_wheel_makes_its_databases(unpacked: Path, tmp_path: Path) -> None:
    """Started from an empty folder it finds its migrations and instruments, and keeps its files there."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(unpacked), "SECRET_KEY": "k" * 32}
    program = (
        "import surveyapp.settings as s; from surveyapp.cli import main; "
        "assert len(list((s.SHIPPED / 'instruments').glob('*.toml'))) > 1; main(['init'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "instance" / "surveyapp.db").is_file()
