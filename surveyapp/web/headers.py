"""Security headers, by area."""

from flask import Flask, Response, request

from surveyapp.settings import Settings
from surveyapp.web.areas import Area, area

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EVERYWHERE = {"Cross-Origin-Resource-Policy": "same-origin", "X-Content-Type-Options": "nosniff"}
PAGES = EVERYWHERE | {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
BY_AREA: dict[Area, dict[str, str]] = {
    "answer": PAGES,
    "public": PAGES,
    "api": PAGES,
    # Style sheets and scripts open no page; what only pages heed would be a fifth of their bytes.
    "static": EVERYWHERE,
    # Staff forms are checked for where they come from, which needs the referrer inside the site.
    "staff": PAGES | {"Referrer-Policy": "same-origin"},
}
ONE_YEAR = "max-age=31536000"


def install(app: Flask, settings: Settings) -> None:
    """Add the headers to every response."""
    transport = {"Strict-Transport-Security": ONE_YEAR} if settings.https else {}
    by_area = {name: list((headers | transport).items()) for name, headers in BY_AREA.items()}

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.extend(by_area[area(request.path)])
        # A page that says nothing about caching is kept by nobody.
        response.headers.setdefault("Cache-Control", "no-store")
        return response
