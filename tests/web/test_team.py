"""The pages on which managers, coaches and admins read results."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import event

from surveyapp.store.pulses import Pulse
from surveyapp.web.team import views
from surveyapp.web.wiring import db
from tests.fixtures.accounts import add_account, ticket_of
from tests.fixtures.past import Past
from tests.fixtures.site import Clock
from tests.fixtures.staff import TOKEN, Visitor
from tests.fixtures.world import World

Visit = Callable[..., Visitor]
SignIn = Callable[..., Visitor]


@pytest.fixture
def world(past: Past) -> World:
    """Give the organisation with three released waves."""
    return past.world


@pytest.fixture
def clock() -> Clock:
    """Give a clock that shows a week after the last release."""
    return Clock(datetime(2026, 4, 10, 12, tzinfo=UTC))


@pytest.fixture
def sign_in(visit: Visit, world: World) -> SignIn:
    """Give a function that opens the browser of a new account with roles: ``sign_in(manager="Cranes")``."""

    def open_browser(**roles: str) -> Visitor:
        add_account(world, "somebody", **roles)
        browser = visit(ticket_of(world, "somebody"))
        world.session.commit()
        return browser

    return open_browser


def page_of(past: Past, unit: str, rest: str = "") -> str:
    """Return the address of a unit's page."""
    return f"/app/teams/{past.unit(unit)}{rest}"


def words(html: str) -> str:
    """Return what a reader sees of the content, in one line."""
    content = html.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def test_whoever_looks_after_one_team_comes_straight_to_it(sign_in: SignIn, past: Past) -> None:
    """An overview of one team would be one click too many."""
    browser = sign_in(manager="Cranes")
    reply = browser.client.get("/app/", follow_redirects=True)
    assert [each.location for each in reply.history] == ["/app/teams", page_of(past, "Cranes")]
    assert "<h1>Cranes</h1>" in reply.text
    assert "crumbs" not in reply.text


def test_the_overview_lists_what_an_account_looks_after(sign_in: SignIn) -> None:
    """In the order of the organisation, and nothing of others."""
    page = words(sign_in(manager="Gates", coach="Pilots").get("/app/teams").text)
    assert "Gates 10 of 12" in page
    assert "Pilots counted in Pilots + Tugs + Operations 8 of 10" in page
    assert "Cranes" not in page


def test_the_overview_of_the_whole_organisation(sign_in: SignIn) -> None:
    """Higher units together, people in them by themselves, a shared number once."""
    page = words(sign_in(admin="Harbour").get("/app/teams").text)
    assert "Harbour 26 of 31" in page
    assert "Directly in Operations" in page
    assert "Tugs counted in Pilots + Tugs + Operations the same numbers as Operations" in page


@pytest.mark.parametrize(("query", "found"), [("GATE", True), ("xyz", False)])
def test_a_team_is_found_by_a_part_of_its_name(sign_in: SignIn, query: str, *, found: bool) -> None:
    """Without case; when there is none the page says so and keeps what was typed."""
    page = sign_in(admin="Harbour").get(f"/app/teams?q={query}").text
    assert ("Gates" in words(page)) is found
    assert ("No team has this in its name." in page) is not found
    assert f'value="{query}"' in page


def test_an_account_without_a_role_is_told_so(sign_in: SignIn) -> None:
    """It may sign in, and learns whom to ask."""
    assert "No team is yours to look after" in sign_in().get("/app/teams").text


def test_the_page_of_a_team_says_how_it_stands(sign_in: SignIn, past: Past) -> None:
    """Number, support and range of each scale, who answered, and what the line shows."""
    page = words(sign_in(manager="Gates").get(page_of(past, "Gates")).text)
    assert "Latest wave 3, Apr 3, 2026 Counted together Gates Answered 10 of 12" in page
    assert "Speaking up 3.1 n = 9 likely range 2.7 \N{EN DASH} 3.5" in page
    assert "Some earlier waves lie clearly above or below the latest." in page


def test_low_is_said_without_a_number(sign_in: SignIn, past: Past) -> None:
    """And with somebody to talk to."""
    html = sign_in(manager="Cranes").get(page_of(past, "Cranes")).text
    page = words(html)
    assert "Speaking up low n = 7 High:" in page
    assert "On Apr 3, 2026: low. A coach can help to talk about" in page
    assert "low n = 7 \N{EN DASH}" not in page
    assert 'class="mark coded"' in html


def test_a_wave_without_a_number_says_why_and_what_to_do_instead(sign_in: SignIn, past: Past) -> None:
    """Nothing is blank, and the last number is dated."""
    past.world.release(past.world.open(past.session.get_one(Pulse, (past.owner, past.pulse_id))))
    page = words(sign_in(manager="Gates").get(page_of(past, "Gates")).text)
    assert "There is no number for this wave." in page
    assert "What the team can do instead" in page
    assert "Last number, on Apr 3, 2026: 3.1, between 2.7 and 3.5 with 95 % confidence." in page


@pytest.mark.parametrize("unit", ["Gates", "Cranes", "Pilots", "Operations"])
def test_the_file_has_the_strings_of_the_page(sign_in: SignIn, past: Past, unit: str) -> None:
    """Every number, count, range and reason of the file stands on the page in the same words."""
    browser = sign_in(admin="Harbour")
    page = words(browser.get(page_of(past, unit)).text)
    file = browser.get(page_of(past, unit, "/results.csv"))
    header, *rows = csv.reader(io.StringIO(file.data.decode("utf-8-sig")))
    # Statements of earlier waves stand in the file only; the page shows those of the latest.
    statements = next((place for place, name in enumerate(header) if name.endswith(".")), len(header))
    for row in rows:
        assert all(cell.replace("not shown: ", "not shown ") in page for cell in row[2:statements])
    latest = dict(zip(header, rows[-1], strict=True))
    shown = {cell for name, cell in latest.items() if name.endswith(".") and not cell.startswith("not shown")}
    assert all(cell in page for cell in shown)
    assert file.headers["Content-Disposition"].endswith(f'filename="{unit.lower()}-speaking-up.csv"')


def test_the_page_of_a_higher_unit_puts_together_what_is_below(sign_in: SignIn, past: Past) -> None:
    """With the way up, and every unit below it."""
    html = sign_in(admin="Harbour").get(page_of(past, "Operations")).text
    assert "Answered 26 of 31" in words(html)
    assert "Units in Operations" in html
    assert page_of(past, "Gates") in html
    assert f'href="{page_of(past, "Harbour")}' in html
    assert "For the team" not in html


def test_people_directly_in_a_higher_unit_have_a_page(sign_in: SignIn, past: Past) -> None:
    """Such as the leads of its teams; here they are counted with two small teams."""
    browser = sign_in(admin="Harbour")
    page = words(browser.get(page_of(past, "Operations", "/direct")).text)
    assert "Directly in Operations" in page
    assert "Counted together Pilots + Tugs + Operations Answered 8 of 10" in page
    assert b"Pilots + Tugs" in browser.get(page_of(past, "Operations", "/results.csv?direct=yes")).data


def test_several_pulses_can_be_chosen_from(sign_in: SignIn, past: Past) -> None:
    """The newest opens; an unknown one is passed over."""
    later = past.world.pulse("Harbour", name="Short check", first_day=datetime(2026, 5, 4, tzinfo=UTC).date())
    browser = sign_in(manager="Gates")
    assert "No results yet" in browser.get(page_of(past, "Gates", "?pulse=unknown")).text
    page = browser.get(page_of(past, "Gates", f"?pulse={past.pulse_id}")).text
    assert re.search(r'<a href="[^"]*" aria-current="true">Speaking up</a>', page)
    assert f"pulse={later.id}" in page


def test_before_any_pulse_there_is_nothing_to_show(sign_in: SignIn, past: Past) -> None:
    """Neither page fails."""
    past.session.get_one(Pulse, (past.owner, past.pulse_id)).state = "draft"
    browser = sign_in(admin="Harbour")
    for address in ("/app/teams", page_of(past, "Gates")):
        assert "No pulse has started yet" in browser.get(address).text
    assert browser.get(page_of(past, "Gates", "/results.csv")).status_code == 404


def test_older_waves_are_a_click_away(sign_in: SignIn, past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page opens with the last year; the file has everything anyway."""
    monkeypatch.setattr(views, "WINDOW", 2)
    browser = sign_in(manager="Gates")
    first = browser.get(page_of(past, "Gates")).text
    assert "Show older waves as well" in first
    assert "Mar 6, 2026" not in first
    everything = browser.get(page_of(past, "Gates", "?waves=all")).text
    assert "Mar 6, 2026" in everything
    assert "Show older waves as well" not in everything
    assert browser.get(page_of(past, "Gates", "/results.csv")).data.count(b"\r\n") == 1 + 3


def test_the_link_for_the_team_opens_the_same_results(sign_in: SignIn, past: Past, app: Flask) -> None:
    """Without an account."""
    html = sign_in(manager="Gates").get(page_of(past, "Gates")).text
    found = re.search(r'href="http://[^/"]*(/results/[^#"]+)#([^"]+)"', html)
    assert found is not None
    reply = app.test_client(use_cookies=False).post(found[1], data={"code": found[2]})
    assert "<h1>Gates</h1>" in reply.text


@pytest.mark.parametrize("address", ["/app/teams", "page", "csv"])
def test_while_a_wave_is_open_nothing_changes(sign_in: SignIn, past: Past, address: str) -> None:
    """Byte for byte, before and after an answer, even of the coach's own teams."""
    address = {"page": page_of(past, "Gates"), "csv": page_of(past, "Gates", "/results.csv")}.get(address, address)
    wave = past.world.open(past.session.get_one(Pulse, (past.owner, past.pulse_id)))
    browser = sign_in(coach="Harbour")
    before = TOKEN.sub("", browser.get(address).text)
    past.world.answer(wave, "Gates", past.world.codes(wave, "Gates")[0], {"raise-concerns": 1})
    past.session.commit()
    assert TOKEN.sub("", browser.get(address).text) == before


@pytest.mark.parametrize(("unit", "rest"), [("Gates", ""), ("Harbour", "")])
def test_a_page_takes_as_many_queries_for_more_waves_and_units(
    sign_in: SignIn, past: Past, app: Flask, unit: str, rest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is asked once per wave, group or scale."""
    browser, statements = sign_in(admin="Harbour"), list[str]()
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    counts = []
    for window in (1, 3):
        monkeypatch.setattr(views, "WINDOW", window)
        statements.clear()
        browser.get(page_of(past, unit, rest))
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 20
