"""Teams side by side, as a coach sees them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
from sqlalchemy import select

from surveyapp.services.results.side_by_side import short
from surveyapp.store.accounts import Account
from surveyapp.web.coach import heat_map
from tests.fixtures.accounts import add_account, ticket_of
from tests.fixtures.past import Past
from tests.fixtures.site import Clock
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World

PAGE = "/app/side-by-side"
ROW = re.compile(r'<th scope="row">\s*<a href="[^"]*">([^<]*)</a>')
CELL = re.compile(r'<td class="([^"]*)" title="([^"]*)">([^<]*)</td>')


@pytest.fixture
def world(past: Past) -> World:
    """Give the organisation with three released waves."""
    return past.world


@pytest.fixture
def clock() -> Clock:
    """Give a clock that shows a week after the last release."""
    return Clock(datetime(2026, 4, 10, 12, tzinfo=UTC))


@pytest.fixture
def dana(world: World, visit: Callable[..., Visitor]) -> Visitor:
    """Give the browser of dana, who coaches operations."""
    add_account(world, "dana", coach="Operations")
    return visit(ticket_of(world, "dana"))


def address(past: Past, *units: str, **more: str) -> str:
    """Return the address that names some units."""
    chosen = [f"unit={short(past.unit(unit))}" for unit in units]
    return f"{PAGE}?{'&'.join([*chosen, *(f'{name}={value}' for name, value in more.items())])}"


def test_every_cell_has_text_colour_and_words(dana: Visitor, past: Past) -> None:
    """The released text; n and range in words; a letter and its reason where nothing is shown; low without a number."""
    html = dana.get(PAGE).text
    assert ROW.findall(html) == ["Directly in Operations", "Cranes", "Gates"]
    cells = [(look, unescape(words), text) for look, words, text in CELL.findall(html)]
    assert [text for _, _, text in cells] == ["a", "4.1", "3.1", "4.1", "3.1", "low", "3.1", "4.1", "3.1"]
    assert [look for look, _, _ in cells[:4]] == ["hidden", "step-5", "step-3", "step-5"]
    assert re.fullmatch(r"Mar 6, 2026: 4\.1, n = 7, likely range \d\.\d . \d\.\d", cells[3][1])
    assert cells[5][1] == "Apr 3, 2026: low, n = 7"
    assert cells[0][1] == "Mar 6, 2026: not shown: fewer than 5 answers could be counted"
    assert "not shown: fewer than 5 answers could be counted" in html[html.index("What the colours mean") :]


def test_the_table_of_numbers_has_n_and_range_in_every_cell(dana: Visitor, past: Past) -> None:
    """For readers to whom neither colours nor tooltips say anything, and for paper."""
    html = dana.get(address(past, "Cranes", view="table")).text
    assert html.count("n = ") == 3
    assert len(re.findall(r'<span class="under">\d\.\d . \d\.\d</span>', html)) == 2


def test_the_address_chooses_the_teams(dana: Visitor, past: Past) -> None:
    """One or several, in the order of the page and not of the address; none when none is ticked."""
    assert ROW.findall(dana.get(address(past, "Gates")).text) == ["Gates"]
    assert ROW.findall(dana.get(address(past, "Gates", "Cranes", none="yes")).text) == ["Cranes", "Gates"]
    nobody = dana.get(f"{PAGE}?none=yes").text
    assert ROW.findall(nobody) == []
    assert "No team is chosen" in nobody


def test_what_the_search_does_not_find_stays_chosen(dana: Visitor, past: Past) -> None:
    """The form keeps the chosen teams that the search hides, and changes nothing by itself."""
    html = dana.get(address(past, "Gates", q="crane")).text
    assert ROW.findall(html) == ["Gates"]
    ticks = re.findall(r'type="checkbox"\s+name="unit"\s+value="(\w+)"\s*(checked)?', html)
    assert ticks == [(short(past.unit("Cranes")), "")]
    assert html.count(f'<input type="hidden" name="unit" value="{short(past.unit("Gates"))}">') == 2


def test_teams_of_others_cannot_be_named(world: World, past: Past, visit: Callable[..., Visitor]) -> None:
    """A coach of the gates who names the cranes in the address sees nothing of them."""
    add_account(world, "frank", coach="Gates")
    frank = visit(ticket_of(world, "frank"))
    html = frank.get(address(past, "Cranes", "Gates")).text
    assert ROW.findall(html) == ["Gates"]
    assert "Cranes" not in html
    assert ROW.findall(frank.get(address(past, "Cranes")).text) == []


def test_a_manager_is_no_coach(world: World, visit: Callable[..., Visitor]) -> None:
    """Managers read about their own team on its page."""
    add_account(world, "alice", manager="Operations")
    assert visit(ticket_of(world, "alice")).get(PAGE).status_code == 403


def test_there_is_no_order_by_number(dana: Visitor, past: Past) -> None:
    """Whatever an address asks for, the order is that of the tree or of the names."""
    assert ROW.findall(dana.get(f"{PAGE}?order=name").text) == ["Cranes", "Gates", "Directly in Operations"]
    assert ROW.findall(dana.get(f"{PAGE}?order=score").text)[0] == "Directly in Operations"


def test_many_teams_come_in_pages(dana: Visitor, past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """The links between pages keep the choice; a page that is not there leads to the last one."""
    monkeypatch.setattr(heat_map, "PAGE_SIZE", 2)
    html = dana.get(address(past, "Gates", "Cranes", "Operations", scale="scale:autonomy")).text
    assert ROW.findall(html) == ["Directly in Operations", "Cranes"]
    following = re.search(r'rel="next"\s+href="([^"]*)"', html)
    assert following is not None
    assert ROW.findall(dana.get(unescape(following[1])).text) == ["Gates"]
    assert "scale%3Aautonomy" in following[1] or "scale:autonomy" in following[1]
    assert ROW.findall(dana.get(f"{PAGE}?page=99").text) == ["Gates"]


def test_german_readers_get_german_words(past: Past, world: World, visit: Callable[..., Visitor]) -> None:
    """Reasons, ranges and the legend are translated with the rest."""
    add_account(world, "dana", coach="Operations")
    world.session.scalars(select(Account).where(Account.email == "dana@example.org")).one().language = "de"
    html = visit(ticket_of(world, "dana")).get(PAGE).text
    assert "nicht gezeigt: weniger als 5 Antworten konnten gezählt werden" in unescape(html)
    assert "Was die Farben bedeuten" in html
    assert re.search(r"Likely range|from 3\.0|What the colours", html) is None
