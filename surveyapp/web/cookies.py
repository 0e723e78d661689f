"""Cookies exist under /app only: elsewhere none is set, and one that arrives is dropped before anybody can read it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from surveyapp.settings import Settings
from surveyapp.web.areas import area

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class StaffSessions(SecureCookieSessionInterface):
    """Sessions for staff; on other pages there is none, and writing to it raises."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a staff page, or None."""
        return super().open_session(app, request) if area(request.path) == "staff" else None


class NoCookies:
    """Removes cookies from requests outside /app, so that an identity never arrives together with a ballot."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self._inner = inner

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on."""
        if area(environ.get("PATH_INFO", "")) != "staff":
            environ.pop("HTTP_COOKIE", None)
        return self._inner(environ, start_response)


def install(app: Flask, settings: Settings) -> None:
    """Confine cookies to /app."""
    app.config.update(
        SESSION_COOKIE_NAME="surveyapp",
        SESSION_COOKIE_PATH="/app",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
    )
    app.session_interface = StaffSessions()
    app.wsgi_app = NoCookies(app.wsgi_app)  # type: ignore[method-assign]
