"""Journey 4: a manager reads the trend, says what was heard and what comes of it, and the next wave shows it."""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect

from surveyapp.services.insight.interventions import register
from surveyapp.services.results.drawing import draw_lines
from surveyapp.store.organisation import Unit
from surveyapp.store.pulses import Pulse
from tests.fixtures.accounts import add_account
from tests.fixtures.past import Past
from tests.fixtures.plans import a_plan
from tests.fixtures.site import Clock
from tests.fixtures.watching import OpenPage
from tests.fixtures.world import World
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.browser

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)


@pytest.fixture
def world(past: Past) -> World:
    """Give the organisation with three released waves, a line, an intervention and somebody who manages the gates."""
    add_account(past.world, "alice", manager="Gates")
    plan = a_plan([past.unit("Gates")], pulse_id=past.pulse_id, start=date(2026, 3, 23))
    register(past.session, past.owner, plan, account_id=None, now=NOW)
    draw_lines(past.session, past.owner, past.pulse_id, NOW)
    return past.world


@pytest.fixture
def clock() -> Clock:
    """Give a clock that shows a week after the last release."""
    return Clock(NOW)


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_a_manager_answers_the_team_and_the_next_wave_shows_it(
    past: Past, watched: OpenPage, clock: Clock, width: int, scheme: str
) -> None:
    """From the trend to a reply by keyboard, and on to the sheet of exactly that team, however long its name is."""
    seen = watched(width, scheme)
    page = seen.page
    sign_in(page, "alice")
    page.goto("/app/teams")
    expect(page.get_by_text("line through several waves: 3.5 (3.1").first).to_be_visible()
    expect(page.get_by_role("heading", name="What happened when")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Mar 23, 2026: Asking before correcting")).to_be_visible()
    expect(page.get_by_text("Nothing has been published yet on what was heard in wave 3.")).to_be_visible()
    seen.check()

    page.get_by_role("link", name="Reply to wave 3").click()
    expect(page.get_by_role("heading", name="Reply to wave 3")).to_be_visible()
    seen.check()
    page.get_by_label("What we heard").fill("Too many meetings")
    page.keyboard.press("Tab")
    page.keyboard.type("No meetings on Fridays")
    page.keyboard.press("Tab")
    page.keyboard.type("No new tool: there is no money")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Publish this reply?")).to_be_visible()
    seen.check()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("No meetings on Fridays")).to_be_visible()
    seen.check()
    gates = past.session.get_one(Unit, (past.owner, past.unit("Gates")))
    for name in ("Donaudampfschifffahrtsgesellschaftskapitänskajüte", gates.name):
        gates.name = name
        past.session.commit()
        page.goto("/app/teams")
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        seen.check()

    past.session.commit()
    wave = past.world.open(past.session.get_one(Pulse, (past.owner, past.pulse_id)))
    clock.moment = wave.opens_at
    team = watched(width, scheme)
    for unit, told in (("Gates", 1), ("Cranes", 0)):
        team.page.goto(f"/answer/{past.world.group_of(wave, unit).slug}")
        for said in ("Too many meetings", "No meetings on Fridays", "No new tool: there is no money"):
            expect(team.page.get_by_text(said)).to_have_count(told)
        team.check()
