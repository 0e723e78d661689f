"""Requests that change something take SQLite's write lock first; answering never touches the main database."""

import pytest
from flask import Flask, request

from surveyapp.web.access import open_to_anybody
from surveyapp.web.reaching import reach


@pytest.fixture
def asked(app: Flask) -> Flask:
    """Give the application with pages that tell how their transaction began."""

    def how() -> str:
        return str(reach().session.connection().get_execution_options().get("writing", False))

    for path in ("/app/how", "/answer/how", "/api/how", "/log/how"):
        app.add_url_rule(path, path, open_to_anybody(how), methods=["GET", "POST"])
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/app/how", "False"),
        ("POST", "/app/how", "True"),
        ("POST", "/api/how", "True"),
        ("POST", "/log/how", "True"),
        ("POST", "/answer/how", "False"),
    ],
)
def test_every_form_but_the_answer_sheet_writes(asked: Flask, method: str, path: str, expected: str) -> None:
    """The kind of transaction follows from method and area."""
    assert asked.test_client().open(path, method=method).text == expected


def test_forms_of_staff_need_their_token(app: Flask) -> None:
    """A form sent to a staff page from elsewhere is refused before anything happens."""
    app.add_url_rule("/app/change", "change", open_to_anybody(lambda: request.method), methods=["POST"])
    assert app.test_client().post("/app/change").status_code == 400
