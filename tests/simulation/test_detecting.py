"""A change of the size that a plan is said to find is found in 8 of 10 cases, give or take a tenth of the size."""

import math
import re
from pathlib import Path

import pytest

from tests.simulation import detecting

PAGE = Path(__file__).parents[2] / "docs" / "simulation-estimates.md"
ROW = re.compile(
    r"^\| (.+?) \| (?:no test|\d+ \+ \d+) \| [-\d.]+ \| [-\d]+(?: %)? \| (.+?) \| (.+?) \| [-\d]+ \|$", re.MULTILINE
)


@pytest.mark.parametrize(("name", "runs"), [("4 of 8", 150), ("3 of 12", 100), ("8 of 40", 60), ("lowest 8 of 40", 60)])
def test_the_announced_change_is_mostly_found(name: str, runs: int) -> None:
    """A short run: a tenth more is found in 8 of 10 at least, a tenth less in 8 of 10 at most, but for chance."""
    _, (less, _, more) = detecting.shares(detecting.PLANS[name], runs, 1)
    chance = 2.33 * math.sqrt(0.8 * 0.2 / runs)
    assert less <= 0.8 + chance
    assert more >= 0.8 - chance


@pytest.mark.slow
@pytest.mark.parametrize("name", list(detecting.PLANS))
def test_every_plan_finds_what_it_is_said_to_find(name: str) -> None:
    """In up to 400 organisations; designs without a test announce nothing."""
    size, (less, _, more) = detecting.shares(detecting.PLANS[name], 400, 3)
    if name in ("1 of 12", "2 of 12"):
        assert math.isnan(size)
        return
    chance = 2.33 * math.sqrt(0.8 * 0.2 / 400)
    assert less <= 0.8 + chance
    assert more >= 0.8 - chance


def test_the_table_has_every_plan_within_a_tenth() -> None:
    """In the order of the code; a tenth less is found in under 8 of 10, a tenth more in over."""
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert [name for name, _, _ in rows] == list(detecting.PLANS)
    told = [[int(share.removesuffix(" %")) for share in shares] for _, *shares in rows if shares[0] != "-"]
    assert all(less <= 80 <= more for less, more in told)
