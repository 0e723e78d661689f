"""Journey 2: an employee reads who will see what, answers on a phone, and is thanked."""

import pytest
from playwright.sync_api import Page, expect

from surveyapp.privacy.ballots import hash_code, read_code
from surveyapp.privacy.comments import EVERYBODY, Note
from surveyapp.services.pulses.waves import terms_digest
from surveyapp.vault.deposit import is_spent
from surveyapp.vault.opening import open_boxes
from tests.fixtures.site import Check
from tests.fixtures.watching import OpenPage
from tests.journeys.steps import choose, send

pytestmark = pytest.mark.browser

MOST_BYTES = 10_000


def spent(check: Check, code: str) -> bool:
    """Tell whether a ballot was used."""
    found = is_spent(check.world.vault, check.wave.organisation_id, check.wave.id, hash_code(read_code(code)))
    return found is not None and found[1]


def notes(check: Check) -> list[Note]:
    """Return the notes that lie in the boxes of the wave."""
    wave = check.wave
    boxes = open_boxes(check.world.vault, wave.organisation_id, wave.id, 9, terms_digest(wave))
    return [note for box in boxes for note in box.notes]


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (390, "light"), (1280, "dark")])
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
    page.get_by_label("What we may decide ourselves").check()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    seen.check()
    assert spent(check, check.codes[0])


@pytest.mark.parametrize("language", ["en", "de"])
def test_looks_at_a_comment_once_more(check: Check, watched: OpenPage, language: str) -> None:
    """The comment is shown as others would see it, hints point at places, and readers are chosen; then it is sent."""
    seen = watched()
    page = seen.page
    page.goto(f"{check.path}?lang={language}")
    page.locator("#code").fill(check.codes[0])
    page.locator("#comment").fill("<i>As the crane driver</i> I told Frau Meier on Monday.")
    page.locator("[value=workload]").check()
    page.locator("form button").first.click()
    expect(page.locator("blockquote")).to_have_text("<i>As the crane driver</i> I told Frau Meier on Monday.")
    expect(page.locator("li q")).to_have_text(["Monday", "Frau Meier", "As the crane"])
    expect(page.locator("[name=audience]:checked")).to_have_value("coaches")
    seen.check()
    assert not spent(check, check.codes[0])
    page.locator("#comment").fill("It was too late.")
    page.locator("form button").nth(1).click()
    expect(page.locator("blockquote")).to_have_text("It was too late.")
    expect(page.locator("li q")).to_have_count(0)
    page.locator("[value=everybody]").check()
    seen.check()
    page.locator("form button").first.click()
    expect(page.locator(".done")).to_be_visible()
    assert spent(check, check.codes[0])
    assert notes(check) == [Note("It was too late.", EVERYBODY, frozenset({"workload"}))]


def test_a_comment_can_be_left_out_at_last(check: Check, watched: OpenPage) -> None:
    """Whoever thinks better of it sends the answers alone."""
    page = watched().page
    page.goto(f"{check.path}#{check.codes[0]}")
    choose(page, "I can share an idea", "4 Agree")
    page.get_by_label("Anything you want to add?").fill("On second thoughts, no.")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("button", name="Send without the comment").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert spent(check, check.codes[0])
    assert notes(check) == [Note()]


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
    send(page, "Fine.")
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
    expect(page.get_by_role("heading", name="Not sent yet")).to_be_visible()
    press_until(page, "Tab", "looked")
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
