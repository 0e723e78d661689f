"""A dip after more autonomy: expected for two cycles, over after four, and drawn over many delegations."""

from dataclasses import replace

import pytest

from surveyapp.learning.delegation import Delegation, Intervention
from surveyapp.learning.dips import after_the_last_rise, around_rises, coupling, rises, share_of_bar
from surveyapp.learning.outcomes import Count
from tests.learning.sample import ALICE, BAR, NOON, Work


def course(text: str) -> Delegation:
    """Return a delegation from words such as ``3+ 3- 4+``: the level of each delivery, and whether it was good."""
    work = Work().accept()
    for each in text.split():
        work.run(value=1 if each[1] == "+" else 9, level=int(each[0]))
    return work.delegation


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("3+ 3-", "no_rise"),
        ("3+ 4-", "expected"),
        ("3+ 4- 4-", "expected"),
        ("3+ 4- 4- 4-", "expected"),
        ("3+ 4- 4- 4- 4+", "lasting"),
        ("3+ 4- 4+ 4+", "recovered"),
        ("3+ 4- 4- 4+ 4+", "recovered"),
        ("3+ 4+ 4+", "recovered"),
        ("3+ 4- 4- 4- 4- 5+", "expected"),
    ],
)
def test_a_dip_raises_no_alarm_until_it_should_be_over(text: str, state: str) -> None:
    """For two cycles it is expected, after four without two good ones in a row it lasts."""
    assert after_the_last_rise(course(text)) == state


@pytest.mark.parametrize(
    ("text", "quadrant"),
    [
        ("3- 3+ 4+ 4+", "both"),
        ("3+ 3+ 4+ 4+", "both"),
        ("3+ 3+ 4- 4-", "too_much"),
        ("3- 3- 3+ 3+", "held_back"),
        ("3+ 3- 3- 3-", "neither"),
        ("3- 3- 4- 4-", "too_much"),
        ("3+ 3+ 3+ 3+ 4+ 4+ 4+ 4-", "both"),
    ],
)
def test_autonomy_and_quality_are_looked_at_together(text: str, quadrant: str) -> None:
    """One without the other is named, and four deliveries are needed."""
    found = coupling(course(text))
    assert found is not None
    half = len(text.split()) // 2
    assert (found.quadrant, found.n) == (quadrant, half)
    assert (found.before, found.after) == (text[: 3 * half].count("+"), text[3 * half :].count("+"))
    assert coupling(course("3+ 4+ 4+")) is None


def test_deliveries_are_counted_from_the_rise() -> None:
    """0 is the first with more autonomy; several delegations and several rises add up."""
    found = around_rises([course("3+ 3+ 4- 4+"), course("3- 4+")])
    assert found[0] == Count(1, 2)
    assert found[-1] == Count(1, 2)
    assert (found[1], found[2]) == (Count(1, 1), Count(0, 0))
    assert rises(course("3+ 4+ 4+ 5+ 3+ 4+").cycles) == [1, 3, 5]


def test_an_error_is_told_as_a_share_of_what_the_bar_accepts() -> None:
    """At 100 % it is just within, whether the range begins at 0 or lies around a middle."""
    cycle = course("3+").cycles[0]
    assert share_of_bar(cycle) == 0.5
    around = replace(BAR, low=90, high=110)
    assert share_of_bar(cycle.changed(bar=around, value=110)) == 1
    assert share_of_bar(cycle.changed(bar=replace(BAR, low=2, high=2))) is None
    assert share_of_bar(cycle.changed(value=None)) is None


def test_taking_over_is_no_cycle_of_its_own() -> None:
    """What is counted are deliveries, whatever happened on their way."""
    whole = course("3+ 4+")
    hand = Intervention("took_over", NOON, ALICE, requested=False, asked_first=False, after_trigger=False)
    cycles = (whole.cycles[0], whole.cycles[1].changed(interventions=(hand,)))
    assert around_rises([whole.changed(cycles=cycles)])[0] == Count(1, 1)
