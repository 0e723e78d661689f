"""Sentences claim no more than their interval."""

import re

import numpy as np
import pytest

from surveyapp.stats import words
from surveyapp.stats.alerts import Alerts
from surveyapp.stats.slopes import SlopeAmongTeams
from surveyapp.stats.trend import Change


def change(estimate: float, low: float, high: float) -> Change:
    """Make a change with this interval."""
    return Change(12, estimate, low, high, 0.1, 0.95, "")


def slope(low: float, high: float) -> SlopeAmongTeams:
    """Make a slope with this interval."""
    return SlopeAmongTeams(20, (low + high) / 2, low, high, 0.0, 0.04, 0.95, "")


@pytest.fixture
def alerts() -> Alerts:
    """One team that fell, one that did not, and one with gaps."""
    estimate = np.array([-0.62, 0.04, np.nan])
    usual = np.array([0.4, 0.4, 0.4])
    fallen = np.array([True, False, False])
    return Alerts(2, estimate, estimate - 0.4, estimate + 0.4, fallen, usual, usual, 500, 0.95, "")


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (change(-0.2, -0.5, 0.1), words.LESS_THAN_CHANCE),
        (change(-0.6, -1.2, 0.1), words.LESS_THAN_CHANCE),
        (change(-0.4, -0.7, -0.1), words.LESS_THAN_CHANCE),
        (change(-0.6, -0.9, -0.3), words.MORE_THAN_CHANCE),
        (change(0.6, 0.3, 0.9), words.MORE_THAN_CHANCE),
    ],
)
def test_chance_is_named_unless_size_and_interval_both_exceed_it(found: Change, message: str) -> None:
    """A movement is called more than chance only beyond the usual and away from zero."""
    assert words.of_change(found, usual=0.5).message == message


def test_a_change_is_told_with_its_interval() -> None:
    """The sentence carries sign and range, rounded to tenths, and no minus before zero."""
    assert str(words.of_change(change(-0.24, -0.51, 0.04), usual=0.5)) == (
        "-0.2 points (between -0.5 and +0.0). Most teams here move that much by chance."
    )


def test_a_tiny_fall_is_no_minus_zero() -> None:
    """Minus .04 is told as nothing."""
    assert str(words.of_change(change(-0.04, -0.3, 0.2), usual=0.5)).startswith("+0.0 points")


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (slope(-0.1, 0.1), words.LIKE_THE_OTHERS),
        (slope(0.0, 0.1), words.LIKE_THE_OTHERS),
        (slope(0.02, 0.1), words.RISES_BEYOND),
        (slope(-0.1, -0.02), words.FALLS_BEYOND),
    ],
)
def test_a_slope_is_told_only_when_its_interval_keeps_off_zero(found: SlopeAmongTeams, message: str) -> None:
    """Otherwise the team goes like the others."""
    assert words.of_slope(found).message == message


def test_alerts_are_told_team_by_team(alerts: Alerts) -> None:
    """A fall, a usual movement and a team with gaps have different sentences."""
    assert "-0.6 points" in str(words.of_alert(alerts, 0))
    assert str(words.of_alert(alerts, 1)) == (
        "Nothing unusual: it moved by +0.0 points, and teams of its size move up to 0.4 by chance."
    )
    assert words.of_alert(alerts, 2).message == words.NOT_JUDGED


def test_every_sentence_is_in_the_list_for_translators() -> None:
    """No sentence can be said that the catalogues do not know."""
    said = {value for name, value in vars(words).items() if name.isupper() and isinstance(value, str)}
    assert said == set(words.MESSAGES)


def test_no_sentence_speaks_of_significance_or_causes() -> None:
    """Words that managers misread are not used."""
    assert not [message for message in words.MESSAGES if re.search(r"signific|because|caus|prove", message)]


def test_impossible_input_is_named(alerts: Alerts) -> None:
    """A negative usual movement and an unknown row are named."""
    with pytest.raises(ValueError, match="usual must be finite and at least 0, got -1"):
        words.of_change(change(0, -1, 1), usual=-1)
    with pytest.raises(ValueError, match="whole number from 0 to 2, got 3"):
        words.of_alert(alerts, 3)
