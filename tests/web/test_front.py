"""The first page and the sign of life."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveyapp.languages import available
from surveyapp.settings import ROOT
from surveyapp.web.wiring import create_app
from tests.fixtures.site import Check
from tests.fixtures.world import World


def test_first_page_leads_on(client: FlaskClient) -> None:
    """Whoever comes without a link finds answering, results and the sign-in."""
    page = client.get("/").text
    assert all(f'href="{path}' in page for path in ("/answer", "/results", "/app/"))


def test_first_page_speaks_german(client: FlaskClient) -> None:
    """The browser's language is spoken where it is known."""
    assert '<html lang="de"' in client.get("/", headers={"Accept-Language": "de"}).text


@pytest.mark.parametrize("language", available())
def test_who_sees_what_is_said_in_every_language(client: FlaskClient, language: str) -> None:
    """The page needs no account, sets no cookie, and has the same questions in each language, all translated."""
    reply, english = (client.get("/who-sees-what", query_string={"lang": each}) for each in (language, "en"))
    assert reply.status_code == 200
    assert "Set-Cookie" not in reply.headers
    assert f'<html lang="{language}"' in reply.text
    questions, plain = (re.findall(r"<(?:h1|h2|p)>\s*(.+?)\s*</", each.text, re.DOTALL) for each in (reply, english))
    assert len(questions) == len(plain) > 20
    assert language == "en" or not set(questions) & set(plain)


def test_who_sees_what_is_what_the_documentation_says(client: FlaskClient) -> None:
    """The file for whoever reads before installing has the same questions."""
    guide = (ROOT / "docs" / "what-can-my-manager-see.md").read_text(encoding="utf-8")
    questions = [unescape(each) for each in re.findall(r"<h2>(.+?)</h2>", client.get("/who-sees-what").text)]
    assert re.findall(r"^\*\*(.+?)\*\*", guide, flags=re.MULTILINE) == questions


def test_the_answer_page_leads_to_who_sees_what(client: FlaskClient, check: Check) -> None:
    """Before the first statement, without an account, in the language of the page."""
    page = client.get(check.path, query_string={"lang": "de"}).text
    link = 'href="/who-sees-what?lang=de"'
    assert link in page
    assert page.index(link) < page.index("<fieldset")


def test_health_is_plain(client: FlaskClient) -> None:
    """A watcher gets one word."""
    assert client.get("/healthz").text == "ok\n"


def test_health_fails_with_the_database(world: World, tmp_path: Path) -> None:
    """A server whose database is empty or gone is not well."""
    app = create_app(replace(world.settings, database_url=f"sqlite:///{tmp_path / 'empty.db'}"))
    assert app.test_client().get("/healthz").status_code == 500
