"""What went wrong, said to people: the one place where errors of the domain become HTTP."""

import logging
from typing import Any

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from surveyapp import errors
from surveyapp.web.areas import area
from surveyapp.web.language import gettext as _

logger = logging.getLogger(__name__)

STATUS: dict[type[errors.SurveyError], int] = {
    errors.Invalid: 422,
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.RateLimited: 429,
    errors.UnknownBallot: 404,
    errors.SpentBallot: 410,
    errors.NotOpenYet: 403,
    errors.AlreadyClosed: 410,
    errors.ReleaseRefused: 500,
}


def status_of(error: errors.SurveyError) -> int:
    """Return the HTTP status of a refusal; a kind without one of its own has that of its parent, or 422."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 422)


def install(app: Flask) -> None:
    """Answer every failure with a page, or with JSON under /api."""

    @app.errorhandler(errors.SurveyError)
    def refused(error: errors.SurveyError) -> ResponseReturnValue:
        return _say(status_of(error), error.message)

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> ResponseReturnValue:
        # A redirect is no failure, and the router raises it as one.
        return error if error.code is None or error.code < 400 else _say(error.code, "", _headers(error))


def _headers(error: HTTPException) -> dict[str, str]:
    kept = ("Allow", "Retry-After")
    return {name: value for name, value in error.get_headers() if name in kept}


def _say(status: int, message: str, headers: dict[str, str] | None = None) -> ResponseReturnValue:
    title, advice = _words(status)
    where = area(request.path)
    if where == "api":
        return jsonify(error=message or title, status=status), status, headers or {}
    context: dict[str, Any] = {"title": title, "message": message or advice, "status": status}
    template = "errors/staff.html" if where == "staff" else "errors/public.html"
    return render_template(template, **context), status, headers or {}


def _words(status: int) -> tuple[str, str]:
    """Return a heading and what one can do, for readers who never heard of status codes."""
    known = {
        400: (_("We could not read that"), _("Please go back, load the page again and send the form once more.")),
        403: (_("This page is not open to you"), _("If you think that it should be, ask whoever runs this site.")),
        404: (_("There is nothing here"), _("Please look at the address again, or start from the first page.")),
        405: (_("This page is used in another way"), _("Please start from the first page.")),
        409: (_("That does not go together"), _("Somebody may have changed it meanwhile; please look again.")),
        410: (_("This is over"), _("What was here has been closed.")),
        413: (_("That is too much at once"), _("Please send a smaller file or a shorter text.")),
        422: (_("Something does not fit"), _("Please go back and check what you entered.")),
        429: (_("Please wait a little"), _("There were too many tries; come back in some minutes.")),
    }
    broken = (
        _("Something broke on our side"),
        _("Please go back and try again. Sending answers twice is safe: only the first sheet counts."),
    )
    other = (_("We could not do that"), _("Please go back and try again."))
    return known.get(status, broken if status >= 500 else other)
