"""What the documents point at is there: pages, pictures, headings, files and tests."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)")
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """Return the names of a document's headings, as links use them."""
    headings = HEADING.findall(document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(document: Path) -> list[str]:
    """Name the links of a document that lead nowhere."""
    found = []
    for path, anchor in LINK.findall(document.read_text(encoding="utf-8")):
        target = document.parent / path if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(f"{path}#{anchor}")
    return found


def missing(document: Path) -> list[str]:
    """Name the tests that a document rests on and that are not there."""
    return [
        f"{path}::{name}"
        for path, name in TEST.findall(document.read_text(encoding="utf-8"))
        if not (ROOT / path).exists() or f"def {name}" not in (ROOT / path).read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    """A page that was moved or renamed is noticed here."""
    assert broken(document) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_is_named_exists(document: Path) -> None:
    """A statement whose test is gone is a statement without ground."""
    assert missing(document) == []


def test_what_is_missing_is_noticed(tmp_path: Path) -> None:
    """Planted: a page, a heading and a test that nobody has written."""
    planted = tmp_path / "planted.md"
    planted.write_text(
        "# One\n[a](gone.md) [b](#two) [c](#one) `tests/rules/test_links.py::test_gone`", encoding="utf-8"
    )
    assert broken(planted) == ["gone.md#", "#two"]
    assert missing(planted) == ["tests/rules/test_links.py::test_gone"]
