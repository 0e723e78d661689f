"""Somebody tells of a near miss on a phone, in under a minute and without an account; the team reads it."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from surveyapp.privacy.ballots import show_code
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.team_codes import log_code
from tests.fixtures.accounts import add_account, add_key
from tests.fixtures.watching import OpenPage
from tests.fixtures.world import World
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.browser

TOLD = "The hook slipped while nobody stood below. We had skipped the second check."
# A usual reader takes in four words a second; on a phone people type three letters a second and tap in one and a half.
WORDS_READ, LETTERS_TYPED, SECONDS_FOR_A_TAP = 4.0, 3.0, 1.5


class Hand:
    """Counts what somebody has to read, type and tap."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seconds = 0.0

    def read(self) -> None:
        """Read everything on the page."""
        self.seconds += len(self.page.get_by_role("main").inner_text().split()) / WORDS_READ

    def tap(self, role: str, name: str) -> None:
        """Tap on something."""
        self.page.get_by_role(role, name=name).click()  # type: ignore[arg-type]
        self.seconds += SECONDS_FOR_A_TAP

    def type(self, label: str, text: str) -> None:
        """Write into a field, which has to be tapped first."""
        self.page.get_by_label(label).fill(text)
        self.seconds += SECONDS_FOR_A_TAP + len(text) / LETTERS_TYPED


@pytest.fixture
def link(harbour: World) -> str:
    """Give the path of the link with which the team of cranes tells of events."""
    cranes = harbour.units["Cranes"].id
    code = show_code(log_code(harbour.settings.ballot_key, harbour.organisation_id, cranes))
    return f"/log/{cranes}#{code}"


def test_tells_of_a_near_miss_in_under_a_minute(link: str, alice: Viewer, watched: OpenPage) -> None:
    """The link that the manager shares opens the form; what was told is in the log at once, without a name."""
    manager = watched()
    sign_in(manager.page, "alice")
    manager.page.get_by_role("navigation", name="Main").get_by_role("link", name="Learning log").click()
    manager.check()
    shared = urlsplit(manager.page.get_by_role("link", name="/log/").get_attribute("href") or "")
    assert f"{shared.path}#{shared.fragment}" == link

    seen = watched()
    seen.page.goto(link)
    expect(seen.page.get_by_label("Log code of your team")).to_be_hidden()
    seen.check()
    hand = Hand(seen.page)
    hand.read()
    hand.tap("radio", "Near miss")
    hand.type("What happened?", TOLD)
    hand.tap("button", "Put it in the log")
    expect(seen.page.get_by_role("heading", name="Thank you")).to_be_visible()
    seen.check()
    assert hand.seconds < 60

    manager.page.reload()
    expect(manager.page.get_by_role("listitem").filter(has_text=TOLD)).to_contain_text("Near miss")
    manager.check()


@pytest.fixture
def erin(harbour: World) -> Viewer:
    """Give the account of erin, the steward of everybody, with a key."""
    viewer = add_account(harbour, "erin", steward="Harbour")
    add_key(harbour, viewer, "a lighthouse in fog")
    return viewer


def test_a_steward_is_told_answers_and_publishes(
    link: str, alice: Viewer, erin: Viewer, watched: OpenPage, later: Callable[..., None]
) -> None:
    """Anonymous on a phone; the answer comes by receipt, and days later the team reads a copy without names."""
    seen = watched(scheme="dark")
    page = seen.page
    page.goto(link)
    hand = Hand(page)
    hand.read()
    hand.tap("radio", "Near miss")
    hand.type("What happened?", "Bob should have closed the hook. It slipped over the quay.")
    hand.tap("radio", "A steward, anonymously")
    seen.check()
    hand.tap("button", "Put it in the log")
    expect(page.get_by_role("alert")).to_contain_text("What would have made it easier to do?")
    seen.check()
    hand.tap("button", "Send it as it is")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    seen.check()
    assert hand.seconds < 60
    receipt = page.locator(".receipt strong").inner_text()

    desk = watched(width=1280)
    sign_in(desk.page, "erin")
    desk.page.goto("/app/reports")
    desk.check()
    desk.page.get_by_role("link", name="Open").click()
    desk.check()
    desk.page.get_by_label("Answer", exact=True).fill("Thank you. Which hook was it?")
    desk.page.get_by_role("button", name="Send the answer").click()
    expect(desk.page.get_by_label("What the team reads")).to_have_value(
        "[…] should have closed the hook. It slipped over the quay."
    )
    desk.page.get_by_label("What the team reads").fill("A hook was open and slipped.")
    desk.page.get_by_role("button", name="Publish").click()
    expect(desk.page.get_by_text("The team reads it from")).to_be_visible()
    desk.check()

    page.goto("/receipt")
    seen.check()
    page.get_by_label("Receipt").fill(receipt)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("Which hook was it?")).to_be_visible()
    seen.check()
    page.get_by_label("Your message to the steward").fill("The third.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The third.")).to_be_visible()

    later(days=3)
    manager = watched()
    sign_in(manager.page, "alice")
    manager.page.goto("/app/log")
    expect(manager.page.get_by_text("A hook was open and slipped.")).to_be_visible()
    expect(manager.page.get_by_text("Bob")).to_have_count(0)
    manager.check()


def test_hints_appear_as_one_types(link: str, watched: OpenPage) -> None:
    """And go away with the words; nothing is sent for it."""
    seen = watched()
    page = seen.page
    page.goto(link)
    page.get_by_label("What happened?").fill("It was human error")
    expect(page.get_by_role("status")).to_have_text("What in the work made this likely?")
    sent = len(seen.requests)
    page.get_by_label("What happened?").fill("The label looked like the other one")
    expect(page.get_by_role("status")).to_have_text("")
    assert len(seen.requests) == sent


def test_tells_without_script_by_typing_the_code(link: str, watched: OpenPage) -> None:
    """A wrong code is told at its field, and what was written survives."""
    seen = watched(script=False)
    page = seen.page
    path, _, code = link.partition("#")
    page.goto(path)
    page.get_by_label("Log code of your team").fill("0000-0000-0000-0000")
    page.get_by_role("radio", name="Good catch").check()
    page.get_by_label("What happened?").fill(TOLD)
    page.get_by_role("button", name="Put it in the log").click()
    expect(page.get_by_role("alert")).to_contain_text("We do not know this code.")
    page.get_by_label("Log code of your team").fill(code.lower())
    expect(page.get_by_label("What happened?")).to_have_value(TOLD)
    page.get_by_role("button", name="Put it in the log").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_a_time_that_cannot_be_is_told_at_its_field(link: str, watched: OpenPage) -> None:
    """What came later cannot have been noticed earlier; the page says so where it can be put right."""
    seen = watched()
    page = seen.page
    page.goto(link)
    page.get_by_role("radio", name="Error").check()
    page.get_by_label("What happened?").fill(TOLD)
    page.get_by_text("More, if you know it").click()
    seen.check()
    page.get_by_label("When did it happen?").fill("2026-03-02T10:00")
    page.get_by_label("When was it noticed?").fill("2026-03-02T09:00")
    page.get_by_role("button", name="Put it in the log").click()
    expect(page.get_by_role("alert")).to_contain_text("a time before it was noticed")
    seen.check()
    page.get_by_label("When was it noticed?").fill("2026-03-02T10:30")
    page.get_by_role("button", name="Put it in the log").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_a_manager_tells_and_takes_back(alice: Viewer, watched: OpenPage) -> None:
    """With an account as well: told, withdrawn after a question, still there and counted in nothing."""
    seen = watched()
    page = seen.page
    sign_in(page, "alice")
    page.goto("/app/log")
    page.get_by_role("link", name="Tell of an event").first.click()
    seen.check()
    page.get_by_role("radio", name="Idea").check()
    page.get_by_label("What happened?").fill(TOLD)
    page.get_by_role("button", name="Put it in the log").click()
    expect(page.get_by_text("Thank you. It is in the log.")).to_be_visible()
    page.get_by_role("link", name="Withdraw").click()
    seen.check()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("listitem").filter(has_text=TOLD)).to_contain_text("withdrawn")
    seen.check()


def test_a_team_reviews_and_sees_what_changed(alice: Viewer, watched: OpenPage) -> None:
    """From an entry of the log through a quarter of an hour to a change that stands first on the team's page."""
    seen = watched()
    page = seen.page
    sign_in(page, "alice")
    page.goto("/app/log/new")
    page.get_by_role("radio", name="Near miss").check()
    page.get_by_label("What happened?").fill(TOLD)
    page.get_by_role("button", name="Put it in the log").click()
    page.get_by_role("link", name="Plan a review").click()
    seen.check()
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_label("What happened?")).to_have_value(TOLD)
    seen.check()
    page.get_by_label("How did it make sense at the time?").fill("It looked closed from the cabin.")
    page.get_by_label("What changes next time?").fill("Paint the mark anew")
    page.get_by_label("Who sees to it?").fill("early shift")
    page.get_by_label("By when?", exact=False).first.fill("2026-03-20")
    page.get_by_label("How many of you were there?").fill("5")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_role("button", name="We saw that it works")).to_be_visible()
    seen.check()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="What we learn").click()
    expect(page.get_by_role("listitem").filter(has_text="Paint the mark anew")).to_be_visible()
    seen.check()
    page.goto("/app/reviews")
    seen.check()


def test_an_admin_lets_other_systems_in(grace: Viewer, watched: OpenPage) -> None:
    """By file and by token, on pages without barriers."""
    seen = watched(scheme="dark")
    page = seen.page
    sign_in(page, "grace")
    page.goto("/app/log/import")
    seen.check()
    page.goto("/app/log/tokens")
    seen.check()
    page.get_by_label("Name of the other system").fill("Tracker")
    page.get_by_label("Unit").select_option(index=1)
    page.get_by_role("checkbox", name="events").check()
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_text("It is shown once")).to_be_visible()
    seen.check()
