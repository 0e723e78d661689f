"""Higher units: what was released below them, put together."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.privacy.outcome import Figure, Shown, Withheld
from surveyapp.privacy.policy import roll_up
from surveyapp.services.results import overviews
from surveyapp.services.results.overviews import UnitSummary, organisation_tree, together_trend
from surveyapp.services.results.reading import Band, Line, unit_trend
from surveyapp.services.roster.counting import tree_of
from tests.fixtures.past import Past

SPEAKING_UP = "scale:speaking-up"
TEAMS = ("Gates", "Cranes", "Pilots")


def lines(past: Past, *names: str) -> list[UnitSummary]:
    """Return the tree as somebody sees it who may see these units, or everything."""
    tree = tree_of(past.session, past.owner)
    visible = {past.unit(name) for name in names} or set(tree.units)
    return organisation_tree(past.session, past.owner, past.pulse_id, tree, visible)


def shown(figure: Figure) -> Shown:
    """Give a figure that these data always show."""
    assert isinstance(figure, Shown)
    return figure


def test_a_higher_unit_is_the_weighted_mean_of_the_numbers_below(past: Past) -> None:
    """Of the second wave: gates 9 counted, cranes 5, pilots and others 8."""
    tree = tree_of(past.session, past.owner)
    wave = together_trend(past.session, past.owner, past.pulse_id, tree, past.unit("Operations")).waves[1]
    teams = [unit_trend(past.session, past.owner, past.pulse_id, past.unit(name)) for name in TEAMS]
    together = shown(roll_up([trend.waves[1].figure(SPEAKING_UP) for trend in teams]))
    assert shown(wave.figure(SPEAKING_UP)).value == pytest.approx(together.value)
    assert shown(wave.figure(SPEAKING_UP)).n == 9 + 5 + 8
    assert shown(wave.participation).text == "25 of 31"


def test_who_has_no_number_is_in_no_number(past: Past) -> None:
    """In the first wave the pilots' group has none, so its people count nowhere above either."""
    tree = tree_of(past.session, past.owner)
    wave = together_trend(past.session, past.owner, past.pulse_id, tree, past.unit("Harbour")).waves[0]
    assert shown(wave.participation).text == "18 of 21"
    assert shown(wave.figure(SPEAKING_UP)).n == 9 + 7


def test_numbers_put_together_have_a_narrower_band(past: Past) -> None:
    """More people are less a matter of chance."""
    tree = tree_of(past.session, past.owner)
    whole = together_trend(past.session, past.owner, past.pulse_id, tree, past.unit("Harbour")).waves[0]
    part = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Gates")).waves[0]
    assert width(whole.bands[SPEAKING_UP]) < width(part.bands[SPEAKING_UP])


def width(band: Band) -> float:
    """Return how wide a band is."""
    return band.high - band.low


def test_a_window_of_what_is_put_together(past: Past) -> None:
    """Older waves are left out and told of."""
    tree = tree_of(past.session, past.owner)
    trend = together_trend(past.session, past.owner, past.pulse_id, tree, past.unit("Harbour"), window=1)
    assert ([wave.number for wave in trend.waves], trend.older, trend.together) == ([3], True, True)


def ends(band: Band | None) -> tuple[float, float]:
    """Return the ends of a band that is there."""
    assert band is not None
    return band.low, band.high


def line(value: float, below: float, above: float, *, n: int = 8, text: str = "3.5") -> Line:
    """Return a released number with its band."""
    figure = Shown(text, value, value, value, n)
    return Line(1, SPEAKING_UP, figure, Band(value - below, value + above), 10)


def test_the_band_of_one_group_stays_as_it_is() -> None:
    """With nothing to put it together with, a number keeps its band."""
    assert ends(overviews._band_together([line(3.5, 0.4, 0.3)])) == pytest.approx((3.1, 3.8))


def test_chance_adds_up_in_squares() -> None:
    """Two equal groups: the band shrinks by the square root of two."""
    band = overviews._band_together([line(3.5, 0.4, 0.4), line(3.5, 0.4, 0.4)])
    assert ends(band) == pytest.approx((3.5 - 0.4 / 2**0.5, 3.5 + 0.4 / 2**0.5))


def test_what_coding_hides_does_not_average_out() -> None:
    """Two groups that are both coded at an end may both lie as far out as they can."""
    coded = line(4.6, 0.4, 0.4, text="\N{GREATER-THAN OR EQUAL TO} 4.2")
    assert ends(overviews._band_together([coded, coded])) == pytest.approx((4.2, 5.0))


def test_without_numbers_there_is_no_band() -> None:
    """A withheld figure has nothing around it."""
    assert overviews._band_together([Line(1, SPEAKING_UP, Withheld("few"), None, 4)]) is None


@given(
    st.lists(st.tuples(st.floats(1, 5), st.floats(0, 1), st.floats(0, 1), st.integers(5, 40)), min_size=1, max_size=8)
)
def test_a_band_holds_the_mean_and_is_no_wider_than_the_widest(parts: list[tuple[float, float, float, int]]) -> None:
    """Whatever the groups are."""
    known = [line(value, below, above, n=n) for value, below, above, n in parts]
    band = overviews._band_together(known)
    mean = shown(roll_up([each.figure for each in known])).value
    assert band is not None
    assert band.low <= mean + 1e-9
    assert mean - 1e-9 <= band.high
    assert width(band) <= max(below + above for _, below, above, _ in parts) * 2**0.5 + 1e-9


def test_the_tree_stands_in_its_order(past: Past) -> None:
    """Parents first, siblings by name; people who are counted in a higher unit itself have a line below it."""
    found = [(each.name, each.depth, each.together, each.directly) for each in lines(past)]
    assert found == [
        ("Harbour", 0, True, False),
        ("Operations", 1, True, False),
        ("Operations", 2, False, True),
        ("Cranes", 2, False, False),
        ("Gates", 2, False, False),
        ("Pilots", 2, False, False),
        ("Tugs", 2, False, False),
    ]


def test_units_that_share_a_number_show_it_once(past: Past) -> None:
    """Three lines with one number would look like three numbers."""
    same = {(each.name, each.directly): each.same_as for each in lines(past)}
    assert (same["Operations", True], same["Pilots", False], same["Tugs", False]) == ("", "Operations", "Operations")
    assert same["Gates", False] == ""


def test_only_what_is_visible_is_listed(past: Past) -> None:
    """A manager's tree holds nothing of others, and starts at the left."""
    found = lines(past, "Cranes", "Pilots")
    assert [(each.name, each.depth, each.same_as) for each in found] == [("Cranes", 0, ""), ("Pilots", 0, "")]


def test_the_tree_shows_the_latest_wave(past: Past) -> None:
    """The cranes are low there."""
    (cranes,) = lines(past, "Cranes")
    assert shown(cranes.figure(SPEAKING_UP)).text == "low"
    assert cranes.withheld == ""


def test_a_team_without_people_says_so(past: Past) -> None:
    """A blank cell could mean anything."""
    past.world.unit("Divers", "Operations")
    (divers,) = lines(past, "Divers")
    assert divers.withheld == "nobody was counted here in this wave"


def test_a_team_without_numbers_says_why(past: Past) -> None:
    """The reason of the scales is the one that helps."""
    pulse = past.world.session.merge(past.world.pulse("Harbour", name="Second"))
    past.world.release(past.world.open(pulse))
    tree = tree_of(past.session, past.owner)
    found = organisation_tree(past.session, past.owner, pulse.id, tree, [past.unit("Gates")])
    assert [each.withheld for each in found] == ["fewer than 5 answers could be counted"]


def test_a_retired_unit_without_numbers_is_left_out(past: Past) -> None:
    """It was taken out of use before the latest wave."""
    past.world.unit("Divers", "Operations").retired_on = date(2026, 3, 1)
    assert lines(past, "Divers") == []


def test_before_the_first_release_there_is_nothing(past: Past) -> None:
    """An empty list, not a list of blanks."""
    pulse = past.world.pulse("Harbour", name="Later")
    tree = tree_of(past.session, past.owner)
    assert organisation_tree(past.session, past.owner, pulse.id, tree, set(tree.units)) == []
    assert together_trend(past.session, past.owner, pulse.id, tree, past.unit("Harbour")).waves == ()


def test_the_lowest_levels_are_left_out_of_a_page_that_is_too_long(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """They stand on the pages of the units above them."""
    monkeypatch.setattr(overviews, "ROWS_SHOWN", 4)
    assert {each.name for each in lines(past)} == {"Harbour", "Operations"}
