"""Several teams over the waves, read from releases."""

import pytest

from surveyapp.privacy.outcome import Shown, Withheld
from surveyapp.services.results.reading import WINDOW, unit_trend
from surveyapp.services.results.side_by_side import BY_NAME, Line, SideBySide, lines_of, side_by_side
from surveyapp.services.roster.counting import tree_of
from tests.fixtures.past import Past


def lines(past: Past, *visible: str, order: str = "tree") -> list[Line]:
    """Return the lines of some units, or of all."""
    tree = tree_of(past.session, past.owner)
    seen = {past.unit(name) for name in visible} or tree.units.keys()
    return lines_of(past.session, past.owner, past.pulse_id, tree, seen, order)


def read(past: Past, *visible: str) -> SideBySide:
    """Return what was released about some units."""
    scale = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Gates")).scales[0]
    return side_by_side(past.session, past.owner, past.pulse_id, f"scale:{scale.key}", lines(past, *visible), WINDOW)


def test_units_that_are_always_counted_together_are_one_line(past: Past) -> None:
    """Three units with one number are not three teams that agree."""
    assert [line.names for line in lines(past)] == [("Operations", "Pilots", "Tugs"), ("Cranes",), ("Gates",)]


def test_the_order_is_that_of_the_tree_or_of_the_names(past: Past) -> None:
    """There is no order by number to choose."""
    assert [line.names[0] for line in lines(past, order=BY_NAME)] == ["Cranes", "Gates", "Operations"]


def test_only_visible_units_have_a_line(past: Past) -> None:
    """A unit that somebody may not see is not named, even where it is counted together with one's own."""
    assert [line.names for line in lines(past, "Pilots")] == [("Pilots",)]


@pytest.mark.parametrize("unit", ["Gates", "Cranes", "Pilots"])
def test_figures_and_bands_are_those_of_the_page_of_the_team(past: Past, unit: str) -> None:
    """One source: the same text and the same range in every channel, wave by wave."""
    trend = unit_trend(past.session, past.owner, past.pulse_id, past.unit(unit))
    name = f"scale:{trend.scales[0].key}"
    found = read(past, unit)
    assert [(wave.figure, wave.band_text) for wave in found.waves[0]] == [
        (wave.figure(name), wave.band_text(name)) for wave in trend.waves
    ]
    assert [head.number for head in found.heads] == [wave.number for wave in trend.waves]
    assert found.points == 5


def test_what_is_hidden_has_its_reason(past: Past) -> None:
    """Too few pilots answered in the first wave; the later ones have a number."""
    first, *later = read(past, "Pilots").waves[0]
    assert isinstance(first.figure, Withheld)
    assert "fewer than" in first.figure.reason
    assert all(isinstance(wave.figure, Shown) for wave in later)


def test_a_unit_that_was_never_counted_has_no_line(past: Past) -> None:
    """The root has nobody of its own."""
    assert lines(past, "Harbour") == []
