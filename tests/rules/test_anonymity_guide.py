"""What docs/anonymity.md states is held by tests: every rule and every compromise names some."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "anonymity.md").read_text(encoding="utf-8")
RULES = [f"R{number}" for number in range(1, 17)]
# The rows that say themselves why no test can hold them.
UNTESTABLE = {"the phone, before: spying software, a managed browser, somebody looking over the shoulder"}


@cache
def names_of(path: Path) -> set[str]:
    """Name the tests of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def section(title: str) -> str:
    """Return the text under a heading."""
    return re.split(r"^## ", GUIDE.partition(f"## {title}\n")[2], flags=re.MULTILINE)[0]


def rows(title: str) -> list[list[str]]:
    """Return the cells of the table under a heading, without its head."""
    lines = [line for line in section(title).partition("\n### ")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


COMPROMISES = rows("What each compromise yields")


@pytest.mark.parametrize("compromise", COMPROMISES, ids=lambda row: re.sub(r"\W+", " ", row[0]).strip()[:40])
def test_every_compromise_is_held_by_a_test(compromise: list[str]) -> None:
    """Each row says who, what and after, and names a test, or why there can be none."""
    what, *told, held = compromise
    assert len(told) == 3
    assert told[0]
    assert told[1]
    plain = what.replace("*", "")
    assert re.search(r"tests/[\w/]+\.py::test_\w+", held) or plain in UNTESTABLE, plain


def test_the_compromises_that_matter_are_there() -> None:
    """None of those that somebody would ask about is missing."""
    listed = " ".join(row[0] for row in COMPROMISES).lower()
    wanted = ("dump", "access log", "backup", "main database", "the vault", "secret_key", "administrator", "scripts",
              "phone", "manager", "process of the pages", "mail", "network", "handed over", "side by side", "reply",
              "intervention", "attribute", "withdrawn", "imported", "delegation", "token",
              "counts of the log")  # fmt: skip
    assert [each for each in wanted if each not in listed] == []
    assert "the only one that is built" in section("What each compromise yields")


def test_every_test_that_is_named_exists() -> None:
    """A row that is held by a test which somebody renamed is held by nothing."""
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", GUIDE))
    assert sorted(f"{path}::{name}" for path, name in named if name not in names_of(ROOT / path)) == []


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_publication_has_a_test_of_its_name(rule: str) -> None:
    """A rule without a test is no rule; the guide explains each."""
    named = {name for path in (ROOT / "tests").rglob("test_*.py") for name in names_of(path)}
    assert [name for name in named if name.startswith(f"test_{rule.lower()}_")], f"no test is named after {rule}"
    assert [row for row in rows("What is published") if row[0] == rule], f"docs/anonymity.md does not explain {rule}"


def test_a_rule_without_a_test_would_be_noticed() -> None:
    """Planted: a rule that nobody tests, and one whose number begins like another's."""
    named = names_of(ROOT / "tests" / "attacks" / "test_release_rules.py")
    assert not [name for name in named if name.startswith("test_r17_")]
    assert any(name.startswith("test_r1_") for name in named)
