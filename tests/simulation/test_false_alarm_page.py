"""The table of false alarms in the documentation."""

import re
from pathlib import Path

from tests.simulation import worlds

PAGE = Path(__file__).parents[2] / "docs" / "simulation-false-alarms.md"
ROW = re.compile(r"^\| (.+?) \| ([\d.]+) % \| [\d.]+ \| \d+ \|$", re.MULTILINE)


def test_every_organisation_has_its_row_and_none_is_above_the_limit() -> None:
    """In the order of the code, at most 6.5 %."""
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert [name for name, _ in rows] == list(worlds.NOTHING)
    assert max(float(share) for _, share in rows) <= 6.5
