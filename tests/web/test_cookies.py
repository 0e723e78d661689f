"""Cookies live under /app and nowhere else."""

from dataclasses import replace

import pytest
from flask import Flask, request, session

from surveyapp.web.access import open_to_anybody
from surveyapp.web.wiring import create_app
from tests.fixtures.world import World


@pytest.fixture
def mirror(app: Flask) -> Flask:
    """Give the application with pages that use cookies inside and outside /app."""

    def show() -> dict[str, str]:
        return dict(request.cookies)

    def keep() -> str:
        session["seen"] = "yes"
        return "kept"

    for area in ("/answer-mirror", "/app/mirror"):
        app.add_url_rule(area, area, open_to_anybody(show))
        app.add_url_rule(f"{area}/keep", f"{area}/keep", open_to_anybody(keep))
    return app


def test_are_dropped_outside(mirror: Flask) -> None:
    """A cookie that arrives at an anonymous page cannot be read there."""
    reply = mirror.test_client().get("/answer-mirror", headers={"Cookie": "surveyapp=secret"})
    assert reply.get_json() == {}


def test_are_read_inside(mirror: Flask) -> None:
    """Staff pages see theirs."""
    reply = mirror.test_client(use_cookies=False).get("/app/mirror", headers={"Cookie": "surveyapp=secret"})
    assert reply.get_json() == {"surveyapp": "secret"}


def test_are_set_for_staff_pages_only(mirror: Flask) -> None:
    """The cookie of a session is not sent to anonymous pages, and not readable by script."""
    cookie = mirror.test_client().get("/app/mirror/keep").headers["Set-Cookie"]
    assert "Path=/app" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_are_secure_with_tls(world: World) -> None:
    """Where the site is served over TLS, the cookie travels over TLS only."""
    app = create_app(replace(world.settings, base_url="https://pulse.example.org"))
    assert app.config["SESSION_COOKIE_SECURE"] is True


def test_cannot_be_set_outside(mirror: Flask) -> None:
    """Code that would start a session on an anonymous page fails, so that it is noticed."""
    reply = mirror.test_client().get("/answer-mirror/keep")
    assert reply.status_code == 500
    assert "Set-Cookie" not in reply.headers
