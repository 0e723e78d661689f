"""Comments and themes from the sheet to the pages: one writes on a phone; team, manager and coach read."""

import pytest
from playwright.sync_api import expect

from surveyapp.privacy.ballots import show_code
from surveyapp.privacy.comments import EVERYBODY, Note
from surveyapp.services.team_codes import results_code
from tests.fixtures.accounts import add_account
from tests.fixtures.site import Check, Clock
from tests.fixtures.watching import OpenPage
from tests.fixtures.worker import Worker
from tests.fixtures.world import item_keys
from tests.journeys.steps import choose, send, sign_in

pytestmark = pytest.mark.browser

OTHERS = ("More light, please.", "We decide <em>too late</em>.", "Thanks to all.")
MINE = "Between us: I hold back in the big round."


@pytest.mark.parametrize("width", [320, 1280])
def test_words_are_read_by_those_whom_their_authors_chose(
    check: Check, watched: OpenPage, clock: Clock, worker: Worker, width: int
) -> None:
    """The default is for coaches only; with two others for coaches it is shown to the coach and to nobody else."""
    world, wave, themes = check.world, check.wave, frozenset({"workload"})
    # Whoever is left out, three or four of eight have tapped.
    notes = [*(Note(text, EVERYBODY, themes) for text in OTHERS), Note("Only you", themes=themes), Note("And you")]
    world.fill(wave, "Cranes", [dict.fromkeys(item_keys(world, wave), 3)] * 8, notes)
    add_account(world, "ivan", manager="Cranes")
    add_account(world, "judy", coach="Cranes")
    world.session.commit()
    page = watched(width).page
    page.goto(f"{check.path}#{check.codes[8]}")
    choose(page, "I can share an idea", "2 Disagree")
    send(page, MINE)

    clock.moment = wave.closes_at
    worker.tick(clock.moment)
    manager, coach, team = watched(width), watched(width), watched(width)
    for seen, name in ((manager, "ivan"), (coach, "judy")):
        sign_in(seen.page, name)
        seen.page.goto("/app/")
    group = world.group_of(wave, "Cranes").group_id
    team.page.goto(
        f"/results/{group}#{show_code(results_code(world.settings.ballot_key, world.organisation_id, group))}"
    )
    team.page.get_by_role("button", name="Show the results").click()
    for seen in (manager, coach, team):
        expect(seen.page.get_by_text("Workload and time: several people")).to_be_visible()
        expect(seen.page.get_by_text(OTHERS[1], exact=True)).to_be_visible()
        expect(seen.page.get_by_text(MINE)).to_have_count(1 if seen is coach else 0)
        seen.check()
    expect(coach.page.get_by_role("heading", name="For coaches only")).to_be_visible()
