"""Where estimates and their intervals stand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.charts.intervals import Range, points_chart, ratio_chart


def test_no_difference_stands_in_the_middle() -> None:
    """A factor of one and a change of nought."""
    for chart in (ratio_chart([Range("a", 1, 0.5, 2)]), points_chart([Range("a", 0, -0.1, 0.1)])):
        assert chart.bars[0].x == chart.neutral == 50


def test_halving_is_as_far_as_doubling() -> None:
    """The axis of factors is logarithmic."""
    bar = ratio_chart([Range("a", 1, 0.5, 2)]).bars[0]
    assert bar.x_low + bar.x_high == pytest.approx(100)


def test_the_axis_reaches_as_far_as_the_intervals() -> None:
    """In steps that have a label."""
    labels = [tick.label for tick in ratio_chart([Range("a", 3, 1.2, 7)]).ticks]
    assert labels == [f"\N{MULTIPLICATION SIGN} {each}" for each in ("1/8", "1/4", "1/2", "1", "2", "4", "8")]


def test_an_interval_that_leaves_the_drawing_is_open() -> None:
    """Its end is marked, not cut off silently."""
    bar = ratio_chart([Range("a", 30, 0.0001, 400)]).bars[0]
    assert (bar.open_low, bar.open_high) == (True, True)
    assert (bar.x_low, bar.x_high) == (4, 96)


def test_an_end_that_is_not_known_is_open() -> None:
    """As with very few teams."""
    bar = points_chart([Range("a", 0.2, None, 0.4)]).bars[0]
    assert (bar.open_low, bar.open_high) == (True, False)


def test_changes_have_signs() -> None:
    """With a minus as print has it."""
    labels = [tick.label for tick in points_chart([Range("a", 0.2, -0.1, 0.4)]).ticks]
    assert labels == ["\N{MINUS SIGN}0.5", "\N{MINUS SIGN}0.25", "0", "+0.25", "+0.5"]


def test_spare_labels_can_be_left_out_but_not_the_middle() -> None:
    """On a phone every second one goes."""
    ticks = points_chart([Range("a", 0.2, -0.9, 0.9)]).ticks
    assert [tick.spare for tick in ticks] == [False, True, False, True, False, True, False, True, False]


def test_rows_stand_below_each_other() -> None:
    """Each with room for its name."""
    chart = ratio_chart([Range("a", 1, 0.5, 2), Range("b", 1, 0.5, 2)])
    assert [bar.label for bar in chart.bars] == ["a", "b"]
    assert chart.bars[0].y < chart.bars[1].y < chart.base < chart.height


@given(
    st.lists(
        st.tuples(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.floats(1e-6, 1e6)).map(sorted), min_size=1, max_size=4
    )
)
def test_everything_stands_inside(ranges: list[list[float]]) -> None:
    """Whatever the factors and changes are, in their order."""
    factors = [Range("a", middle, low, high) for low, middle, high in ranges]
    changes = [Range("a", math.log(middle), math.log(low), math.log(high)) for low, middle, high in ranges]
    for chart in (ratio_chart(factors), points_chart(changes)):
        assert all(4 <= bar.x_low <= bar.x <= bar.x_high <= 96 for bar in chart.bars)
        assert all(4 <= tick.at <= 96 for tick in chart.ticks)
        assert chart.neutral in {tick.at for tick in chart.ticks}
