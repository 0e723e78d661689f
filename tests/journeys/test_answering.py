"""Journey 2: an employee reads who will see what, answers on a phone, and is thanked."""

import pytest
from playwright.sync_api import Page, expect

from surveyapp.privacy.ballots import hash_code, read_code
from surveyapp.vault.deposit import is_spent
from tests.fixtures.site import Check
from tests.fixtures.watching import OpenPage

pytestmark = pytest.mark.browser

MOST_BYTES = 10_000


def spent(check: Check, code: str) -> bool:
    """Tell whether a ballot was used."""
    found = is_spent(check.world.vault, check.wave.organisation_id, check.wave.id, hash_code(read_code(code)))
    return found is not None and found[1]


def choose(page: Page, statement: str, answer: str) -> None:
    """Choose an answer by the words that a screen reader says."""
    page.get_by_role("group", name=statement).get_by_role("radio", name=answer).check()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_opens_link_answers_and_is_thanked(check: Check, watched: OpenPage, width: int, scheme: str) -> None:
    """The code leaves the address, the sheet is taken, and all pages pass the checks."""
    seen = watched(width, scheme)
    page = seen.page
    page.goto(f"{check.path}#{check.codes[0]}")
    expect(page.get_by_text("with no trace of you")).to_be_visible()
    expect(page.get_by_label("Your code")).to_be_hidden()
    assert "#" not in page.url
    seen.check()
    choose(page, "I can share an idea", "4 Agree")
    choose(page, "My manager checks on my work", "Skip")
    page.get_by_label("Anything you want to add?").fill("More light, please.")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    seen.check()
    assert spent(check, check.codes[0])


def test_works_without_script(check: Check, watched: OpenPage) -> None:
    """Whoever allows no script types the code, and what was typed survives a mistake."""
    seen = watched(script=False)
    page = seen.page
    page.goto("/answer")
    page.get_by_label("Your code").fill("0000 0000 0000 0000")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#code-error")).to_contain_text("We do not know this code")
    page.get_by_label("Your code").fill(check.codes[0].lower())
    page.get_by_role("button", name="Continue").click()
    choose(page, "I can share an idea", "2 Disagree")
    page.get_by_label("Anything you want to add?").fill("é" * 501)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("alert")).to_contain_text("2 bytes too long")
    expect(page.get_by_role("radio", name="2 Disagree").and_(page.locator(":checked"))).to_have_count(1)
    page.get_by_label("Anything you want to add?").fill("Fine.")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert spent(check, check.codes[0])


def test_works_by_keyboard(check: Check, watched: OpenPage) -> None:
    """Every field and button is reached and used without a pointer."""
    page = watched().page
    page.goto(f"{check.path}#{check.codes[0]}")
    press_until(page, "Tab", "answer-raise-concerns")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == "2"
    press_until(page, "Tab", "comment")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def press_until(page: Page, key: str, name: str) -> None:
    """Press a key until the field of this name has the focus."""
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.name") == name:
            return
    pytest.fail(f"{key} never reaches {name}")


def test_changes_language_and_keeps_the_code(check: Check, watched: OpenPage) -> None:
    """The code goes along in the fragment, so that no address, history or log has it."""
    seen = watched()
    page = seen.page
    page.goto(f"{check.path}#{check.codes[0]}")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("#code")).to_have_value(check.codes[0])
    assert "#" not in page.url
    seen.check()
    assert all(check.codes[0] not in request.url.partition("#")[0] for request in seen.requests)


def test_second_link_in_the_same_window_replaces_the_code(check: Check, watched: OpenPage) -> None:
    """Opening another invitation where the page is open already takes the new code."""
    page = watched().page
    page.goto(f"{check.path}#{check.codes[0]}")
    page.goto(f"{check.path}#{check.codes[1]}")
    expect(page.locator("#code")).to_have_value(check.codes[1])


def test_problems_are_announced_and_lead_to_their_fields(check: Check, watched: OpenPage) -> None:
    """The summary has the focus, and its lines are links to what is wrong."""
    seen = watched()
    page = seen.page
    page.goto(check.path)
    page.get_by_label("Your code").fill("1111-1111-1111-1111")
    choose(page, "I can share an idea", "5 Strongly agree")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("alert")).to_be_focused()
    seen.check()
    page.get_by_role("alert").get_by_role("link").click()
    assert page.url.endswith("#code")
    expect(page.get_by_label("Your code")).to_have_value("1111-1111-1111-1111")


@pytest.mark.parametrize("path", ["/", "/answer", "/answer/unknown"])
def test_other_pages_pass_the_checks(check: Check, watched: OpenPage, path: str) -> None:
    """The first page, the page for a code and the page for a wrong address have no barriers either."""
    seen = watched()
    seen.page.goto(path)
    seen.check()


def test_whole_visit_is_small(check: Check, watched: OpenPage) -> None:
    """From the link to the thanks, everything that is transferred is at most ten kilobytes."""
    seen = watched()
    seen.page.goto(f"{check.path}#{check.codes[0]}")
    choose(seen.page, "I can share an idea", "4 Agree")
    seen.page.get_by_role("button", name="Send my answers").click()
    expect(seen.page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert 0 < seen.bytes <= MOST_BYTES
