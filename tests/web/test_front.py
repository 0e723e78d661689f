"""The first page and the sign of life."""

from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient

from surveyapp.web.wiring import create_app
from tests.fixtures.world import World


def test_first_page_leads_on(client: FlaskClient) -> None:
    """Whoever comes without a link finds answering, results and the sign-in."""
    page = client.get("/").text
    assert all(f'href="{path}' in page for path in ("/answer", "/results", "/app/"))


def test_first_page_speaks_german(client: FlaskClient) -> None:
    """The browser's language is spoken where it is known."""
    assert '<html lang="de"' in client.get("/", headers={"Accept-Language": "de"}).text


def test_health_is_plain(client: FlaskClient) -> None:
    """A watcher gets one word."""
    assert client.get("/healthz").text == "ok\n"


def test_health_fails_with_the_database(world: World, tmp_path: Path) -> None:
    """A server whose database is empty or gone is not well."""
    app = create_app(replace(world.settings, database_url=f"sqlite:///{tmp_path / 'empty.db'}"))
    assert app.test_client().get("/healthz").status_code == 500
