"""Where the marks, bands and gaps of a trend stand."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.charts.trend import BASE, DENSE, LABELS, TOP, Event, Given, TrendChart, trend_chart


def shown(value: float, series: str = "a", *, plain: bool = True) -> Given:
    """Return a wave with a number and a band of half a point to each side."""
    low, high = max(1, value - 0.5), min(5, value + 0.5)
    return Given("Mar 3", "Mar 3, 2026", series, f"{value:.1f}", value, low, high, plain=plain)


def gap(series: str = "a") -> Given:
    """Return a wave without a number."""
    return Given("Mar 3", "Mar 3, 2026", series, "too few answers", None, 0, 0, plain=False)


def points(path: str) -> list[tuple[float, float]]:
    """Return the corners of a path."""
    found = re.findall(r"([\d.]+) ([\d.]+)", path)
    return [(float(x), float(y)) for x, y in found]


def test_the_axis_runs_over_the_whole_scale() -> None:
    """The lowest answer stands at the bottom and the highest at the top, whatever was answered."""
    chart = trend_chart([shown(1), shown(3), shown(5)], 5)
    assert [mark.y for mark in chart.marks] == [BASE, (BASE + TOP) / 2, TOP]


def test_waves_stand_at_equal_distance() -> None:
    """The first and the last half a step from the edge."""
    chart = trend_chart([shown(3)] * 4, 5)
    assert [mark.x for mark in chart.marks] == [12.5, 37.5, 62.5, 87.5]


def test_a_mark_says_when_and_what() -> None:
    """For whoever points at it."""
    assert trend_chart([shown(3.1)], 5).marks[0].words == "Mar 3, 2026: 3.1"


def test_a_gap_says_why() -> None:
    """It stands in its place without a mark."""
    chart = trend_chart([shown(3), gap()], 5)
    assert [(each.x, each.words) for each in chart.gaps] == [(75, "Mar 3, 2026: too few answers")]
    assert len(chart.marks) == 1


def test_lines_join_neighbours_only() -> None:
    """Across a gap nothing is known, so nothing is drawn."""
    chart = trend_chart([shown(3), shown(4), gap(), shown(3), shown(4), shown(5)], 5)
    assert [len(points(line)) for line in chart.lines] == [2, 3]
    assert [len(points(band)) for band in chart.bands] == [4, 6]


def test_a_number_by_itself_has_no_line() -> None:
    """Its own whisker shows the band."""
    chart = trend_chart([gap(), shown(3), gap()], 5)
    assert [*chart.lines, *chart.bands] == []
    assert chart.marks[0].y_high < chart.marks[0].y < chart.marks[0].y_low


def test_a_reorganisation_breaks_the_line() -> None:
    """Other people are another line, with a mark between them."""
    chart = trend_chart([shown(3), shown(3), shown(4, "b"), shown(4, "b")], 5)
    assert list(chart.breaks) == [50]
    assert [len(points(line)) for line in chart.lines] == [2, 2]


def lined(value: float, series: str = "a") -> Given:
    """Return a wave through which a line goes, with a narrow band."""
    return replace(shown(value, series), line=(value, value - 0.1, value + 0.1))


def test_a_line_through_several_waves_goes_on_past_a_gap() -> None:
    """It has no corner there, and the numbers are faint beside it."""
    chart = trend_chart([lined(3), gap(), lined(4), lined(4, "b"), lined(4, "b")], 5)
    assert chart.faint
    assert [len(points(line)) for line in chart.lines] == [2, 2]
    assert [len(points(band)) for band in chart.bands] == [4, 4]
    assert not trend_chart([shown(3), shown(4)], 5).faint


def test_the_band_of_a_line_is_its_own() -> None:
    """Not that of single waves, which is wider."""
    (band,) = trend_chart([lined(3), lined(3)], 5).bands
    (wide,) = trend_chart([shown(3), shown(3)], 5).bands
    heights = [max(y for _, y in points(each)) - min(y for _, y in points(each)) for each in (band, wide)]
    assert heights[0] == pytest.approx(heights[1] / 5, abs=0.3)


def test_an_event_stands_between_its_waves() -> None:
    """At its share of the way."""
    (flag,) = trend_chart([shown(3)] * 4, 5, [Event(2, 0.5, "A", "Mar 3, 2026: Training")]).flags
    assert (flag.x, flag.sign, flag.words) == (50, "A", "Mar 3, 2026: Training")


def test_signs_of_events_near_each_other_stand_together() -> None:
    """Each keeps its line; over each other the letters could not be read."""
    events = [
        Event(2, 0.5, "A", "one"),
        Event(2, 0.5, "B", "two"),
        Event(2, 0.6, "C", "three"),
        Event(3, 0.5, "D", "four"),
    ]
    flags = trend_chart([shown(3)] * 4, 5, events).flags
    assert [flag.x for flag in flags] == [50, 50, 52.5, 75]
    assert [flag.sign for flag in flags] == ["A B C", "", "", "D"]
    assert flags[0].words == "one; two; three"


def test_a_coded_number_is_known_as_such() -> None:
    """It is drawn as a ring."""
    chart = trend_chart([shown(3), shown(4.6, plain=False)], 5)
    assert [mark.plain for mark in chart.marks] == [True, False]


@pytest.mark.parametrize("waves", [1, 5, 6, 7, 26, 260])
def test_labels_are_few_and_the_latest_has_one(waves: int) -> None:
    """Every second one can be left out where there is little room, but not the last."""
    ticks = trend_chart([shown(3)] * waves, 5).x_ticks
    assert 1 <= len(ticks) <= LABELS
    assert ticks[-1].at == trend_chart([shown(3)] * waves, 5).marks[-1].x
    assert not ticks[-1].spare
    assert all(one.spare != other.spare for one, other in pairwise(ticks))


@pytest.mark.parametrize(("highest", "labels"), [(4, "1234"), (5, "12345"), (7, "1234567"), (10, "13579")])
def test_scales_of_other_lengths_have_their_values(highest: int, labels: str) -> None:
    """At most every whole number."""
    assert "".join(tick.label for tick in trend_chart([shown(3)], highest).y_ticks) == labels


def test_many_waves_are_drawn_small() -> None:
    """Ten years of waves stand close."""
    assert not trend_chart([shown(3)] * DENSE, 5).dense
    assert trend_chart([shown(3)] * DENSE + [gap()], 5).dense


def test_nothing_is_drawn_of_nothing() -> None:
    """The axis alone."""
    chart = trend_chart([], 5)
    assert (chart.marks, chart.gaps, chart.lines, chart.x_ticks) == ((), (), (), ())


@given(st.lists(st.one_of(st.floats(1, 5), st.none()), max_size=40), st.lists(st.booleans(), max_size=40))
def test_everything_stands_inside(values: list[float | None], changes: list[bool]) -> None:
    """Whatever is shown, and each wave exactly once."""
    series = 0
    waves = []
    for place, value in enumerate(values):
        series += place < len(changes) and changes[place]
        waves.append(gap(str(series)) if value is None else shown(value, str(series)))
    chart: TrendChart = trend_chart(waves, 5)
    assert len(chart.marks) + len(chart.gaps) == len(values)
    assert all(0 < mark.x < 100 and TOP <= mark.y_high <= mark.y <= mark.y_low <= BASE for mark in chart.marks)
    assert all(0 < each < 100 for each in chart.breaks)
    drawn = [x for line in chart.lines for x, _ in points(line)]
    assert drawn == sorted(drawn)
