"""The results of a team, opened by its code."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
from flask.testing import FlaskClient

from surveyapp.privacy.ballots import show_code
from surveyapp.services.team_codes import results_code
from surveyapp.store.pulses import Pulse
from surveyapp.web.results import views
from tests.fixtures.accounts import add_account, ticket_of
from tests.fixtures.past import Past
from tests.fixtures.site import Clock
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World


@pytest.fixture
def world(past: Past) -> World:
    """Give the organisation with three released waves."""
    return past.world


@pytest.fixture
def clock() -> Clock:
    """Give a clock that shows a week after the last release."""
    return Clock(datetime(2026, 4, 10, 12, tzinfo=UTC))


def address(past: Past, unit: str = "Gates") -> str:
    """Return the address of a unit's group."""
    return f"/results/{past.group(unit)}"


def code(past: Past, unit: str = "Gates") -> str:
    """Return the code of a unit's group as mails show it."""
    return show_code(results_code(past.world.settings.ballot_key, past.owner, past.group(unit)))


def results(html: str) -> str:
    """Return the part of a page that shows results, without the blanks between its parts."""
    start, end = html.index('<dl class="facts-row">'), html.index("A dashed line marks")
    return " ".join(html[start:end].split())


def words(html: str) -> str:
    """Return what a reader sees, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_link_asks_for_the_code_and_a_script_fills_it_in(client: FlaskClient, past: Past) -> None:
    """The fragment of a link never reaches the server, so the page is the same for everybody."""
    page = client.get(address(past)).text
    assert 'id="code"' in page
    assert "answer." in page
    assert f'action="{address(past)}?lang=en"' in page
    assert "Gates" not in page


def test_the_team_sees_what_its_manager_sees(client: FlaskClient, past: Past, visit: Callable[..., Visitor]) -> None:
    """The same charts, numbers, reasons and tables, character by character."""
    add_account(past.world, "alice", manager="Gates")
    manager = visit(ticket_of(past.world, "alice")).get(f"/app/teams/{past.unit('Gates')}").text
    team = client.post(address(past), data={"code": code(past)}).text
    assert results(team) == results(manager)


def test_the_code_opens_the_results_without_the_link(client: FlaskClient, past: Past) -> None:
    """As somebody types it from a note on the wall."""
    reply = client.post("/results", data={"code": code(past).lower().replace("-", " ")})
    assert reply.status_code == 200
    assert "<h1>Gates</h1>" in reply.text


@pytest.mark.parametrize("where", ["/results", "link"])
@pytest.mark.parametrize("typed", ["", "hello", "0000-0000-0000-0000", "other", "%00", "9" * 5000])
def test_a_wrong_code_is_asked_for_again(client: FlaskClient, past: Past, where: str, typed: str) -> None:
    """What was typed stays, and nothing is shown of any team."""
    # The code of the cranes opens something, but not behind the link of the gates.
    wrong = code(past, "Cranes") if typed == "other" else typed
    if (where, typed) == ("/results", "other"):
        wrong = wrong[:-1] + ("0" if wrong[-1] != "0" else "1")
    reply = client.post(address(past) if where == "link" else where, data={"code": wrong})
    assert reply.status_code == 404
    assert "We do not know this code." in reply.text
    assert f'value="{wrong}"' in reply.text
    assert "Speaking up" not in words(reply.text)


def test_no_code_is_in_an_address_or_cookie(client: FlaskClient, past: Past) -> None:
    """Nothing is set, and nothing leads on with the code but the forms of the page."""
    reply = client.post(address(past), data={"code": code(past)})
    assert "Set-Cookie" not in reply.headers
    assert reply.headers["Cache-Control"] == "no-store"
    assert not [link for link in re.findall(r'(?:href|action)="([^"]+)"', reply.text) if code(past) in link]


def test_the_file_has_the_strings_of_the_page(client: FlaskClient, past: Past) -> None:
    """In the language of the page."""
    page = words(client.post(f"{address(past, 'Cranes')}?lang=de", data={"code": code(past, "Cranes")}).text)
    file = client.post(f"{address(past, 'Cranes')}/results.csv?lang=de", data={"code": code(past, "Cranes")})
    header, *rows = csv.reader(io.StringIO(file.data.decode("utf-8-sig")))
    assert [row[header.index("Offen sprechen")] for row in rows] == ["4.1", "3.1", "niedrig"]
    # Wave, day, group and who answered, then three scales with n and range.
    assert all(cell in page for row in rows for cell in row[2:13])


@pytest.mark.parametrize("path", ["/results/{}", "/results/{}/results.csv"])
def test_a_group_that_does_not_exist_is_not_there(client: FlaskClient, past: Past, path: str) -> None:
    """The same answer as for a wrong code, so that nobody can find out which groups there are."""
    unknown = client.post(path.format(past.unit("Gates")), data={"code": code(past)})
    assert unknown.status_code == 404
    assert unknown.status_code == client.post(path.format(past.group("Gates")), data={"code": "0" * 16}).status_code


def test_the_page_speaks_german(client: FlaskClient, past: Past) -> None:
    """In full: reasons, days and what the lines show."""
    page = words(client.post(f"{address(past, 'Cranes')}?lang=de", data={"code": code(past, "Cranes")}).text)
    assert "Letzte Umfrage 3, 03.04.2026" in page
    assert "Offen sprechen niedrig n = 7" in page
    assert "Am 03.04.2026: niedrig. Ein Coach kann helfen" in page


def test_older_waves_are_a_click_away(client: FlaskClient, past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """The click sends the code once more."""
    monkeypatch.setattr(views, "WINDOW", 1)
    first = client.post(address(past), data={"code": code(past)}).text
    assert '<input type="hidden" name="all" value="yes">' in first
    assert "Mar 6, 2026" not in first
    assert "Mar 6, 2026" in client.post(address(past), data={"code": code(past), "all": "yes"}).text


def test_while_a_wave_is_open_nothing_changes(client: FlaskClient, past: Past) -> None:
    """Byte for byte, before and after an answer."""
    wave = past.world.open(past.session.get_one(Pulse, (past.owner, past.pulse_id)))
    before = client.post(address(past), data={"code": code(past)}).data
    past.world.answer(wave, "Gates", past.world.codes(wave, "Gates")[0], {"raise-concerns": 1})
    past.session.commit()
    assert client.post(address(past), data={"code": code(past)}).data == before


def test_before_the_first_release_the_team_learns_when(client: FlaskClient, past: Past) -> None:
    """An empty page would look broken."""
    wave = past.world.open(past.world.pulse("Harbour", name="Later"))
    group = past.world.group_of(wave, "Gates").group_id
    past.session.commit()
    key = results_code(past.world.settings.ballot_key, past.owner, group)
    page = words(client.post(f"/results/{group}", data={"code": key}).text)
    assert "The first results appear after" in page


def test_whoever_answers_is_given_the_link_to_the_results(client: FlaskClient, past: Past, clock: Clock) -> None:
    """The thanks lead to the page, with the code that everybody in the group has."""
    wave = past.world.open(past.session.get_one(Pulse, (past.owner, past.pulse_id)))
    slug, ballot = past.world.group_of(wave, "Gates").slug, past.world.codes(wave, "Gates")[0]
    past.session.commit()
    clock.moment = wave.opens_at
    thanks = client.post(f"/answer/{slug}", data={"code": ballot, "answer-raise-concerns": "4"}).text
    found = re.search(r'href="(/results/[^#"]+)#([^"]+)"', thanks)
    assert found is not None
    reply = client.post(found[1], data={"code": found[2]})
    assert "<h1>Gates</h1>" in reply.text
