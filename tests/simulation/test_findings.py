"""When something happened, it is found as often as promised."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from surveyapp.stats.panel import Verdict, verdict
from tests.simulation import worlds

PARADOX = replace(worlds.BASE, error_slope=math.log(0.74), report_slope=0.65, surface_slope=-0.3)
TELLING = {Verdict.MORE_OPEN, Verdict.MORE_OPEN_FEWER_ERRORS}
FEWER = {Verdict.FEWER_ERRORS, Verdict.MORE_OPEN_FEWER_ERRORS}


def verdicts(runs: int, seed: int) -> Counter[Verdict]:
    """Count what is said of organisations in which safer teams err less and tell more."""
    return Counter(verdict(worlds.incidents(np.random.default_rng([seed, run]), PARADOX)) for run in range(runs))


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
