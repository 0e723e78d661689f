"""Refusals and failures become pages."""

import logging
from datetime import UTC, datetime

import pytest
from flask import Flask

from surveyapp import errors
from surveyapp.web.access import open_to_anybody
from tests.fixtures.staff import Visitor

REFUSALS = [
    (errors.Invalid("roster", "x", "a file"), 422),
    (errors.NotFound("No such team"), 404),
    (errors.Forbidden("This needs the role admin"), 403),
    (errors.Conflict("The wave is open"), 409),
    (errors.RateLimited("Come back at noon"), 429),
    (errors.UnknownBallot("No ballot has this code"), 404),
    (errors.SpentBallot("Used"), 410),
    (errors.NotOpenYet(datetime(2026, 3, 2, tzinfo=UTC)), 403),
    (errors.AlreadyClosed("This check is closed"), 410),
    (errors.ReleaseRefused("Too much would be said"), 500),
    (errors.SurveyError("Something else"), 422),
]


def failing(app: Flask, path: str, error: Exception) -> Flask:
    """Add a page that fails."""

    def fail() -> str:
        raise error

    app.add_url_rule(path, path, open_to_anybody(fail))
    return app


@pytest.mark.parametrize(("error", "status"), REFUSALS)
@pytest.mark.parametrize("path", ["/some/page", "/app/page"])
def test_refusal_has_status_and_words(app: Flask, error: errors.SurveyError, status: int, path: str) -> None:
    """Each refusal has its status, and the page repeats what the person can do."""
    reply = failing(app, path, error).test_client().get(path)
    assert reply.status_code == status
    assert error.message.replace("'", "&#39;") in reply.text


def test_api_is_answered_in_json(app: Flask) -> None:
    """Programs get the message as data."""
    reply = failing(app, "/api/v1/x", errors.Conflict("The wave is open")).test_client().get("/api/v1/x")
    assert reply.get_json() == {"error": "The wave is open", "status": 409}


def test_redirect_is_no_failure(app: Flask) -> None:
    """The router's redirect to the address with a slash stays one."""
    app.add_url_rule("/folder/", "folder", lambda: "here")
    assert app.test_client().get("/folder").status_code == 308


def test_wrong_method_names_the_right_ones(app: Flask) -> None:
    """A wrong method is refused with the list of methods that work."""
    reply = app.test_client().post("/")
    assert reply.status_code == 405
    assert "GET" in reply.headers["Allow"]


def test_failure_says_that_sending_twice_is_safe(app: Flask) -> None:
    """Whoever sees the server fail after pressing the button knows that they may try again."""
    reply = failing(app, "/answer-x", ValueError("x")).test_client().get("/answer-x")
    assert reply.status_code == 500
    assert "only the first sheet counts" in reply.text


def test_failure_of_an_anonymous_page_is_logged_without_values(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """The log names kind and place of the failure; what was typed, the address and the sender stay out."""
    failing(app, "/answer/x-page", ValueError("XXXX-YYYY"))
    with caplog.at_level(logging.DEBUG):
        app.test_client().get("/answer/x-page?code=ZZZZ", environ_base={"REMOTE_ADDR": "10.9.8.7"})
    assert "ValueError in /answer/x-page: " in caplog.text
    assert all(secret not in caplog.text for secret in ("XXXX", "ZZZZ", "10.9.8.7"))


def test_failure_of_a_staff_page_is_logged_in_full(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Operators see the message of what failed behind a sign-in."""
    failing(app, "/app/broken", ValueError("the reason")).test_client().get("/app/broken")
    assert "the reason" in caplog.text


@pytest.mark.postgres
@pytest.mark.parametrize("path", ["/app/sign-in", "/app/forgot-password"])
def test_a_zero_in_a_text_broke_pages_on_postgresql(app: Flask, path: str) -> None:
    """No keyboard types it and PostgreSQL keeps none, so it is refused before anybody looks at it."""
    visitor = Visitor(app)
    assert visitor.post(path, email="a\x00b@example.org", password="whatever it may be").status_code == 400
    assert visitor.get(f"{path}?next=%00").status_code == 400


@pytest.mark.parametrize("path", ["/results", "/receipt", "/log/00000000-0000-0000-0000-000000000000", "/app/sign-in"])
def test_megabytes_of_strangers_were_read(app: Flask, path: str) -> None:
    """What needs no account takes a form and no file; a long text in Chinese still fits."""
    client = app.test_client()
    assert client.post(path, data={"words": "x" * 200_000}).status_code == 413
    assert client.post(path, data={"what_happened": "\u8a71" * 4000, "surprise": "\u8a71" * 4000}).status_code != 413
