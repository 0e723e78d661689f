"""Telling of events, reading the log, bringing events in."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from surveyapp.errors import Invalid
from surveyapp.privacy.ballots import show_code
from surveyapp.services.log import reading
from surveyapp.services.log.events import Entry, check_entry
from surveyapp.services.team_codes import log_code
from surveyapp.store.learning import LearningEvent
from surveyapp.web.learning.words import KINDS, SAID_ELSEWHERE
from tests.fixtures.accounts import NOON, add_account, add_key, ticket_of
from tests.fixtures.logged import log_event
from tests.fixtures.site import Check
from tests.fixtures.staff import TOKEN, Visitor
from tests.fixtures.world import World

SignIn = Callable[..., Visitor]
SLIPPED = {"kind": "near_miss", "what_happened": "A hook slipped."}


@pytest.fixture
def sign_in(harbour: World, visit: Callable[..., Visitor]) -> SignIn:
    """Give a function that opens the browser of a new account with roles: ``sign_in(manager="Cranes")``."""

    def open_browser(**roles: str) -> Visitor:
        name = f"somebody{uuid4().hex[:6]}"
        add_account(harbour, name, **roles)
        browser = visit(ticket_of(harbour, name))
        harbour.session.commit()
        return browser

    return open_browser


@pytest.fixture
def client(app: Flask, harbour: World) -> FlaskClient:
    """Give a client without cookies, once the organisation is there for others to see."""
    harbour.session.commit()
    return app.test_client(use_cookies=False)


def tell(world: World, unit: str = "Cranes", words: str = "A hook slipped.", **changes: Any) -> str:
    """Log an event and return its id."""
    entry = replace(Entry(world.units[unit].id, "near_miss", words, NOON), **changes)
    return str(log_event(world.session, world.organisation_id, entry, NOON))


def logged(world: World) -> list[LearningEvent]:
    """Return what is in the log, as the database has it now."""
    world.session.commit()
    world.session.expire_all()
    found = list(world.session.scalars(select(LearningEvent).order_by(LearningEvent.told_at)))
    world.session.commit()
    return found


def words(html: str) -> str:
    """Return what a reader sees of the content, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


def code(world: World, unit: str = "Cranes") -> str:
    """Return the code with which a team tells of events."""
    return show_code(log_code(world.settings.ballot_key, world.organisation_id, world.units[unit].id))


def link(world: World, unit: str = "Cranes") -> str:
    """Return the address at which a team tells of events."""
    return f"/log/{world.units[unit].id}"


def test_a_kind_and_a_sentence_are_enough(sign_in: SignIn, harbour: World) -> None:
    """It is told now, and stands in the log at once."""
    browser = sign_in(manager="Cranes")
    reply = browser.post("/app/log/new", team=harbour.units["Cranes"].id, **SLIPPED)
    assert (reply.status_code, reply.location) == (303, "/app/log")
    html = browser.get("/app/log").text
    assert "Thank you. It is in the log." in html
    page = words(html)
    assert "1 entry Near miss Cranes Mar 2, 2026 A hook slipped." in page
    (event,) = logged(harbour)
    assert (event.told_at, event.occurred_at, event.found_by, event.severity) == (NOON, None, None, None)


def test_everything_that_is_known_can_be_said(sign_in: SignIn, harbour: World) -> None:
    """Times are those of the organisation's time zone."""
    sign_in(manager="Cranes").post(
        "/app/log/new",
        **SLIPPED,
        team=harbour.units["Cranes"].id,
        occurred_at="2026-02-27T08:00",
        occurred_precision="day",
        noticed_at="2026-03-01T10:30",
        told_at="2026-03-02T09:15",
        found_by="customer",
        severity="2",
    )
    (event,) = logged(harbour)
    assert event.occurred_at == datetime(2026, 2, 27, 7, tzinfo=UTC)
    assert event.noticed_at == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert event.told_at == datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
    assert (event.occurred_precision, event.found_by, event.severity) == ("day", "customer", 2)


@pytest.mark.parametrize(
    ("changes", "said", "unfolded"),
    [
        ({"kind": ""}, "Choose one.", False),
        ({"kind": "gossip"}, "Not a valid choice.", False),
        ({"what_happened": "  "}, "Write a sentence on what happened.", False),
        ({"what_happened": "x" * 4001}, "Please shorten this to 4000 characters.", False),
        ({"what_happened": "bell \x07"}, "Please give words without unprintable signs.", False),
        ({"told_at": "yesterday"}, "Not a valid datetime value.", True),
        ({"told_at": "2026-03-09T10:00"}, "Please give a time that is not in the future.", True),
        ({"noticed_at": "2026-03-09T10:00"}, "Please give a time before it was told.", True),
        ({"occurred_at": "0001-01-01T00:00"}, "Please give a time between 1950 and now.", True),
        ({"team": ""}, "Choose a team.", False),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    sign_in: SignIn, harbour: World, changes: dict[str, str], said: str, *, unfolded: bool
) -> None:
    """The part that is folded away opens when the mistake is in it."""
    fields = {"team": harbour.units["Cranes"].id, **SLIPPED, "found_by": "audit", **changes}
    reply = sign_in(manager="Cranes").post("/app/log/new", **fields)
    assert reply.status_code == 422
    assert said in words(reply.text)
    assert "<details open" in reply.text if unfolded else "<details open" not in reply.text
    assert '<option selected value="audit">' in reply.text
    if "what_happened" not in changes:
        assert "A hook slipped.</textarea>" in reply.text
    assert logged(harbour) == []


def test_an_account_told_anonymously(sign_in: SignIn, harbour: World) -> None:
    """The server knows who is signed in, and a proxy's log of staff pages when; the page says where nobody does."""
    add_key(harbour, add_account(harbour, "erin", steward="Harbour"), "a lighthouse in fog")
    browser, fields = sign_in(manager="Cranes"), {**SLIPPED, "team": harbour.units["Cranes"].id}
    page = browser.get("/app/log/new").text
    assert "use your team&#39;s link and do not sign in" in page
    assert ('value="confidential"' in page, 'value="anonymous"' in page) == (True, False)
    assert browser.post("/app/log/new", **fields | {"mode": "anonymous"}).status_code == 422
    assert logged(harbour) == []


def test_nobody_logs_for_a_team_of_others(sign_in: SignIn, harbour: World) -> None:
    """Their teams are not to choose from."""
    reply = sign_in(manager="Cranes").post("/app/log/new", team=harbour.units["Gates"].id, **SLIPPED)
    assert reply.status_code == 422
    assert "Gates" not in words(sign_in(manager="Cranes").get("/app/log/new").text)


def test_an_account_without_a_role_has_nothing_to_log_for(sign_in: SignIn) -> None:
    """The page says so instead of showing a form that cannot be sent."""
    assert "Your account has no role for a unit yet." in sign_in().get("/app/log/new").text


def test_the_log_holds_nothing_of_other_teams(sign_in: SignIn, harbour: World) -> None:
    """Not even when their id is asked for."""
    tell(harbour, "Gates", "A gate stuck.")
    browser = sign_in(manager="Cranes")
    for address in ("/app/log", f"/app/log?team={harbour.units['Gates'].id}", "/app/log?q=gate"):
        assert "A gate stuck." not in browser.get(address).text


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        ({}, ["hook", "gate"]),
        ({"q": "HOOK"}, ["hook"]),
        ({"kind": "error"}, ["gate"]),
        ({"team": "Gates"}, ["gate"]),
        ({"team": "Operations"}, ["hook", "gate"]),
        ({"team": "nowhere", "kind": "nothing", "page": "999999999999999999999"}, ["hook", "gate"]),
        ({"q": "nothing like it"}, []),
    ],
)
def test_the_log_is_searched(sign_in: SignIn, harbour: World, wanted: dict[str, str], seen: list[str]) -> None:
    """By words, kind, and team with everything below it; the search stays in its fields."""
    tell(harbour, "Cranes", "A hook slipped.")
    tell(harbour, "Gates", "A gate stuck.", kind="error")
    unit = harbour.units.get(wanted.get("team", ""))
    query = wanted | ({"team": str(unit.id)} if unit else {})
    reply = sign_in(admin="Harbour").client.get("/app/log", query_string=query)
    page = words(reply.text)
    assert [word for word in ("hook", "gate") if f"A {word} " in page] == seen
    assert ("Nothing like this in the log" in page) == (not seen)
    assert f'value="{wanted.get("q", "")}"' in reply.text


def test_the_log_is_downloaded_as_it_is_searched(sign_in: SignIn, harbour: World) -> None:
    """The same entries as on the page, of the account's teams only."""
    tell(harbour, "Cranes", "A hook slipped.", contributing=("handover",))
    tell(harbour, "Cranes", "=1+1", kind="idea")
    tell(harbour, "Gates", "A gate stuck.")
    browser = sign_in(manager="Cranes")
    lines = browser.get("/app/log/log.csv?kind=near_miss").text.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("2026-03-02,exact,Cranes,near_miss,A hook slipped.")
    assert lines[1].endswith(",handover")
    assert "'=1+1" in browser.get("/app/log/log.csv").text
    assert "gate" not in browser.get("/app/log/log.csv").text


def test_an_empty_log_invites_to_tell(sign_in: SignIn) -> None:
    """It rarely means that nothing happened."""
    assert "An empty log rarely means that nothing happened." in sign_in(manager="Cranes").get("/app/log").text


def test_a_long_log_has_pages_that_keep_the_search(
    sign_in: SignIn, harbour: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next page is one of the same search."""
    monkeypatch.setattr(reading, "PAGE_SIZE", 1)
    for minutes in range(3):
        tell(harbour, told_at=NOON - timedelta(minutes=minutes))
    html = sign_in(manager="Cranes").get("/app/log?q=hook&page=2").text
    assert "Page 2 of 3" in html
    assert re.search(r'rel="next" href="/app/log\?q=hook&amp;page=3"', html)


def test_an_entry_is_withdrawn_after_asking_and_put_back(sign_in: SignIn, harbour: World) -> None:
    """It stays in the log, crossed out."""
    event_id, browser = tell(harbour), sign_in(manager="Cranes")
    assert "Withdraw this entry?" in browser.get(f"/app/log/{event_id}/withdraw").text
    browser.post(f"/app/log/{event_id}/withdraw")
    assert logged(harbour)[0].withdrawn
    page = browser.get("/app/log").text
    assert '<li class="card stack withdrawn">' in page
    assert f'action="/app/log/{event_id}/restore"' in page
    browser.post(f"/app/log/{event_id}/restore")
    assert not logged(harbour)[0].withdrawn


def test_the_team_link_is_shown_for_one_team(sign_in: SignIn, harbour: World, client: FlaskClient) -> None:
    """It leads to the form of that team."""
    html = sign_in(manager="Cranes").get("/app/log").text
    found = re.search(r'href="http://[^/"]*(/log/[^#"]+)#([^"]+)"', html)
    assert found is not None
    assert client.post(found[1], data={**SLIPPED, "code": found[2]}).status_code == 201
    assert "For the team" not in sign_in(admin="Harbour").get("/app/log").text


def test_a_team_tells_without_an_account(client: FlaskClient, harbour: World) -> None:
    """No cookie is set, nothing but the words is kept, and the way to the next one is open."""
    reply = client.post(link(harbour), data={**SLIPPED, "code": code(harbour).lower().replace("-", " ")})
    assert reply.status_code == 201
    assert "Set-Cookie" not in reply.headers
    assert f'href="{link(harbour)}?lang=en#' in reply.text
    (event,) = logged(harbour)
    assert (event.unit_id, event.what_happened) == (harbour.units["Cranes"].id, "A hook slipped.")


@pytest.mark.parametrize("typed", ["", "hello", "0000-0000-0000-0000", "gates", "9" * 5000])
def test_a_wrong_code_is_asked_for_again(client: FlaskClient, harbour: World, typed: str) -> None:
    """What was told stays in the form."""
    reply = client.post(link(harbour), data={**SLIPPED, "code": code(harbour, "Gates") if typed == "gates" else typed})
    assert reply.status_code == 422
    assert "A hook slipped.</textarea>" in reply.text
    assert 'id="code-error"' in reply.text
    assert logged(harbour) == []


def test_nobody_learns_which_teams_there_are(client: FlaskClient, harbour: World) -> None:
    """An unknown team and a wrong code give the same answer."""
    unknown = client.post(f"/log/{uuid4()}", data={**SLIPPED, "code": code(harbour)})
    wrong = client.post(link(harbour), data={**SLIPPED, "code": code(harbour, "Gates")})
    assert unknown.status_code == wrong.status_code == 422
    assert words(unknown.text) == words(wrong.text)
    assert client.get(f"/log/{uuid4()}").status_code == 200


def test_the_form_of_a_team_speaks_german(client: FlaskClient, harbour: World) -> None:
    """With its choices and its messages."""
    assert "Beinahe-Fehler: Es wäre fast schiefgegangen" in client.get(f"{link(harbour)}?lang=de").text
    late = {**SLIPPED, "code": code(harbour), "told_at": "2030-01-01T10:00"}
    page = words(client.post(f"{link(harbour)}?lang=de", data=late).text)
    assert "Bitte geben Sie Folgendes an: eine Zeit zwischen 1950 und jetzt." in page


def test_what_the_log_refuses_is_known_to_the_translation() -> None:
    """Every wish that the form can pass on is listed where it is translated."""
    entry = Entry(uuid4(), "error", "A hook slipped.", NOON)
    wrong: list[dict[str, Any]] = [
        {"what_happened": ""},
        {"what_happened": "\x07"},
        {"told_at": NOON + timedelta(days=1)},
        {"noticed_at": NOON + timedelta(days=1)},
        {"occurred_at": NOON + timedelta(days=1)},
        {"told_at": datetime(1900, 1, 1, tzinfo=UTC)},
    ]
    for changes in wrong:
        with pytest.raises(Invalid) as refused:
            check_entry(replace(entry, **changes), NOON)
        assert re.sub(r"\d+", "{}", refused.value.expected) in SAID_ELSEWHERE


FIELDS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([*KINDS, "", "gossip"]),
        "what_happened": st.text(st.characters(codec="utf-8"), max_size=40),
    },
    optional={
        name: st.one_of(
            st.text(st.characters(codec="utf-8"), max_size=12),
            st.datetimes().map(lambda moment: f"{moment:%Y-%m-%dT%H:%M}"),
            st.sampled_from(["exact", "day", "owner", "3", "-1", "2026-03-29T02:30"]),
        )
        for name in (
            "occurred_at",
            "occurred_precision",
            "noticed_at",
            "told_at",
            "noticed_precision",
            "told_precision",
            "found_by",
            "reached",
            "severity",
            "potential_severity",
            "held",
            "barrier",
            "contributing",
            "surprise",
            "decision_affected",
            "mode",
            "name",
            "hinted",
            "code",
            "team",
        )
    },
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=FIELDS)
def test_no_form_breaks_the_log(client: FlaskClient, harbour: World, fields: dict[str, str]) -> None:
    """Whatever is sent is taken or asked for again."""
    reply = client.post(link(harbour), data={"code": code(harbour), **fields})
    assert reply.status_code in {200, 201, 422}


def test_the_log_says_nothing_of_answers(sign_in: SignIn, check: Check) -> None:
    """Byte for byte, before and after somebody has answered an open wave."""
    tell(check.world)
    browser = sign_in(admin="Harbour")
    before = TOKEN.sub("", browser.get("/app/log").text)
    check.world.answer(check.wave, "Cranes", check.codes[0], {"raise-concerns": 1})
    check.world.session.commit()
    assert TOKEN.sub("", browser.get("/app/log").text) == before
