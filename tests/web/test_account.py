"""Signing in and out, a new password by mail, one's own account: the pages."""

import re
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from time import monotonic, sleep

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from surveyapp.services.accounts.access import Viewer
from surveyapp.services.accounts.managing import disable_account
from surveyapp.services.accounts.resetting import request_reset
from surveyapp.services.accounts.signing_in import authenticate, end_sessions
from surveyapp.web.access import wanted_page
from surveyapp.web.wiring import create_app
from tests.fixtures.accounts import NOON, PASSWORD, ticket_of
from tests.fixtures.mail import MailServer
from tests.fixtures.site import Clock
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World

Visit = Callable[..., Visitor]
NEW_PASSWORD = "a tug in the basin"


def sign_in(visitor: Visitor, email: str, password: str = PASSWORD, wanted: str = "") -> TestResponse:
    """Fill in the form of the sign-in page."""
    return visitor.post(f"/app/sign-in{wanted}", email=email, password=password)


def is_signed_in(visitor: Visitor) -> bool:
    """Tell whether one's own account can be opened."""
    return visitor.get("/app/account").status_code == 200


def key_of(world: World) -> bytes:
    """Return the key under which tries are counted."""
    return world.settings.attempts_key


def code_for(world: World, viewer: Viewer) -> str:
    """Return the code of a mail that was asked for."""
    return request_reset(world.session, key_of(world), viewer.email, NOON)[0].code


def wait_for_mail(server: MailServer) -> EmailMessage:
    """Wait for what was sent behind the back of a request."""
    end = monotonic() + 20
    while not server.messages and monotonic() < end:
        sleep(0.05)
    return server.messages[0]


def test_the_right_password_opens_the_page_that_was_wanted(visit: Visit, alice: Viewer) -> None:
    """Who was sent to the sign-in comes back to where they wanted to go."""
    visitor = visit()
    sent = visitor.get("/app/account?from=mail")
    assert sent.status_code == 303
    back = visitor.post(sent.headers["Location"], email=alice.email, password=PASSWORD)
    assert (back.status_code, back.headers["Location"]) == (303, "/app/account?from=mail")
    assert is_signed_in(visitor)


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_a_wrong_password_gets_one_answer(visit: Visit, alice: Viewer, email: str) -> None:
    """The page says the same for an address that exists and one that does not, and repeats no password."""
    reply = sign_in(visit(), email, "wrong password")
    assert reply.status_code == 403
    assert "The e-mail address and the password do not belong together" in reply.text
    assert "wrong password" not in reply.text


def test_too_many_tries_are_told_to_wait(visit: Visit, alice: Viewer) -> None:
    """The sixth try is refused with its own status."""
    visitor = visit()
    replies = [sign_in(visitor, alice.email, "wrong password").status_code for _ in range(6)]
    assert replies == [403] * 5 + [429]


def test_a_form_without_its_token_signs_nobody_in(visit: Visit, alice: Viewer) -> None:
    """Another site cannot sign a visitor in under its own account."""
    visitor = visit()
    reply = visitor.client.post("/app/sign-in", data={"email": alice.email, "password": PASSWORD})
    assert reply.status_code == 400
    assert not is_signed_in(visitor)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/app/\\evil.example",
        "/app/\t/evil.example",
        "/app/../answer",
        "/app/%2e%2e/answer",
        "/answer",
        "javascript:alert(1)",
        "/application",
        "",
        None,
    ],
)
def test_nobody_is_sent_anywhere_else(address: str | None) -> None:
    """An address that is not a page under /app leads to the first page."""
    assert wanted_page(address) == "/app/"


@pytest.mark.parametrize("address", ["/app/", "/app/teams?pulse=1", "/app/teams/ab-cd/results.csv"])
def test_pages_of_ours_are_gone_back_to(address: str) -> None:
    """With what was asked of them."""
    assert wanted_page(address) == address


def test_an_evil_address_is_not_followed_after_signing_in(visit: Visit, alice: Viewer) -> None:
    """The page itself holds to it."""
    reply = sign_in(visit(), alice.email, wanted="?next=//evil.example/app/")
    assert reply.headers["Location"] == "/app/"


def test_nothing_from_before_the_sign_in_is_kept(visit: Visit, alice: Viewer) -> None:
    """A session that somebody else put into the browser is of no use to them afterwards."""
    visitor = visit()
    with visitor.client.session_transaction("/app/") as planted:
        planted["csrf_token"] = planted["planted"] = "known to somebody else"
    sign_in(visitor, alice.email)
    with visitor.client.session_transaction("/app/") as kept:
        assert "planted" not in kept
        assert kept.get("csrf_token") != "known to somebody else"


def test_the_cookie_names_no_person(visit: Visit, alice: Viewer) -> None:
    """It holds ids and an end, nothing that says who it is."""
    visitor = visit()
    sign_in(visitor, alice.email)
    with visitor.client.session_transaction("/app/") as kept:
        assert set(kept) <= {"account", "until", "csrf_token"}


def test_a_session_ends_after_twelve_hours(
    visit: Visit, harbour: World, alice: Viewer, later: Callable[..., None]
) -> None:
    """However busy its owner was."""
    visitor = visit(ticket_of(harbour, "alice"))
    later(hours=11, minutes=59)
    assert is_signed_in(visitor)
    later(minutes=1)
    assert not is_signed_in(visitor)


def test_a_later_version_of_the_account_ends_the_session(visit: Visit, harbour: World, alice: Viewer) -> None:
    """Signing out elsewhere reaches this browser at its next request."""
    visitor = visit(ticket_of(harbour, "alice"))
    end_sessions(harbour.session, alice)
    assert not is_signed_in(visitor)


def test_a_disabled_account_is_out_at_once(visit: Visit, harbour: World, alice: Viewer, grace: Viewer) -> None:
    """Not only at the next sign-in."""
    visitor = visit(ticket_of(harbour, "alice"))
    disable_account(harbour.session, grace, alice.account_id, NOON)
    assert not is_signed_in(visitor)


def test_signing_out_ends_every_copy_of_the_session(visit: Visit, harbour: World, alice: Viewer) -> None:
    """A cookie that was stolen before is worth nothing."""
    here, copy = visit(ticket_of(harbour, "alice")), visit(ticket_of(harbour, "alice"))
    assert here.post("/app/sign-out").headers["Location"] == "/app/sign-in"
    assert not is_signed_in(here)
    assert not is_signed_in(copy)


def test_nobody_is_signed_out_by_a_link(visit: Visit, harbour: World, alice: Viewer) -> None:
    """Signing out takes a form with its token."""
    visitor = visit(ticket_of(harbour, "alice"))
    assert visitor.get("/app/sign-out").status_code == 405
    assert visitor.client.post("/app/sign-out").status_code == 400
    assert is_signed_in(visitor)


def test_a_form_sent_after_the_session_ended_leads_to_the_sign_in(visit: Visit, harbour: World) -> None:
    """Not to a page about tokens; and nothing is done that was in it."""
    reply = visit().client.post("/app/account", data={"name": "Mallory"})
    assert (reply.status_code, reply.headers["Location"]) == (303, "/app/sign-in")


def test_a_page_that_says_nothing_about_access_is_shut(app: Flask, visit: Visit) -> None:
    """Forgetting the mark locks people out instead of letting them in."""
    app.add_url_rule("/app/forgotten", "forgotten", lambda: "secret")
    reply = visit().get("/app/forgotten")
    assert reply.status_code == 303
    assert "secret" not in reply.text


def test_who_is_signed_in_needs_no_sign_in_page(visit: Visit, harbour: World, alice: Viewer) -> None:
    """They go on to the first page."""
    assert visit(ticket_of(harbour, "alice")).get("/app/sign-in").headers["Location"] == "/app/"


def test_the_first_page_is_the_first_of_the_menu(visit: Visit, harbour: World, alice: Viewer) -> None:
    """A manager starts with the teams."""
    assert visit(ticket_of(harbour, "alice")).get("/app/").headers["Location"] == "/app/teams"


def test_a_mailed_code_changes_the_password(visit: Visit, harbour: World, alice: Viewer) -> None:
    """The page then asks to sign in with it."""
    code = code_for(harbour, alice)
    reply = visit().post("/app/reset", code=code, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert (reply.status_code, reply.headers["Location"]) == (303, "/app/sign-in")
    ticket = authenticate(harbour.session, key_of(harbour), alice.email, NEW_PASSWORD, NOON)
    assert ticket.account_id == alice.account_id


def test_a_worthless_code_is_refused(visit: Visit, alice: Viewer) -> None:
    """The page says why, and keeps what was typed."""
    reply = visit().post("/app/reset", code="0000-0000-0000-0000", password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert reply.status_code == 404
    assert "a code works once" in reply.text
    assert 'value="0000-0000-0000-0000"' in reply.text


@pytest.mark.parametrize(
    ("password", "again", "complaint"),
    [
        ("short", "short", "at least 12"),
        (NEW_PASSWORD, "something else", "not alike"),
        ("alice@example.org", "alice@example.org", "nobody can look up"),
        ("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "5 or more different characters"),
    ],
)
def test_a_password_that_will_not_do_is_explained(
    visit: Visit, harbour: World, alice: Viewer, password: str, again: str, complaint: str
) -> None:
    """At the field, without repeating it, and without spending the code."""
    code = code_for(harbour, alice)
    refused = visit().post("/app/reset", code=code, password=password, again=again)
    assert refused.status_code == 422
    assert complaint in refused.text
    assert f'value="{password}"' not in refused.text
    assert visit().post("/app/reset", code=code, password=NEW_PASSWORD, again=NEW_PASSWORD).status_code == 303


@pytest.fixture
def sending(harbour: World, clock: Clock, smtp_server: MailServer) -> Flask:
    """Give the application with a mail server."""
    settings = replace(harbour.settings, mail_url=smtp_server.url, base_url="https://pulse.example.org")
    return create_app(settings, clock)


def test_the_mail_carries_the_code_where_no_server_sees_it(
    sending: Flask, alice: Viewer, smtp_server: MailServer
) -> None:
    """The link has it in its fragment, and for typing it stands below; the code works."""
    visitor = Visitor(sending)
    assert "on its way" in visitor.post("/app/forgot-password", email=" Alice@example.org").text
    mail = wait_for_mail(smtp_server)
    text = mail.get_body(("plain",))
    assert text is not None
    link = re.search(r"https://pulse\.example\.org/app/reset#((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})\s", text.get_content())
    assert link is not None
    assert text.get_content().count(link[1]) == 2
    assert mail["To"] == "Alice <alice@example.org>"
    assert visitor.post("/app/reset", code=link[1], password=NEW_PASSWORD, again=NEW_PASSWORD).status_code == 303


def test_an_unknown_address_reads_the_same_page(sending: Flask, alice: Viewer, smtp_server: MailServer) -> None:
    """And no mail goes anywhere."""
    pages = [
        Visitor(sending).post("/app/forgot-password", email=email).text
        for email in ("nobody@example.org", "alice@example.org")
    ]
    assert pages[0] == pages[1]
    wait_for_mail(smtp_server)
    assert [mail["To"] for mail in smtp_server.messages] == ["Alice <alice@example.org>"]


def test_a_mail_server_that_is_away_changes_nothing_on_the_page(
    harbour: World, clock: Clock, alice: Viewer, caplog: pytest.LogCaptureFixture
) -> None:
    """The failure is logged without the address and the code."""
    app = create_app(replace(harbour.settings, mail_url="smtp://127.0.0.1:9"), clock)
    assert "on its way" in Visitor(app).post("/app/forgot-password", email=alice.email).text
    end = monotonic() + 20
    while not caplog.records and monotonic() < end:
        sleep(0.05)
    assert "was not sent" in caplog.text
    assert alice.email not in caplog.text


def test_without_a_mail_server_people_are_sent_to_an_administrator(visit: Visit, world: World) -> None:
    """Instead of waiting for a mail that never comes."""
    assert "ask an administrator" in visit().get("/app/forgot-password").text


def test_one_changes_ones_own_name_and_language(visit: Visit, harbour: World, alice: Viewer) -> None:
    """The page speaks the new language at once."""
    visitor = visit(ticket_of(harbour, "alice"))
    assert visitor.post("/app/account", name="Alice Crane", language="de").status_code == 303
    page = visitor.get("/app/account").text
    assert 'lang="de"' in page
    assert "Alice Crane" in page


def test_a_language_that_nobody_speaks_is_refused(visit: Visit, harbour: World, alice: Viewer) -> None:
    """The choice is among those there are."""
    assert visit(ticket_of(harbour, "alice")).post("/app/account", name="Alice", language="tlh").status_code == 422


def test_a_changed_password_keeps_this_session_and_ends_others(visit: Visit, harbour: World, alice: Viewer) -> None:
    """The person at the keyboard goes on working."""
    here, elsewhere = visit(ticket_of(harbour, "alice")), visit(ticket_of(harbour, "alice"))
    fields = {"old": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert here.post("/app/account/password", **fields).status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_the_old_password_is_asked_for(visit: Visit, harbour: World, alice: Viewer) -> None:
    """An unlocked screen is not enough to take an account over."""
    visitor = visit(ticket_of(harbour, "alice"))
    reply = visitor.post("/app/account/password", old="wrong", password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert reply.status_code == 403
    assert "The old password is not right" in reply.text
