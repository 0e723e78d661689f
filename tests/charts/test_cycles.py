"""Deliveries as geometry."""

from surveyapp.charts.cycles import BASE, TOP, Given, cycle_chart

TICKS = ((0.0, "0 %"), (1.0, "100 %"), (2.0, "200 %"))


def given(value: float | None, **changes: object) -> Given:
    """Return what a chart is told of one delivery."""
    return Given(label="1", words="Cycle 1", value=value, **changes)  # type: ignore[arg-type]


def test_marks_stand_where_their_values_are() -> None:
    """From the lowest label at the base to the highest at the top; what lies beyond is drawn at the end."""
    chart = cycle_chart([given(each) for each in (0.0, 1.0, 2.0, 7.0)], TICKS, limit=1.0)
    assert [mark.y for mark in chart.marks] == [BASE, (BASE + TOP) / 2, TOP, TOP]
    assert [mark.x for mark in chart.marks] == [12.5, 37.5, 62.5, 87.5]
    assert chart.limit == (BASE + TOP) / 2
    assert chart.line.startswith("M12.5 184.0L37.5 ")


def test_a_delivery_without_a_value_leaves_its_place_empty() -> None:
    """And one mark alone is no line."""
    chart = cycle_chart([given(None), given(1.0)], TICKS)
    assert [mark.x for mark in chart.marks] == [75.0]
    assert (chart.line, chart.limit) == ("", None)
    assert cycle_chart([], TICKS).marks == ()


def test_the_expected_dip_is_one_stretch_for_each_rise() -> None:
    """Neighbouring cycles join; those of another rise stand apart."""
    chart = cycle_chart([given(1.0, expected=each == "e") for each in "-ee--e--"], TICKS)
    assert chart.dips == ((12.5, 25.0), (62.5, 12.5))


def test_what_else_happened_has_its_sign() -> None:
    """With its words; rings and intervals are kept."""
    chart = cycle_chart([given(0.5, low=0.2, high=0.9, hollow=True, sign="Took over"), given(0.5)], TICKS)
    assert [(sign.x, sign.words) for sign in chart.signs] == [(25.0, "Took over")]
    mark = chart.marks[0]
    assert mark.hollow
    assert mark.y_low is not None
    assert mark.y_high is not None
    assert mark.y_low > mark.y > mark.y_high


def test_many_cycles_have_every_other_label() -> None:
    """So that they fit on a phone."""
    chart = cycle_chart([given(1.0) for _ in range(30)], TICKS)
    assert len(chart.x_ticks) == 10
