"""Security headers, by area."""

from flask import Flask, Response, request

from surveyapp.settings import Settings
from surveyapp.web.areas import Area, area

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EVERYWHERE = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
# Staff forms are checked for where they come from, which needs the referrer inside the site.
BY_AREA: dict[Area, dict[str, str]] = {"staff": {"Referrer-Policy": "same-origin"}}
ONE_YEAR = "max-age=31536000"


def install(app: Flask, settings: Settings) -> None:
    """Add the headers to every response."""
    transport = {"Strict-Transport-Security": ONE_YEAR} if settings.https else {}

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(EVERYWHERE | BY_AREA.get(area(request.path), {}) | transport)
        # A page that says nothing about caching is kept by nobody.
        response.headers.setdefault("Cache-Control", "no-store")
        return response
