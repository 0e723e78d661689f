"""Typing a code where the link does not open."""

from flask.testing import FlaskClient

from tests.fixtures.site import Check


def test_asks_for_the_code(client: FlaskClient, check: Check) -> None:
    """The page has one field, and says what it is."""
    page = client.get("/answer")
    assert page.status_code == 200
    assert page.text.count("<input") == 1
    assert '<label for="code">' in page.text


def test_finds_the_sheet_and_keeps_the_code(client: FlaskClient, check: Check) -> None:
    """The sheet of the code's group follows, with the code in the form and in no address."""
    reply = client.post("/answer?lang=de", data={"code": check.codes[0].lower()})
    assert reply.status_code == 200
    assert f'action="{check.path}?lang=de"' in reply.text
    assert f'<input type="hidden" id="code" name="code" value="{check.codes[0].lower()}">' in reply.text
    assert "Location" not in reply.headers
    assert reply.headers["Cache-Control"] == "no-store"


def test_says_that_a_code_was_used(client: FlaskClient, check: Check) -> None:
    """Who comes with a used code learns that the first sheet counts."""
    client.post(check.path, data={"code": check.codes[0], "empty": "yes"})
    reply = client.post("/answer", data={"code": check.codes[0]})
    assert (reply.status_code, "This code has been used" in reply.text) == (410, True)


def test_keeps_an_unknown_code_for_correction(client: FlaskClient, check: Check) -> None:
    """A mistyped code stays in the field, escaped, beside what is wrong."""
    reply = client.post("/answer", data={"code": '"><b>'})
    assert reply.status_code == 404
    assert 'value="&#34;&gt;&lt;b&gt;"' in reply.text
    assert 'aria-describedby="code-hint code-error"' in reply.text


def test_asks_again_when_nothing_was_typed(client: FlaskClient, check: Check) -> None:
    """An empty field is not called an unknown code."""
    reply = client.post("/answer", data={})
    assert "Type the code from your invitation." in reply.text
