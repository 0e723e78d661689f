"""Every response carries the security headers of its area."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.web.headers import POLICY
from surveyapp.web.wiring import create_app
from tests.fixtures.site import Check
from tests.fixtures.world import World

PATHS = ["/", "/answer", "/answer/unknown", "/results", "/app/", "/app/nowhere", "/api/nowhere", "/healthz"]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_allowed_that_is_not_named(client: FlaskClient, path: str) -> None:
    """The policy begins with nothing and allows no inline code, on pages and on failures."""
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert POLICY.startswith("default-src 'none'")
    assert "unsafe" not in POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_files_carry_what_files_need(app: Flask) -> None:
    """Style sheets say what they are and for whom; the rest is for pages."""
    headers = app.test_client().get(app.extensions["assets"].address("base.css")).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Content-Security-Policy" not in headers


@pytest.mark.parametrize("path", PATHS)
def test_nobody_keeps_what_is_not_marked(client: FlaskClient, path: str) -> None:
    """Pages are not stored by browsers or proxies unless they say so."""
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_replies_to_answers_are_not_kept(client: FlaskClient, check: Check) -> None:
    """What follows a sent sheet is in no cache."""
    reply = client.post(check.path, data={"code": check.codes[0], "empty": "yes"})
    assert reply.headers["Cache-Control"] == "no-store"


def test_tells_no_other_site_where_a_reader_was(client: FlaskClient) -> None:
    """Anonymous pages send no referrer at all; staff pages only inside the site, where forms are checked by it."""
    assert client.get("/answer").headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/app/nowhere").headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(("base_url", "expected"), [("https://a.example", "max-age=31536000"), ("http://a", None)])
def test_insists_on_tls_where_there_is_tls(world: World, base_url: str, expected: str | None) -> None:
    """Browsers are told to come back encrypted only where that works."""
    app = create_app(replace(world.settings, base_url=base_url))
    assert app.test_client().get("/healthz").headers.get("Strict-Transport-Security") == expected
