"""What the package imports is declared, what is declared is used, and the locks hold exactly that."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from surveyapp.settings import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
# What each lock holds beyond the dependencies of every installation.
LOCKS = {
    "requirements.lock": ("postgres", "editable"),
    "requirements-pdf.lock": ("postgres", "editable", "pdf"),
    "requirements-dev.lock": ("postgres", "editable", "pdf", "dev"),
}
# Run or read without being imported: the server, and the time zones of machines that have none.
NOT_IMPORTED = {"gunicorn", "tzdata"}
# Comes with Flask, whose versions say which one fits.
COMES_ALONG = {"werkzeug"}


def names(requirements: list[str]) -> set[str]:
    """Return the distribution names of requirements."""
    return {re.split(r"[\[<>=!~ ;]", requirement)[0].lower() for requirement in requirements}


def imported() -> set[str]:
    """Return the distributions from which the package imports anything."""
    distributions = packages_distributions()
    found = set()
    for path in [*(ROOT / "surveyapp").rglob("*.py"), ROOT / "wsgi.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "").partition(".")[0])
    # The types of the standard library are known to type checkers only.
    foreign = found - sys.stdlib_module_names - {"surveyapp", "_typeshed"}
    return {distribution.lower() for module in foreign for distribution in distributions.get(module, [module])}


def pinned(lock: str) -> dict[str, str]:
    """Return what a lock says of each distribution, by name."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {entry.partition("==")[0]: entry for entry in re.split(r"\n(?=\S)", text) if "==" in entry}


def test_imports_are_declared_and_declarations_used() -> None:
    """Nothing is there by accident of what something else needs, and nothing is left over."""
    # The extra for PDF files is imported by the one function that makes them.
    assert imported() - COMES_ALONG == names(PROJECT["dependencies"] + EXTRAS["pdf"]) - NOT_IMPORTED


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_is_declared(lock: str) -> None:
    """A dependency that was added is locked as well."""
    wanted = PROJECT["dependencies"] + [each for extra in LOCKS[lock] for each in EXTRAS[extra]]
    assert names(wanted) - {"surveyapp"} <= pinned(lock).keys()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_and_no_addresses(lock: str) -> None:
    """It can be used with any registry and trusts none."""
    assert all("--hash=sha256:" in entry for entry in pinned(lock).values())
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--extra-index|--find-links", text)
