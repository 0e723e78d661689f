"""One team among the others, as dots."""

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.charts.placebos import placebo_chart


def test_every_team_has_its_dot() -> None:
    """Those that moved alike stand on each other, and the team in question above all."""
    chart = placebo_chart(1.4, [0.0, 0.0, 0.0, -1.0])
    middle = [dot for dot in chart.others if dot.x == chart.neutral]
    assert (len(chart.others), len(middle), len({dot.y for dot in middle})) == (4, 3, 3)
    assert chart.own.y < min(dot.y for dot in chart.others) < chart.base < chart.height


def test_the_order_of_teams_does_not_show() -> None:
    """Dots name nobody."""
    assert placebo_chart(0.5, [1.0, -1.0, 0.3]) == placebo_chart(0.5, [-1.0, 0.3, 1.0])


@given(st.floats(-20, 20), st.lists(st.floats(-20, 20), max_size=300))
def test_everything_stands_inside(own: float, others: list[float]) -> None:
    """However far and however many teams moved."""
    chart = placebo_chart(own, others)
    assert all(3 <= dot.x <= 97 and 0 < dot.y < chart.base for dot in (chart.own, *chart.others))
    assert chart.height < 300
