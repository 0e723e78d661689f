"""Journey 6: work is handed over through the guardrails, slips, is called for, put right the same day, and reviewed."""

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.accounts import add_account
from tests.fixtures.watching import OpenPage, Watched
from tests.fixtures.world import World
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.browser

SET_UP: tuple[dict[str, object], ...] = (
    {
        "What is handed over?": "Monthly variance report",
        "How far does it go?": "4: does it, and tells afterwards",
        "Who owns it?": "Bob (Cranes)",
        "How much of a stretch is it?": "3: a good stretch",
        "The owner wants it": True,
        "There is time for it": True,
        "I used to do exactly this.": True,
    },
    {
        "Outcome": "Finance can decide on the variances of the month",
        "Until when?": "2026-03-09T17:00",
        "The least that can go out": "All cost centres, each with a cause",
        "Acceptable error, from": "0",
        "Acceptable error, up to": "2",
        "Unit of the error": "%",
        "When to call at once": "variance > 5 %",
    },
    {
        "Scope": "One department",
        "Who gets it?": "Its finance partner",
        "A friendly audience sees it first.": True,
        "Share of people or cases at first": "20",
        "Window": "Until Friday noon",
        "Way back": "Send last month's with a note",
        "What may a miss cost at most?": "Half a day",
    },
    {
        "What keeps the cost of a miss small?": "A friendly reader sees it first",
        "How will you brief the owner": "Half an hour on Monday",
        "Time until two deliveries": True,
    },
    {
        "Done means": "Finance has it",
        "Checklist: data and sources": "Ledger of the month",
        "Checklist: limits to compare with": "Above 2 % has a cause",
        "Checklist: who signs what": "The owner signs",
    },
    {"For yourself: if this goes wrong": "ask how Bob is"},
)
REVIEW = ("What did we intend?", "What happened?", "How did it make sense", "What worked?", "What did not?")


@pytest.fixture
def people(harbour: World) -> None:
    """Give alice, who hands over, and bob, who owns."""
    add_account(harbour, "alice", manager="Cranes")
    add_account(harbour, "bob", member="Cranes")
    harbour.session.commit()


def fill(page: Page, fields: Mapping[str, object]) -> None:
    """Fill in a page by the words that a screen reader says."""
    for label, value in fields.items():
        field = page.get_by_label(label)
        if value is True:
            field.check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=str(value))
        else:
            field.fill(str(value))


def go(page: Page, name: str) -> None:
    """Open the form of a step."""
    page.get_by_role("link", name=name, exact=True).click()


def send(seen: Watched, name: str) -> None:
    """Look at a form for barriers, and send it."""
    seen.check_once(name)
    seen.page.get_by_role("button", name=name, exact=True).click()
    expect(seen.page.get_by_text("It is noted.")).to_be_visible()


def set_up(seen: Watched) -> None:
    """Go through the six pages."""
    page = seen.page
    page.get_by_role("link", name="Hand something over").first.click()
    for number, fields in enumerate(SET_UP, 1):
        expect(page.get_by_text(f"Page {number} of 6")).to_be_visible()
        seen.check()
        fill(page, fields)
        page.get_by_role("button", name="Hand it over" if number == len(SET_UP) else "Save and go on").click()
    expect(page.get_by_text("It is handed over.")).to_be_visible()
    seen.check()


def deliver(owner: Watched, error: str) -> None:
    """Tick the checklist and ship."""
    go(owner.page, "Complete the checklist")
    for line in ("Ledger of the month", "Above 2 % has a cause", "The owner signs"):
        owner.page.get_by_label(line).check()
    owner.page.get_by_label("How sure are you").fill("80")
    send(owner, "Complete the checklist")
    go(owner.page, "Deliver")
    fill(owner.page, {"Measured error": error, "The minimum that can go out is met.": True})
    send(owner, "Deliver")


def review(seen: Watched) -> None:
    """Look at it together."""
    seen.page.reload()
    go(seen.page, "Review")
    fill(seen.page, dict.fromkeys(REVIEW, "Two centres were swapped by the export"))
    fill(seen.page, {"What changes in the next cycle?": "Compare two sources"})
    send(seen, "Review")


def close(seen: Watched, worth: str) -> None:
    """Say what it was worth."""
    seen.page.reload()
    go(seen.page, "Close the cycle")
    fill(seen.page, {"What was it worth?": worth, "In which way?": "Two sources are compared now"})
    send(seen, "Close the cycle")


def begin(owner: Watched) -> None:
    """Take the work in own words, and start a cycle."""
    owner.check()
    go(owner.page, "Monthly variance report")
    owner.check()
    go(owner.page, "Take it")
    fill(owner.page, {"What is expected of you": "A cause for every centre, so that finance can decide"})
    send(owner, "Take it")
    start(owner)


def start(owner: Watched) -> None:
    """Start a cycle as it is proposed."""
    go(owner.page, "Start a cycle")
    send(owner, "Start a cycle")
    owner.check_once("a cycle that runs")


def days_later(later: Callable[..., None], days: int, **people: Watched) -> None:
    """Let days pass, after which everybody signs in again."""
    later(days=days)
    for name, seen in people.items():
        sign_in(seen.page, name)
        seen.page.goto("/app/delegations")
        go(seen.page, "Monthly variance report")


def look(owner: Watched, delegator: Watched) -> None:
    """Hold the first checkpoint: the owner looks first, and the delegator waits before stepping in."""
    go(owner.page, "Look first")
    fill(owner.page, {"What do you see yourself": "Two sources differ"})
    send(owner, "Look first")
    delegator.page.reload()
    go(delegator.page, "Before you step in")
    expect(delegator.page.get_by_role("timer")).to_contain_text("19:")
    expect(delegator.page.get_by_text("You used to do exactly this.")).to_be_visible()
    delegator.check()
    go(delegator.page, "Go back")
    go(delegator.page, "Hold the checkpoint")
    fill(delegator.page, {"What came of it?": "Bob compares them"})
    send(delegator, "Hold the checkpoint")


def call(owner: Watched, delegator: Watched, later: Callable[..., None]) -> None:
    """Notice a crossed trigger and call within the hour."""
    owner.page.reload()
    go(owner.page, "A trigger was crossed")
    send(owner, "A trigger was crossed")
    expect(owner.page.get_by_text("The owner calls until")).to_be_visible()
    owner.check()
    later(minutes=40)
    go(owner.page, "I have called")
    fill(owner.page, {"What do you know": "7 %, from two swapped centres"})
    send(owner, "I have called")
    delegator.page.reload()
    go(delegator.page, "Answer the call")
    fill(delegator.page, {"In your words": "Which way would you go?"})
    send(delegator, "Answer the call")
    owner.page.reload()


def make_up(owner: Watched, delegator: Watched) -> None:
    """Go the way after a miss, up to the review."""
    expect(owner.page.get_by_role("heading", name="What comes now")).to_be_visible()
    owner.check()
    delegator.page.reload()
    go(delegator.page, "I have asked how the owner is")
    send(delegator, "I have asked how the owner is")
    owner.page.reload()
    go(owner.page, "Write the correction")
    parts = ("To whom did it go?", "What was wrong", "What is right", "What keeps it from happening again")
    fill(owner.page, dict.fromkeys(parts, "Two centres were swapped"))
    send(owner, "Write the correction")
    go(owner.page, "Note what was asked")
    fill(owner.page, {"What did somebody who relies on it ask?": "Can we trust it?", "What did you answer?": "Yes"})
    send(owner, "Note what was asked")


def test_work_slips_is_called_for_and_put_right(people: None, watched: OpenPage, later: Callable[..., None]) -> None:
    """From the set-up to independence; every page is without barriers, in light and in dark."""
    delegator, owner = watched(), watched(scheme="dark")
    sign_in(delegator.page, "alice")
    delegator.page.goto("/app/delegations")
    delegator.check()
    set_up(delegator)
    sign_in(owner.page, "bob")
    begin(owner)
    days_later(later, 3, alice=delegator, bob=owner)
    look(owner, delegator)
    days_later(later, 1, alice=delegator, bob=owner)
    call(owner, delegator, later)
    deliver(owner, "3,5")
    make_up(owner, delegator)
    review(delegator)
    owner.page.reload()
    go(owner.page, "Next time I will notice ...")
    fill(owner.page, {"In your words": "When two sources differ"})
    send(owner, "Next time I will notice ...")
    close(owner, "Learning accelerated: we know something that we did not")
    expect(owner.page.get_by_text("not yet: two deliveries in a row")).to_be_visible()
    for _ in range(2):
        start(owner)
        deliver(owner, "1")
        review(delegator)
        close(owner, "Trust grew: more can be handed over now")
    expect(owner.page.get_by_text("2 cycles, 4 days")).to_be_visible()
    go(owner.page, "Finish here")
    fill(owner.page, {"In which way?": "Bob runs it now"})
    send(owner, "Finish here")
    owner.check()
    go(owner.page, "Checklist")
    owner.check()


def test_the_set_up_works_without_script(people: None, watched: OpenPage) -> None:
    """A page that is rejected says why at the field, and what was typed stays; a draft waits in the list."""
    seen = watched(script=False)
    page = seen.page
    sign_in(page, "alice")
    page.goto("/app/delegations/new")
    fill(page, SET_UP[0] | {"How much of a stretch is it?": "5: far beyond"})
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("alert")).to_contain_text("a smaller piece of the work")
    expect(page.get_by_label("What is handed over?")).to_have_value("Monthly variance report")
    fill(page, {"How much of a stretch is it?": "2: a little new"})
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="The bar", exact=True)).to_be_visible()
    fill(page, {"Outcome": "Finance can decide"})
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    page.get_by_role("link", name="Monthly variance report").click()
    page.get_by_role("link", name="Go on with the draft").click()
    page.get_by_role("link", name="The bar").click()
    expect(page.get_by_label("Outcome")).to_have_value("Finance can decide")
    expect(page.get_by_role("alert")).to_contain_text("a few words")
