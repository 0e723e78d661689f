"""When something happened, it is found as often as promised."""

import math

import pytest

from surveyapp.stats.panel import Verdict
from tests.simulation.paradox import FEWER, TELLING, verdicts


def test_the_planted_paradox_is_seen_through() -> None:
    """In 60 organisations: telling in most, fewer errors in most, never the opposite."""
    said = verdicts(60, 1)
    assert sum(said[one] for one in TELLING) >= 50
    assert sum(said[one] for one in FEWER) >= 38
    assert said[Verdict.LESS_OPEN] == 0


@pytest.mark.slow
def test_the_paradox_is_found_as_often_as_promised() -> None:
    """Telling in at least 90 %, the drop in errors in at least 75 %."""
    said = verdicts(500, 2)
    assert sum(said[one] for one in TELLING) >= 0.9 * 500
    assert sum(said[one] for one in FEWER) >= 0.75 * 500 - 2.33 * math.sqrt(500 * 0.75 * 0.25)
    assert said[Verdict.LOOK_AT_FINDING] + said[Verdict.LESS_OPEN] <= 5
