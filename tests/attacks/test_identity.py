"""Who somebody is and the right to put in a sheet never travel together, in either direction."""

import gzip
from collections.abc import Collection, Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect

from surveyapp.privacy.ballots import hash_code, read_code
from surveyapp.services.accounts.access import Viewer
from tests.fixtures.accounts import PASSWORD
from tests.fixtures.site import Check
from tests.fixtures.watching import OpenPage, Watched
from tests.journeys.steps import choose, send

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

pytestmark = pytest.mark.browser


class Wire:
    """Stands before the application and keeps every message as it passes, requests and responses apart."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self.inner = inner
        self.requests: list[str] = []
        self.responses: list[str] = []

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass a request on, and its response back."""
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(sent)
        headers = {name: value for name, value in environ.items() if isinstance(value, str)}
        self.requests.append(f"{headers} {sent.decode()}")
        head: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            head.extend((status, headers))
            return start_response(status, headers, *rest)

        body = b"".join(self.inner(environ, start))
        packed = ("Content-Encoding", "gzip") in head[1]
        self.responses.append(f"{head} {(gzip.decompress(body) if packed else body).decode()}")
        return [body]


@pytest.fixture
def wire(app: Flask) -> Wire:
    """Give what passes between browsers and the application."""
    wire = Wire(app.wsgi_app)
    app.wsgi_app = wire  # type: ignore[method-assign]
    return wire


def _answer_while_signed_in(page: Page, check: Check) -> None:
    """Sign in as the manager of the team, then answer as its member in the same window, and go back to work."""
    page.goto("/app/sign-in")
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto("/answer")
    page.get_by_label("Your code").fill(check.codes[0])
    page.get_by_role("button", name="Continue").click()
    page.goto(f"{check.path}#{check.codes[0]}")
    choose(page, "I can share an idea", "4 Agree")
    page.get_by_label("Anything you want to add?").fill("é" * 501)
    page.get_by_role("button", name="Send my answers").click()
    send(page, "More light, please.")
    page.goto("/app/")


def _ballots(check: Check) -> list[str]:
    codes = [read_code(code) for code in check.codes]
    return [*check.codes, *codes, *(hash_code(code).hex() for code in codes)]


def _identities(check: Check, alice: Viewer) -> list[str]:
    """Return what names a person, or leads to one with the database in hand."""
    members = [*check.world.members.values()]
    names = [name for member in members for name in (member.email, str(member.id), member.id.hex)]
    # The names of the headers that carry a sign-in stand for all that may be in them.
    return [*names, str(alice.account_id), alice.account_id.hex, alice.email, "http_cookie", "set-cookie"]


def _together(wire: Wire, ballots: Collection[str], identities: Collection[str]) -> list[str]:
    """Name who or what was found in the same message as a ballot."""
    messages = [
        message.lower()
        for message in (*wire.requests, *wire.responses)
        if any(ballot.lower() in message.lower() for ballot in ballots)
    ]
    return [each for each in identities if any(each in message for message in messages)]


def test_no_message_carries_an_identity_with_a_ballot(
    check: Check, watched: OpenPage, alice: Viewer, wire: Wire
) -> None:
    """Even somebody who is signed in as a manager answers as nobody."""
    _answer_while_signed_in(watched().page, check)
    assert sum(check.codes[0] in message for message in wire.requests) == 4, "the attack did not see its messages"
    assert _together(wire, _ballots(check), _identities(check, alice)) == []


def test_a_cookie_for_the_whole_site_is_noticed(
    check: Check, alice: Viewer, app: Flask, browser: Browser, address: str, wire: Wire
) -> None:
    """Planted: a session that travels with every request."""
    app.config["SESSION_COOKIE_PATH"] = "/"
    context = browser.new_context(base_url=address, viewport=ViewportSize(width=320, height=640))
    _answer_while_signed_in(Watched(context, address).page, check)
    context.close()
    assert _together(wire, _ballots(check), _identities(check, alice)) == ["http_cookie"]
