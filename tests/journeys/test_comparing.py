"""Journey 7: a coach plans an intervention, is told what it could find, registers it, compares later and reports."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from surveyapp.services.insight.answers import answer_waiting
from surveyapp.web.coach.report_pdf import can_print
from tests.fixtures.accounts import add_account
from tests.fixtures.history import History
from tests.fixtures.site import Clock
from tests.fixtures.watching import OpenPage
from tests.fixtures.worker import Worker
from tests.fixtures.world import World
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.browser

BERTHS = [f"Berth {number}" for number in range(1, 15)]
COACHED = dict.fromkeys(BERTHS[:5], 0.9)


@pytest.fixture
def history(world: World, clock: Clock) -> History:
    """Give fourteen teams with five waves behind them."""
    add_account(world, "dana", coach="Harbour")
    history = History(world, BERTHS)
    history.live(5)
    clock.moment = history.now
    return history


def before_and_after(page: Page) -> Locator:
    """Find the entry of the menu."""
    return page.get_by_role("navigation", name="Main").get_by_role("link", name="Before and after")


def write_plan(page: Page, history: History) -> None:
    """Fill in the form, with the teams ticked last."""
    start = history.now.date() + timedelta(days=1)
    page.get_by_label("What is done").fill("Training in asking before correcting")
    page.get_by_label("What exactly").fill("Two trainings of an hour and one to watch")
    page.get_by_label("They asked for it themselves").check()
    page.get_by_label("In your own words").fill("Their leads asked first")
    page.get_by_label("First day", exact=True).fill(start.isoformat())
    page.get_by_label("Planned end").fill((start + timedelta(weeks=10)).isoformat())


def test_before_and_after(history: History, worker: Worker, clock: Clock, watched: OpenPage) -> None:
    """Planned, advised on, registered and locked before its results; judged once, after its end; handed over."""
    seen = watched()
    page = seen.page
    sign_in(page, "dana")
    before_and_after(page).click()
    page.get_by_role("link", name="New intervention").first.click()
    write_plan(page, history)
    page.get_by_role("button", name="What could this find?").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick one or more teams.")
    seen.check()
    for berth in COACHED:
        page.get_by_role("group", name="Teams in which it is done").get_by_label(berth, exact=True).check()
    page.get_by_role("button", name="What could this find?").click()
    expect(page.get_by_role("status")).to_contain_text("The worker is computing this.")
    history.world.session.commit()
    answer_waiting(history.world.session)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("5 teams with it and 9 to compare with")).to_be_visible()
    expect(page.get_by_text("in 8 of 10 cases.").first).to_be_visible()
    seen.check()
    page.get_by_role("button", name="Register and lock").click()
    expect(page.get_by_text("before any result could be looked at.")).to_be_visible()
    seen.check()
    history.live(5, better=COACHED)
    clock.moment = history.now
    worker.tick(history.now)
    sign_in(page, "dana")
    before_and_after(page).click()
    expect(page.get_by_role("row", name="Training in asking")).to_contain_text("These teams rose more")
    seen.check()
    page.get_by_role("link", name="Training in asking").click()
    expect(page.get_by_text("5 teams with it and 9 without, 5 waves before and 5 waves after").first).to_be_visible()
    expect(page.get_by_text("These teams rose more than the others").first).to_be_visible()
    expect(page.get_by_text("so it may be a little less.")).to_be_visible()
    page.get_by_text("Method and assumptions").click()
    seen.check()
    expect(page.get_by_role("heading", name="What the log says, beside it")).to_be_visible()
    beside = page.locator("section.card", has=page.get_by_role("heading", name="Reports", exact=True))
    expect(beside.get_by_role("row", name="These teams")).to_contain_text(" in ")
    expect(page.get_by_text("Cannot tell yet: fewer than 5 deliveries before or after on one side.")).to_be_visible()
    page.get_by_role("link", name="Report to hand over").click()
    expect(page.get_by_role("heading", name="What was found")).to_be_visible()
    seen.check()
    for kind in ("HTML", "PDF") if can_print() else ("HTML",):
        with page.expect_download() as kept:
            page.get_by_role("link", name=f"Download as {kind}").click()
        assert kept.value.suggested_filename.endswith(f".{kind.lower()}")
