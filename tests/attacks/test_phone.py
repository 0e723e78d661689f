"""What the owner of a phone, or its next user, finds after somebody has answered on it."""

import pytest
from playwright.sync_api import Error, Page, expect

from tests.fixtures.site import Check
from tests.fixtures.watching import OpenPage
from tests.journeys.steps import choose, send

pytestmark = pytest.mark.browser

STORES = "[localStorage.length, sessionStorage.length]"


def answer(page: Page, check: Check) -> None:
    """Open the link, answer, and be thanked."""
    page.goto("/")
    page.goto(f"{check.path}#{check.codes[0]}")
    choose(page, "I can share an idea", "4 Agree")
    send(page, "More light, please.")


def step_back(page: Page, attempts: int = 5) -> None:
    """Go one page back; of the page with the comment the browser has kept nothing to show."""
    try:
        page.go_back()
    except Error as nothing:
        # While the browser swaps one page for the next it knows of no way back.
        if "Not attached to an active page" in nothing.message and attempts:
            page.wait_for_timeout(500)
            step_back(page, attempts - 1)
        elif "ERR_CACHE_MISS" not in nothing.message:
            raise


def test_nothing_is_stored_in_the_browser(check: Check, watched: OpenPage) -> None:
    """No cookie, no local storage, no database, no worker that could keep something."""
    page = watched().page
    answer(page, check)
    assert page.evaluate(STORES) == [0, 0]
    assert page.evaluate("indexedDB.databases()") == []
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations()") == []
    assert page.context.storage_state() == {"cookies": [], "origins": []}


def test_the_history_has_no_code(check: Check, watched: OpenPage) -> None:
    """Every address on the way back is without the code that was used."""
    page = watched().page
    answer(page, check)
    visited = [page.url]
    for _ in range(3):
        step_back(page)
        visited.append(page.url)
    assert visited[-1].endswith("/"), "the way back did not lead to where it began"
    assert [url for url in visited if "#" in url or check.codes[0] in url] == []


def test_stepping_back_shows_an_empty_sheet(check: Check, watched: OpenPage) -> None:
    """The next user of the device finds neither what was ticked nor what was written, nor the code."""
    page = watched().page
    answer(page, check)
    step_back(page)
    expect(page.get_by_text("More light")).to_have_count(0)
    step_back(page)
    expect(page.get_by_role("button", name="Send my answers")).to_be_visible()
    expect(page.locator("input:checked")).to_have_count(0)
    expect(page.get_by_label("Anything you want to add?")).to_have_value("")
    expect(page.locator("#code")).to_have_value("")
