"""A coach looks at several teams over the waves, with a keyboard, on a phone and in the dark, and without script."""

import pytest
from playwright.sync_api import expect

from tests.fixtures.accounts import add_account
from tests.fixtures.past import Past
from tests.fixtures.watching import OpenPage
from tests.fixtures.world import World
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def world(past: Past) -> World:
    """Give the organisation with three released waves, coached by dana."""
    add_account(past.world, "dana", coach="Operations")
    return past.world


def test_on_a_phone_with_a_keyboard(world: World, watched: OpenPage) -> None:
    """The names stay while the waves scroll, and arrow keys say in words what a cell holds."""
    seen = watched(scheme="dark")
    page = seen.page
    sign_in(page, "dana")
    page.goto("/app/side-by-side?view=table")
    assert page.get_by_role("region", name="Speaking up").evaluate("region => region.scrollLeft") > 0
    name = page.get_by_role("link", name="Cranes").bounding_box()
    assert name is not None
    assert name["x"] >= 0
    seen.check()
    page.get_by_role("link", name="Colours").click()
    seen.check()
    cell = page.get_by_role("gridcell", name="a", exact=True)
    cell.focus()
    expect(page.get_by_role("status")).to_have_text(
        "Directly in Operations, Mar 6, 2026: not shown: fewer than 5 answers could be counted"
    )
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("status")).to_contain_text("Cranes, Mar 20, 2026: 3.1, n = 5, likely range")
    page.get_by_text("All 3 teams").click()
    page.get_by_label("Find a team").fill("gat")
    expect(page.get_by_label("Cranes")).to_be_hidden()
    seen.check()
    page.get_by_role("link", name="Report to hand over").click()
    expect(page.get_by_role("heading", name="Speaking up over time")).to_be_visible()
    seen.check()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download as HTML").click()
    assert kept.value.suggested_filename == "harbour-speaking-up-over-time-2026-04-03.html"


def test_choosing_without_script_in_the_dark(world: World, watched: OpenPage) -> None:
    """None, then one; the address remembers it, also when the order and the form change."""
    seen = watched(1280, "dark", script=False)
    page = seen.page
    sign_in(page, "dana")
    page.goto("/app/side-by-side")
    page.get_by_text("All 3 teams").click()
    page.get_by_role("link", name="Select none").click()
    expect(page.get_by_text("No team is chosen")).to_be_visible()
    page.get_by_label("Gates").check()
    page.get_by_role("button", name="Show these").click()
    page.get_by_role("link", name="Numbers with their range").click()
    page.get_by_role("link", name="Autonomy with competence").click()
    expect(page.get_by_role("rowheader")).to_have_text(["Gates Operations"])
    expect(page.get_by_role("cell").first).to_contain_text("n = 9")
    page.get_by_text("1 of 3 teams").click()
    page.get_by_role("link", name="Select all").click()
    expect(page.get_by_role("rowheader")).to_have_count(3)


def test_paper_has_it_whole_and_dark_on_white(world: World, watched: OpenPage) -> None:
    """Printed from a dark screen nothing is there to be tapped, names stand before their waves, and all waves fit."""
    page = watched(1280, "dark", script=False).page
    sign_in(page, "dana")
    page.goto("/app/side-by-side?view=table")
    page.emulate_media(media="print")
    assert page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(255, 255, 255)"
    for gone in (page.get_by_role("navigation", name="Main"), page.get_by_role("link", name="Colours")):
        expect(gone).to_be_hidden()
    region = page.get_by_role("region", name="Speaking up")
    assert region.evaluate("region => region.scrollWidth <= region.clientWidth + 1")
    name, cell = page.get_by_role("rowheader", name="Cranes"), page.get_by_role("cell").first
    assert name.evaluate("head => getComputedStyle(head).position") == "static"
    assert name.evaluate("head => head.offsetLeft") < cell.evaluate("cell => cell.offsetLeft")
