"""The linter refuses what would walk around the contracts between the rooms."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BANNED = {
    "SQL as text": "from sqlalchemy import text",
    "SQL as a literal column": "from sqlalchemy import literal_column",
    "an import by name": "import importlib\n\nimportlib.import_module('surveyapp.vault')",
    "the clock of the machine": "import datetime\n\ndatetime.datetime.now(datetime.UTC)",
}


def lint(code: str, path: str) -> list[str]:
    """Return the rules that a module with this code and path would break."""
    command = [sys.executable, "-m", "ruff", "check", "--output-format=concise", "--stdin-filename", path, "-"]
    result = subprocess.run(command, cwd=ROOT, input=code, capture_output=True, text=True, check=False)
    return [line.split()[1] for line in result.stdout.splitlines() if line.startswith(path)]


@pytest.mark.parametrize("code", BANNED.values(), ids=BANNED)
@pytest.mark.parametrize("room", ["services", "store", "web"])
def test_what_escapes_the_contracts_is_banned(room: str, code: str) -> None:
    """No room writes SQL as text, imports by name or reads the time by itself."""
    assert "TID251" in lint(f'"""Planted."""\n\n{code}\n', f"surveyapp/{room}/planted.py")


def test_attacks_may_write_sql() -> None:
    """An attacker would not use the doors either."""
    assert "TID251" not in lint('"""Planted."""\n\nfrom sqlalchemy import text\n', "tests/attacks/test_planted.py")


def test_an_exception_without_a_rule_is_banned() -> None:
    """Whoever asks for an exception says from which rule."""
    assert "PGH004" in lint('"""Planted."""\n\nimport os  # noqa\n', "surveyapp/services/planted.py")
