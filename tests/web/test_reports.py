"""Telling in confidence, the receipt, and the inbox of stewards."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from surveyapp.privacy.ballots import show_code
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.team_codes import log_code
from tests.fixtures.accounts import add_account, add_key, ticket_of
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World
from tests.web.test_learning import logged, words

PASSPHRASE = "a lighthouse in fog"
SLIPPED = {"kind": "near_miss", "what_happened": "The hook slipped.", "mode": "anonymous"}


@pytest.fixture
def erin(harbour: World) -> Viewer:
    """Give the account of erin, the steward of everybody, with a key."""
    viewer = add_account(harbour, "erin", steward="Harbour")
    add_key(harbour, viewer, PASSPHRASE)
    return viewer


@pytest.fixture
def steward(harbour: World, erin: Viewer, visit: Callable[..., Visitor]) -> Visitor:
    """Give erin's browser."""
    return visit(ticket_of(harbour, "erin"))


@pytest.fixture
def tell(app: Flask, harbour: World) -> Callable[..., TestResponse]:
    """Give a function by which one of the cranes tells of something without an account."""
    cranes = harbour.units["Cranes"].id
    code = show_code(log_code(harbour.settings.ballot_key, harbour.organisation_id, cranes))
    harbour.session.commit()
    client = app.test_client(use_cookies=False)

    def told(language: str = "en", **changes: str) -> TestResponse:
        return client.post(f"/log/{cranes}?lang={language}", data={"code": code, **SLIPPED, **changes})

    return told


def join(world: World, name: str, visit: Callable[..., Visitor], **roles: str) -> Visitor:
    """Open the browser of a new account with roles."""
    # What was read so far belongs to an older transaction, which could not write.
    world.session.commit()
    add_account(world, name, **roles)
    return visit(ticket_of(world, name))


def receipt_of(reply: TestResponse) -> str:
    """Return the receipt on a page."""
    found = re.search(r"<strong>([0-9A-Z-]{19})</strong>", reply.text)
    assert found is not None, words(reply.text)
    return found[1]


def test_what_was_meant_for_a_steward_never_reaches_the_team(tell: Callable[..., TestResponse], harbour: World) -> None:
    """Not even when the last steward left between opening and sending the page."""
    assert tell(mode="confidential", name="Charlie").status_code == 422
    assert logged(harbour) == []


def test_hints_are_shown_once_and_block_nothing(tell: Callable[..., TestResponse], harbour: World) -> None:
    """The form comes back with them and all that was typed; sent again as it is, it is taken."""
    blaming = {"mode": "named", "what_happened": "They should have looked. Human error."}
    reply = tell(**blaming)
    assert reply.status_code == 200
    page = words(reply.text)
    assert "“should have”: What would have made it easier to do?" in page
    assert "“Human error”: What in the work made this likely?" in page
    assert 'form="event">Send it as it is</button>' in reply.text
    assert "They should have looked. Human error.</textarea>" in reply.text
    assert logged(harbour) == []
    assert 'name="hinted" type="hidden" value="yes"' in reply.text
    assert tell(**blaming, hinted="yes").status_code == 201
    assert len(logged(harbour)) == 1


def test_hints_speak_the_language_of_the_page(tell: Callable[..., TestResponse]) -> None:
    """German words get German questions."""
    reply = tell("de", mode="named", what_happened="Das war schlampig.")
    assert "“schlampig”: Wie sah die Lage aus?" in words(reply.text)


def test_the_rules_of_the_hints_come_with_the_page(tell: Callable[..., TestResponse]) -> None:
    """So that they appear while one types, without asking anybody."""
    assert "data-wording=" in tell(kind="").text


def test_every_detail_is_kept(tell: Callable[..., TestResponse], harbour: World) -> None:
    """Three times with how exactly they are known, whom it reached, how bad it could have been, and why."""
    tell(
        mode="named",
        name="Charlie",
        occurred_at="2026-02-01T00:00",
        occurred_precision="month",
        noticed_at="2026-03-01T10:00",
        noticed_precision="hour",
        told_at="2026-03-02T08:00",
        told_precision="day",
        reached="external",
        severity="1",
        potential_severity="4",
        held="barrier",
        barrier="the second check",
        contributing="time_pressure",
        surprise="The label was outside.",
        decision_affected="yes",
        needed_by="2026-03-03T08:00",
        options_left="1",
    )
    (event,) = logged(harbour)
    assert (event.lead_hours, event.options_left) == (24, 1)
    assert (event.occurred_precision, event.noticed_precision, event.told_precision) == ("month", "hour", "day")
    assert (event.reached, event.severity, event.potential_severity) == ("external", 1, 4)
    assert (event.barrier, event.luck_only, event.contributing) == ("the second check", False, "time_pressure")
    assert (event.surprise, event.decision_affected) == ("The label was outside.", True)
    assert (event.detection_hours, event.voice_hours) == (None, 22)


def test_the_team_reads_the_name_that_was_given_to_it(
    tell: Callable[..., TestResponse], harbour: World, visit: Callable[..., Visitor]
) -> None:
    """Beside what was told; nobody else's name is there."""
    browser = join(harbour, "alice", visit, manager="Cranes")
    tell(mode="named", name="Charlie", reached="internal", held="luck")
    page = words(browser.get("/app/log").text)
    assert "Reached people in the organisation · Nothing but luck held it · Told by Charlie" in page


def test_a_report_goes_to_the_steward_and_the_answer_to_the_receipt(
    tell: Callable[..., TestResponse], steward: Visitor, client: FlaskClient
) -> None:
    """Two ways, without a name, an account or a cookie."""
    reply = tell()
    assert reply.status_code == 201
    receipt = receipt_of(reply)
    listed = steward.get("/app/reports").text
    assert "1 report Near miss waits for you Cranes anonymous, open, week of Mar 2, 2026 The hook slipped." in words(
        listed
    )
    report = re.search(r"/app/reports/[0-9a-f-]{36}", listed)
    assert report is not None
    steward.post(f"{report[0]}/answer", words="Which hook?")
    page = client.post("/receipt", data={"receipt": receipt.lower()})
    assert "Which hook?" in words(page.text)
    client.post("/receipt", data={"receipt": receipt, "words": "The third."})
    shown = steward.get(report[0]).text
    assert "The third." in words(shown)
    assert "Who told" not in shown
    assert "Set-Cookie" not in page.headers


def test_the_name_is_shown_once_to_the_passphrase(tell: Callable[..., TestResponse], steward: Visitor) -> None:
    """A wrong one is refused at its field."""
    tell(mode="confidential", name="Charlie Quay")
    found = re.search(r"/app/reports/[0-9a-f-]{36}", steward.get("/app/reports").text)
    assert found is not None
    assert "Charlie Quay" not in steward.get(found[0]).text
    wrong = steward.post(f"{found[0]}/name", passphrase="a wrong passphrase")
    assert (wrong.status_code, "Charlie Quay" in wrong.text) == (422, False)
    assert "the passphrase of your key" in wrong.text
    assert "Charlie Quay" in steward.post(f"{found[0]}/name", passphrase=PASSPHRASE).text
    assert "Charlie Quay" not in steward.get(found[0]).text


def test_confidence_asks_for_a_name(tell: Callable[..., TestResponse], erin: Viewer, harbour: World) -> None:
    """At its field, and nothing is taken until then."""
    harbour.session.commit()
    reply = tell(mode="confidential")
    assert reply.status_code == 422
    assert "Please give your name for the steward; choose anonymous to give none." in words(reply.text)


def test_the_team_reads_the_copy_days_later(
    tell: Callable[..., TestResponse],
    steward: Visitor,
    harbour: World,
    visit: Callable[..., Visitor],
    later: Callable[..., None],
) -> None:
    """Neither before nor in other words than the steward's; its week is all there is of time."""
    manager = join(harbour, "alice", visit, manager="Cranes")
    tell(what_happened="Bob let the hook slip.")
    found = re.search(r"/app/reports/[0-9a-f-]{36}", steward.get("/app/reports").text)
    assert found is not None
    draft = re.search(r'name="shown_words"[^>]*>\s*([^<]*)<', steward.get(found[0]).text)
    assert draft is not None
    assert draft[1].strip() == "[…] let the hook slip."
    steward.post(f"{found[0]}/publish", shown_words="A hook slipped.")
    manager.sign_in(ticket_of(harbour, "alice"))
    later(hours=11)
    assert "A hook slipped." not in manager.get("/app/log").text
    later(hours=61)
    manager.sign_in(ticket_of(harbour, "alice"))
    page = words(manager.get("/app/log").text)
    assert "week of Mar 2, 2026 A hook slipped." in page
    assert "Bob" not in page
    assert "Withdraw" not in page


def test_managers_and_admins_do_not_see_reports(
    tell: Callable[..., TestResponse], steward: Visitor, harbour: World, visit: Callable[..., Visitor]
) -> None:
    """Neither the list, nor one by its address, nor the file."""
    tell()
    found = re.search(r"/app/reports/[0-9a-f-]{36}", steward.get("/app/reports").text)
    assert found is not None
    for name, role in (
        ("alice", {"manager": "Cranes"}),
        ("grace", {"admin": "Harbour"}),
        ("dana", {"coach": "Harbour"}),
    ):
        browser = join(harbour, name, visit, **role)
        statuses = [
            browser.get(address).status_code for address in ("/app/reports", found[0], "/app/reports/reports.csv")
        ]
        assert statuses == [403, 403, 403]
        assert "hook" not in browser.get("/app/log").text


def test_a_steward_who_manages_the_team_sees_none_of_its_reports(
    tell: Callable[..., TestResponse], steward: Visitor, harbour: World, visit: Callable[..., Visitor]
) -> None:
    """Not even by the address."""
    tell()
    found = re.search(r"/app/reports/[0-9a-f-]{36}", steward.get("/app/reports").text)
    assert found is not None
    browser = join(harbour, "frank", visit, steward="Harbour", manager="Operations")
    assert "Nothing here yet" in words(browser.get("/app/reports").text)
    assert browser.get(found[0]).status_code == 404
    assert browser.post(f"{found[0]}/close").status_code == 404


def test_a_steward_is_asked_for_a_key(harbour: World, visit: Callable[..., Visitor]) -> None:
    """The empty inbox says what is missing, and a short passphrase is refused."""
    browser = join(harbour, "erin", visit, steward="Harbour")
    assert "Nobody can tell you in confidence yet" in words(browser.get("/app/reports").text)
    assert browser.post("/app/reports/key", passphrase="short", repeated="short").status_code == 422
    mistyped = browser.post("/app/reports/key", passphrase=PASSPHRASE, repeated="a lighthouse in fig")
    assert (mistyped.status_code, "type the same passphrase twice" in mistyped.text) == (422, True)
    assert browser.post("/app/reports/key", passphrase=PASSPHRASE, repeated=PASSPHRASE).status_code == 303
    assert "Nobody can tell you" not in words(browser.get("/app/reports").text)


def test_reports_are_searched_downloaded_and_closed(tell: Callable[..., TestResponse], steward: Visitor) -> None:
    """The file holds what the list shows."""
    tell()
    tell(what_happened="=1+1 gates", kind="idea")
    assert "gates" not in words(steward.get("/app/reports?q=hook").text)
    assert "No such report" in words(steward.get("/app/reports?state=closed").text)
    rows = steward.get("/app/reports/reports.csv?kind=idea").text.splitlines()
    assert rows[1].startswith("Cranes,idea,anonymous,open,2026-03-02,week,,'=1+1")
    found = re.search(r"/app/reports/[0-9a-f-]{36}", steward.get("/app/reports?q=hook").text)
    assert found is not None
    steward.post(f"{found[0]}/close")
    assert "The hook slipped." in words(steward.get("/app/reports?state=closed").text)


def test_a_wrong_receipt_is_said_at_its_field(client: FlaskClient) -> None:
    """In the same words whether it could be one or not."""
    for code in ("0000-0000-0000-0000", "nonsense"):
        reply = client.post("/receipt?lang=de", data={"receipt": code})
        assert reply.status_code == 422
        assert "Wir kennen diese Quittung nicht" in words(reply.text)


@settings(max_examples=40, deadline=timedelta(seconds=10), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    receipt=st.text(st.characters(codec="utf-8"), max_size=30),
    message=st.text(st.characters(codec="utf-8"), max_size=30),
)
def test_no_receipt_breaks_the_page(client: FlaskClient, receipt: str, message: str) -> None:
    """Whatever is typed is asked for again."""
    assert client.post("/receipt", data={"receipt": receipt, "words": message}).status_code == 422
