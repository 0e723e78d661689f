"""Journey 3: the wave closes, manager and team see the release at the same minute, small teams see why none is."""

from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from surveyapp.services.accounts.access import Viewer
from surveyapp.store.pulses import Wave
from tests.fixtures.accounts import add_account
from tests.fixtures.mail import MailServer
from tests.fixtures.site import Clock
from tests.fixtures.watching import OpenPage, Watched
from tests.fixtures.worker import Worker
from tests.fixtures.world import World, item_keys
from tests.journeys.steps import link_in, mail_to, sign_in

pytestmark = pytest.mark.browser

# The office is too small for any number, and at the gates too few have answered.
ANSWERED = {"Cranes": 9, "Gates": 4, "Office": 3}
WITHHELD = {"Office": "fewer than 7 people are counted here", "Gates": "fewer than 5 answers could be counted"}


@dataclass
class Closing:
    """An open wave that people have answered, and the means to let time pass."""

    world: World
    worker: Worker
    clock: Clock
    wave: Wave
    mails: list[EmailMessage]

    def wait(self, *, before_the_close: timedelta = timedelta()) -> None:
        """Let the close come, or nearly, and the worker do what is due."""
        self.clock.moment = self.wave.closes_at - before_the_close
        self.worker.tick(self.clock.moment)


@pytest.fixture
def closing(harbour: World, worker: Worker, smtp_server: MailServer, clock: Clock) -> Closing:
    """Give a wave whose invitations came by mail, answered in part."""
    harbour.unit("Office", "Harbour", people=3)
    harbour.pulse("Harbour")
    worker.with_mail(smtp_server.url).tick(clock.moment)
    wave = harbour.session.scalars(select(Wave).where(Wave.state == "open")).one()
    for team, people in ANSWERED.items():
        harbour.fill(wave, team, [dict.fromkeys(item_keys(harbour, wave), 2 + each % 3) for each in range(people)])
    harbour.session.commit()
    return Closing(harbour, worker, clock, wave, smtp_server.messages)


def open_as_team(seen: Watched, closing: Closing) -> Page:
    """Open the results with the link that stands in a team member's mail."""
    seen.page.goto("/")
    seen.page.goto(link_in(mail_to(closing.mails, "bob@example.org"), "/results/"))
    seen.page.get_by_role("button", name="Show the results").click()
    return seen.page


def figures(page: Page) -> list[str]:
    """Return all that a results page says about the waves, as it is read."""
    page.get_by_text("All waves as a table").click()
    return page.get_by_role("region", name="All waves").get_by_role("row").all_inner_texts()


def download(page: Page) -> bytes:
    """Return the file that the page offers."""
    with page.expect_download() as started:
        page.get_by_text("Download as CSV").click()
    return started.value.path().read_bytes()


def test_manager_and_team_see_the_release_at_the_same_minute(
    closing: Closing, alice: Viewer, watched: OpenPage
) -> None:
    """Nothing a second before the close, and then the same numbers for both, on the page and in the file."""
    manager, team = watched(), watched()
    closing.wait(before_the_close=timedelta(seconds=1))
    sign_in(manager.page, "alice")
    manager.page.goto("/app/")
    expect(manager.page.get_by_text("for the team and its manager at the same minute")).to_be_visible()
    expect(open_as_team(team, closing).get_by_role("heading", name="No results yet")).to_be_visible()
    team.check()

    closing.wait()
    manager.page.reload()
    open_as_team(team, closing)
    for seen in (manager, team):
        expect(seen.page.get_by_role("heading", name="Speaking up", exact=True)).to_be_visible()
        expect(seen.page.get_by_text("9 of 10").first).to_be_visible()
        seen.check()
    assert figures(manager.page) == figures(team.page)
    assert download(manager.page) == download(team.page)
    team.check()


@pytest.mark.parametrize("team", WITHHELD)
def test_a_small_team_learns_why_nothing_is_shown(closing: Closing, watched: OpenPage, team: str) -> None:
    """The reason in words, and what the team can do instead."""
    add_account(closing.world, "ivan", manager=team)
    closing.wait()
    seen = watched()
    sign_in(seen.page, "ivan")
    seen.page.goto("/app/")
    expect(seen.page.get_by_text("There is no number for this wave.")).to_be_visible()
    expect(seen.page.get_by_text("What the team can do instead")).to_be_visible()
    expect(seen.page.get_by_text(WITHHELD[team]).first).to_be_visible()
    seen.check()


def test_a_small_team_knows_before_it_answers(closing: Closing, watched: OpenPage) -> None:
    """Mail and page say that nothing will be published, and the mail has no link to results."""
    mail = mail_to(closing.mails, "office-0@example.org")
    assert "fewer than 7 people" in mail
    with pytest.raises(LookupError):
        link_in(mail, "/results/")
    seen = watched()
    seen.page.goto(link_in(mail, "/answer/"))
    expect(seen.page.get_by_text("no number is published for it")).to_be_visible()
    seen.check()


def test_an_admin_reads_the_whole_organisation(closing: Closing, watched: OpenPage, grace: Viewer) -> None:
    """The tree with the latest numbers, and from there to one team; no ranking."""
    closing.wait()
    seen = watched()
    sign_in(seen.page, "grace")
    seen.page.get_by_role("navigation", name="Main").get_by_role("link", name="Teams").click()
    expect(seen.page.get_by_text("There is no ranking")).to_be_visible()
    seen.check()
    seen.page.get_by_role("link", name="Cranes", exact=True).click()
    expect(seen.page.get_by_role("heading", name="Cranes", exact=True)).to_be_visible()
    seen.check()
