"""Coaching without effect is hardly ever called a change, from the answers to the sentence on the page."""

import math
import re
from pathlib import Path

import pytest

from surveyapp.services.insight.verdicts import Verdict
from tests.simulation.programmes import PROGRAMMES, claims, verdicts

PAGE = Path(__file__).parents[2] / "docs" / "simulation-before-after.md"
ROW = re.compile(r"^\| (.+?) \| ([\d.]+) % \| [\d.]+ \| (\d+) \| (\d+) \| \d+ \| \d+ \| (\d+) \|$", re.MULTILINE)
SHORT, LONG = 12, 500
LIMIT = 0.065


def highest(runs: int) -> float:
    """Give the share that a true one of 6.5 % exceeds in one of a hundred cases."""
    return LIMIT + 2.33 * math.sqrt(LIMIT * (1 - LIMIT) / runs)


def test_a_short_run_claims_hardly_anything() -> None:
    """At a true rate of 6.5 % more than 4 of 12 have a chance under 1 in 1,000."""
    said = verdicts(PROGRAMMES["lowest 8 of 40, registered as chosen low"], SHORT, 0)
    assert said[Verdict.REFUSED] == said[Verdict.EARLY] == 0
    assert claims(said) <= 4


@pytest.mark.slow
@pytest.mark.parametrize("name", list(PROGRAMMES))
def test_coaching_without_effect_is_not_called_a_change(name: str) -> None:
    """Never above 6.5 %, beyond what chance does to 500 runs in one of a hundred cases."""
    rate = claims(verdicts(PROGRAMMES[name], LONG, list(PROGRAMMES).index(name))) / LONG
    assert rate <= highest(LONG)


def test_the_page_has_a_row_for_every_programme() -> None:
    """In the order of the code; at most 6.5 % of them were called a change."""
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert [name for name, *_ in rows] == list(PROGRAMMES)
    for _, share, rose, fell, runs in rows:
        assert share == f"{100 * (int(rose) + int(fell)) / int(runs):.1f}"
        assert float(share) <= 100 * LIMIT
