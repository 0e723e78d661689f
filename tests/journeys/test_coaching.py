"""Journey 8: a coach asks whether safety and reports go together."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.accounts import add_account
from tests.fixtures.history import History
from tests.fixtures.site import Clock
from tests.fixtures.watching import OpenPage
from tests.fixtures.worker import Worker
from tests.fixtures.world import World
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.browser

BERTHS = [f"Berth {number}" for number in range(1, 15)]
INTERVAL = re.compile(r"14\s*\d+\.\d\d . \d+\.\d\d")
COACHED = dict.fromkeys(BERTHS[:5], 0.9)


@pytest.fixture
def history(world: World, clock: Clock) -> History:
    """Give fourteen teams with ten waves behind them, in the second half of which five were better than before."""
    add_account(world, "dana", coach="Harbour")
    history = History(world, BERTHS)
    history.live(5)
    history.live(5, better=COACHED)
    clock.moment = history.now
    return history


def menu(page: Page, entry: str) -> None:
    """Open an entry of the menu."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=entry).click()


def test_safety_and_outcomes(history: History, worker: Worker, watched: OpenPage) -> None:
    """While the worker computes the page says so; then n and interval come before anything else."""
    seen = watched()
    page = seen.page
    sign_in(page, "dana")
    menu(page, "Safety and outcomes")
    expect(page.get_by_role("status")).to_contain_text("The worker is computing this.")
    seen.check()
    worker.tick(history.now)
    # The page may have looked again by itself in the meantime.
    page.reload()
    expect(page.get_by_text("14 teams, 10 waves")).to_be_visible()
    reports = page.locator("section", has=page.get_by_role("heading", name="Reports", exact=True))
    expect(reports).to_contain_text("In waves in which a team feels safer than usual: more reports.")
    expect(reports).to_contain_text("Swapping whole teams, which assumes no model, confirms it.")
    expect(page.get_by_text("The figures do not show a difference yet.")).to_be_visible()
    expect(page.get_by_text("nothing was counted").first).to_be_visible()
    page.get_by_text("All figures, and outcomes that come some waves later").click()
    expect(page.get_by_role("rowheader", name="Reports, within, 4 waves later")).to_be_visible()
    expect(page.get_by_role("row", name="Reports, within", exact=False).first).to_contain_text(INTERVAL)
    page.get_by_text("Method and assumptions").click()
    expect(page.get_by_text("It assumes that teams are independent")).to_be_visible()
    expect(page.get_by_text("It shows what goes together, not what causes what")).to_be_visible()
    seen.check()
    page.get_by_role("link", name="Report to hand over").click()
    expect(page.get_by_role("heading", name="Method and assumptions")).to_be_visible()
    seen.check()


def test_too_few_teams_cannot_tell(world: World, clock: Clock, worker: Worker, watched: OpenPage) -> None:
    """A small organisation gets no number to be misled by, but how many teams it would take."""
    add_account(world, "dana", coach="Harbour")
    history = History(world, BERTHS[:4])
    history.live(2)
    clock.moment = history.now
    worker.tick(history.now)
    seen = watched()
    sign_in(seen.page, "dana")
    menu(seen.page, "Safety and outcomes")
    expect(seen.page.get_by_text("Cannot tell yet")).to_contain_text("are needed")
    seen.check()
