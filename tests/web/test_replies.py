"""The pages on which a manager replies to a wave, and where the team reads it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from surveyapp.services.replies.writing import LONGEST
from surveyapp.services.results.drawing import draw_lines
from surveyapp.services.team_codes import results_code
from surveyapp.store.pulses import Pulse
from tests.fixtures.accounts import add_account, ticket_of
from tests.fixtures.past import Past
from tests.fixtures.site import Clock
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World
from tests.web.test_team import words

Visit = Callable[..., Visitor]

TYPED = {"heard": "Too many <b>meetings</b>", "will_do": "No meetings on Fridays", "will_not_do": ""}


@pytest.fixture
def world(past: Past) -> World:
    """Give the organisation with three released waves."""
    return past.world


@pytest.fixture
def clock() -> Clock:
    """Give a clock that shows a week after the last release."""
    return Clock(datetime(2026, 4, 10, 12, tzinfo=UTC))


@pytest.fixture
def browser(visit: Visit, world: World) -> Visitor:
    """Give the browser of the manager of the gates."""
    add_account(world, "alice", manager="Gates")
    visitor = visit(ticket_of(world, "alice"))
    world.session.commit()
    return visitor


def address(past: Past, rest: str = "") -> str:
    """Return the address of the reply of the gates to the last wave."""
    return f"/app/teams/{past.unit('Gates')}/replies/{past.waves[2]}{rest}"


def team_page(past: Past, app: Flask) -> str:
    """Return what the team reads with its code."""
    group = past.group("Gates")
    code = results_code(past.world.settings.ballot_key, past.owner, group)
    return app.test_client(use_cookies=False).post(f"/results/{group}", data={"code": code}).text


def test_a_reply_is_written_looked_at_and_published(browser: Visitor, past: Past, app: Flask) -> None:
    """Each step shows what it is about to do, and what was typed is never markup."""
    page = browser.get(f"/app/teams/{past.unit('Gates')}").text
    assert "Nothing has been published yet on what was heard in wave 3." in words(page)
    assert address(past) in page
    kept = browser.post(address(past), **TYPED)
    assert kept.location == f"/app/teams/{past.unit('Gates')}?pulse={past.pulse_id}"
    assert "Go on with the draft" in browser.get(kept.location).text
    assert "Fridays" not in team_page(past, app)
    looked = browser.post(address(past), **TYPED, look="yes")
    assert looked.location == address(past, "/publish")
    look = browser.get(looked.location).text
    assert "Too many &lt;b&gt;meetings&lt;/b&gt;" in look
    assert 'name="edition" value="1"' in look
    browser.post(address(past, "/publish"), edition="1")
    for read in (browser.get(kept.location).text, team_page(past, app)):
        assert "What we will do No meetings on Fridays" in words(read)
        assert "Too many &lt;b&gt;meetings&lt;/b&gt;" in read
        assert "Alice, Apr 10, 2026" in words(read)
    again = browser.post(address(past, "/publish"), edition="1")
    assert again.status_code == 409


def test_a_correction_begins_with_what_is_published(browser: Visitor, past: Past, app: Flask) -> None:
    """Its readers see that it is a further version."""
    for edition in ("1", "2"):
        browser.post(address(past), **{**TYPED, "will_do": f"Plan {edition}"}, look="yes")
        browser.post(address(past, "/publish"), edition=edition)
        assert f"Plan {edition}</textarea>" in browser.get(address(past)).text.replace("\r\n", "\n")
    assert "What we will do Plan 2 Alice, Apr 10, 2026 (corrected, version 2)" in words(team_page(past, app))
    assert "Earlier versions What we heard" in words(browser.get(address(past)).text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({**TYPED, "will_do": "  "}, "Say something here before it is published"),
        ({**TYPED, "heard": "x" * (LONGEST + 1)}, "Keep it within 400 characters"),
    ],
)
def test_what_is_missing_or_too_long_is_said_at_its_field(
    browser: Visitor, past: Past, typed: dict[str, str], said: str
) -> None:
    """And nothing that was typed is lost."""
    reply = browser.post(address(past), **typed, look="yes")
    assert reply.status_code == 422
    assert said in words(reply.text)
    assert "No meetings on Fridays" in reply.text or typed["will_do"] == "  "


def test_nothing_to_publish_leads_back_to_the_form(browser: Visitor, past: Past) -> None:
    """There is no empty confirmation."""
    assert browser.get(address(past, "/publish")).location == address(past)


def test_a_coach_reads_and_does_not_write(visit: Visit, past: Past) -> None:
    """The page says who writes."""
    add_account(past.world, "dana", coach="Gates")
    dana = visit(ticket_of(past.world, "dana"))
    page = dana.get(address(past)).text
    assert "It is written by whoever manages the whole group." in page
    assert "<textarea" not in page
    assert dana.post(address(past), **TYPED).status_code == 403


def test_the_next_wave_asks_for_a_missing_reply_and_shows_a_published_one(
    browser: Visitor, past: Past, app: Flask, clock: Clock
) -> None:
    """On the page of the manager until it is there, then on the sheet of the group, as text and nothing else."""
    wave = past.world.open(past.session.get_one(Pulse, (past.owner, past.pulse_id)))
    sheet = f"/answer/{past.world.group_of(wave, 'Gates').slug}"
    other = f"/answer/{past.world.group_of(wave, 'Cranes').slug}"
    clock.moment = wave.opens_at
    browser.sign_in(ticket_of(past.world, "alice"))
    asked = "The next check is open, and nothing has been published"
    page = f"/app/teams/{past.unit('Gates')}"
    assert asked in words(browser.get(page).text)
    browser.post(address(past), **TYPED, look="yes")
    browser.post(address(past, "/publish"), edition="1")
    assert asked not in words(browser.get(page).text)
    client = app.test_client(use_cookies=False)
    shown = client.get(sheet, headers={"Accept-Encoding": "identity"}).text
    assert "After check 3 we will: No meetings on Fridays" in words(shown)
    assert "Too many &lt;b&gt;meetings&lt;/b&gt;" in shown
    assert "Fridays" not in client.get(other, headers={"Accept-Encoding": "identity"}).text


def test_a_page_shows_the_line_and_what_it_says(browser: Visitor, past: Past, app: Flask) -> None:
    """Its value with a band, the same for the manager and the team."""
    draw_lines(past.session, past.owner, past.pulse_id, datetime(2026, 4, 6, tzinfo=UTC))
    for html in (browser.get(f"/app/teams/{past.unit('Gates')}").text, team_page(past, app)):
        assert "line through several waves: 3.5 (3.1 \N{EN DASH} 3.7)" in words(html)
        assert re.search(r'class="plot +faint"', html)
        assert "The line takes several waves together" in html
