"""The page for analysts says what the functions of the statistics room do."""

import doctest
import inspect
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest

from surveyapp import stats
from tests.stats.register import rows

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "statistics.md"
# Rooms behind the functions: checking, the parts of others, and the demo organisation.
BEHIND = {
    "checks",
    "outcome",
    "seeds",
    "levels",
    "kalman",
    "demonstration",
    "simulate",
    "moments",
    "counting",
    "tables",
}
# Steps of other functions, which stand in the page.
STEPS = {
    "association.read_cells",
    "designs.mean_of_seen",
    "estimates.quantile",
    "glm.only_rounding",
    "permutation.flags",
    *(f"glm.{name}" for name in ("reweight", "start_at", "mean_at", "deviance_of", "inverse_of", "interval")),
}


@pytest.fixture(scope="module")
def page() -> str:
    """Read the page."""
    return PAGE.read_text(encoding="utf-8")


def functions() -> set[str]:
    """Every public function of the room."""
    found = set()
    for module in pkgutil.iter_modules(stats.__path__):
        room: Any = pkgutil.resolve_name(f"surveyapp.stats.{module.name}")
        members = inspect.getmembers(room, inspect.isfunction)
        found |= {f"{module.name}.{name}" for name, one in members if one.__module__ == room.__name__}
    return {path for path in found if not path.split(".")[1].startswith("_")}


def named(page: str) -> set[str]:
    """Every function that the page names."""
    return set(re.findall(r"`([a-z_0-9]+\.[a-z_0-9]+)`", page.partition("## Held against R")[0]))


def test_every_function_has_its_place(page: str) -> None:
    """An analyst finds whatever there is."""
    expected = {path for path in functions() if path.split(".")[0] not in BEHIND} - STEPS
    assert expected - named(page) == set()


def test_every_function_named_exists(page: str) -> None:
    """Nothing is promised."""
    assert named(page) - functions() == set()


def test_every_doi_is_one_of_the_functions(page: str) -> None:
    """The literature of the page stands in the docstrings."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "surveyapp" / "stats").glob("*.py"))
    missing = [doi for doi in re.findall(r"\(https://doi\.org/([^)]+)\)", page) if doi not in sources]
    assert missing == []


def test_the_table_of_reference_values_is_that_of_the_register(page: str) -> None:
    """If this fails: python -m tests.stats.register prints the table."""
    table = page.partition("<!-- register -->\n")[2].partition("<!-- end of register -->")[0]
    assert table.splitlines() == list(rows())


def test_the_examples_run() -> None:
    """As they stand."""
    outcome = doctest.testfile(str(PAGE), module_relative=False)
    assert outcome.attempted >= 5
    assert outcome.failed == 0
