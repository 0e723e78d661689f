"""Journey 1: an admin imports a roster, picks questions, sees which teams are too small, and starts a pulse."""

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.fixtures.accounts import add_account
from tests.fixtures.watching import OpenPage
from tests.fixtures.world import World
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.browser

TEAMS = {
    "Harbour / Operations / Cranes": 9,
    "Harbour / Operations / Gates": 8,
    "Harbour / Operations / Pilots": 4,
    "Harbour / Operations / Tugs": 5,
    "Harbour / Office": 3,
}


def roster(teams: dict[str, int]) -> str:
    """Write a roster file in which the first of each team leads it."""
    lines = ["person_id;name;email;unit;lead"]
    for path, people in teams.items():
        team = path.rpartition(" / ")[2]
        for number in range(people):
            lead = "yes" if number == 0 and team == "Cranes" else "no"
            lines.append(f"{team}-{number};{team} {number};{team.lower()}{number}@example.org;{path};{lead}")
    return "\n".join(lines)


def upload(page: Page, text: str) -> None:
    """Choose a file, as the browser's own window would."""
    file = FilePayload(name="roster.csv", mimeType="text/csv", buffer=text.encode("utf-8-sig"))
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Look at the changes").click()


def test_imports_a_roster_and_starts_a_pulse(world: World, watched: OpenPage) -> None:
    """From an empty organisation to a running pulse; every page on the way is without barriers."""
    add_account(world, "grace", admin="Harbour")
    seen = watched()
    page = seen.page
    sign_in(page, "grace")
    seen.check()
    page.get_by_role("navigation", name="Set up").get_by_role("link", name="People").click()
    seen.check()
    page.get_by_role("main").get_by_role("link", name="Import").first.click()
    seen.check()

    upload(page, roster(TEAMS).replace("gates0@example.org", "gates0 at example.org"))
    expect(page.get_by_role("heading", name="Some rows are wrong")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="gates0 at example.org")).to_contain_text("email")
    seen.check()
    page.get_by_role("link", name="Upload the corrected file").click()

    upload(page, roster(TEAMS))
    expect(page.get_by_role("heading", name="What the file would change")).to_be_visible()
    expect(page.get_by_text("Please look twice")).to_be_hidden()
    seen.check()
    page.get_by_role("button", name="Make these changes").click()
    expect(page.get_by_role("heading", name="The roster is imported")).to_be_visible()
    seen.check()
    page.get_by_role("link", name="Go to the pulses").click()
    seen.check()

    page.get_by_role("link", name="Set up a pulse").click()
    page.get_by_label("Name", exact=True).fill("Speaking up")
    page.get_by_role("radio", name="Speaking up and autonomy (9 questions").check()
    page.get_by_role("radio", name="every two weeks").check()
    seen.check()
    page.get_by_role("button", name="Save and look at the preview").click()
    expect(page.get_by_role("heading", name="Preview of Speaking up")).to_be_visible()
    seen.check()
    expect(group(page, "Without a number", "Office")).to_contain_text("none")
    expect(group(page, "Counted together with others", "Pilots + Tugs")).to_contain_text("%")
    expect(group(page, "A number of their own", "Cranes")).to_contain_text("8")

    page.get_by_role("button", name="Start the pulse").click()
    expect(page.get_by_role("heading", name="Speaking up")).to_contain_text("running")
    expect(page.get_by_text("The pulse runs.")).to_be_visible()
    seen.check()


def group(page: Page, section: str, units: str) -> Locator:
    """Return the line of a reporting group in one of the lists of a preview."""
    return page.get_by_role("region", name=section).get_by_role("row").filter(has_text=units)
