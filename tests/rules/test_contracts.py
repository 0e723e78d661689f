"""Every contract between the rooms catches a breach planted in a copy of the package."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Each contract with modules, present or new, and a line in each that together break it.
BREACHES = {
    "downwards": {"store/base.py": "import surveyapp.services"},
    "pure": {"questions/planted.py": "import time"},
    "no-web-inside": {"services/planted.py": "import flask"},
    "no-data-in-pages": {"web/planted.py": "from surveyapp.store.base import Base"},
    "light-pages": {
        "web/planted.py": "import surveyapp.services.planted",
        "services/planted.py": "import surveyapp.stats",
    },
    "no-people-near-answers": {
        "services/answering.py": "import surveyapp.services.planted",
        "services/planted.py": "import surveyapp.store.people",
    },
    "features-apart": {"web/team/planted.py": "import surveyapp.web.coach"},
    "opening": {"services/planted.py": "from surveyapp.vault.opening import open_boxes"},
    "deposit": {"services/planted.py": "from surveyapp.vault.deposit import put_in"},
    "inside-the-vault": {"services/planted.py": "from surveyapp.vault.tables import box"},
    "scipy-at-home": {"privacy/outcome.py": "import scipy"},
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the package and its contracts to a place where they may be broken."""
    shutil.copytree(ROOT / "surveyapp", tmp_path / "surveyapp", ignore=shutil.ignore_patterns("static", "templates"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def check(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    """Hold a contract against a copy of the package."""
    program = "from importlinter.cli import lint_imports_command as run; run()"
    command = [sys.executable, "-c", program, "--no-cache", "--no-logo", "--contract", contract]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def plant(folder: Path, module: str, line: str) -> None:
    """Append a line to a module of the copy."""
    path = folder / "surveyapp" / module
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_is_caught(contract: str, copy: Path) -> None:
    """What is planted breaks the contract that is there to catch it."""
    for module, line in BREACHES[contract].items():
        plant(copy, module, line)
    result = check(copy, contract)
    assert result.returncode == 1, result.stdout
    assert "BROKEN" in result.stdout


def test_a_module_without_a_floor_is_caught(copy: Path) -> None:
    """A module that no layer names does not slip in beside the rooms."""
    plant(copy, "utils.py", '"""Whatever fits nowhere else."""')
    result = check(copy, "downwards")
    assert result.returncode == 1
    assert "utils" in result.stdout


def test_every_contract_has_a_breach() -> None:
    """A contract cannot be added without seeing it work."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]}
    assert contracts == BREACHES.keys()


def test_every_feature_of_the_site_is_kept_apart() -> None:
    """A folder with pages cannot be left out of the contract between them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}
    features = {f"surveyapp.web.{init.parent.name}" for init in (ROOT / "surveyapp" / "web").glob("*/__init__.py")}
    assert features == set(contracts["features-apart"]["modules"])
