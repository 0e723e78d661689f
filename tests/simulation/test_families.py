"""Families of questions: how often they claim something about nothing, and find what is there."""

from dataclasses import replace

import numpy as np
import pytest

from tests.simulation import families
from tests.simulation.families import CALM, NOTHING, SOMETHING, Floats, Setting

LONG = 1_000


def counted(setting: Setting, runs: int, seed: int = 7) -> Floats:
    """Count, of each organisation, what passes here, what passes Benjamini-Hochberg, and the share of small p."""
    return np.array(
        [families.passed(families.related(np.random.default_rng([seed, run]), setting)) for run in range(runs)]
    )


def test_what_is_planted_is_found_at_least_as_often() -> None:
    """Organisations of 24 teams in which safer teams tell much more: as many of them say something as otherwise."""
    here, otherwise, _ = (counted(replace(CALM, teams=24, waves=5, telling_slope=2.0), 5) > 0).mean(axis=0)
    assert here >= otherwise >= 0.6


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTHING)
def test_families_claim_something_about_nothing_in_one_of_twenty(name: str) -> None:
    """Of a thousand organisations at most 6.5 %, and not so few that power is thrown away."""
    share = (counted(NOTHING[name], LONG)[:, 0] > 0).mean()
    assert 0.03 <= share <= 0.065


@pytest.mark.slow
@pytest.mark.parametrize("name", SOMETHING)
def test_families_find_at_least_as_often_as_by_rate(name: str) -> None:
    """Claiming anything where something is true, beside Benjamini-Hochberg."""
    here, otherwise, _ = (counted(SOMETHING[name], LONG // 3) > 0).mean(axis=0)
    assert here >= otherwise - 0.02
