"""What tests stand on is real: databases of their own, a mail server, a browser."""

import smtplib
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, inspect

from tests.fixtures.databases import Databases
from tests.fixtures.mail import MailServer


def tables(url: str) -> set[str]:
    """List the tables of a database."""
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def letter() -> EmailMessage:
    """Write a short message."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "alice@example.org", "bob@example.org", "Grüße"
    message.set_content("Hello")
    return message


@pytest.mark.postgres
def test_a_database_starts_empty(engine_url: str) -> None:
    """Nothing of another test is in it."""
    assert tables(engine_url) == set()


@pytest.mark.postgres
def test_databases_are_migrated(databases: Databases) -> None:
    """Both databases stand at the present version, each with its own tables."""
    assert "organisation" in tables(databases.main)
    assert {"ballot", "box"} <= tables(databases.vault)
    assert "ballot" not in tables(databases.main)


def test_a_test_without_the_mark_runs_on_sqlite(engine_url: str) -> None:
    """PostgreSQL is started only by those who ask."""
    assert engine_url.startswith("sqlite:")


def test_mail_arrives(smtp_server: MailServer) -> None:
    """A message sent over the wire is kept whole."""
    with smtplib.SMTP(smtp_server.hostname, smtp_server.port) as client:
        client.send_message(letter())
    assert [message["Subject"] for message in smtp_server.messages] == ["Grüße"]


def test_a_mail_server_can_fail_half_way(failing_smtp_server: MailServer) -> None:
    """After two messages the connection breaks in the middle of the third."""
    with smtplib.SMTP(failing_smtp_server.hostname, failing_smtp_server.port) as client:
        client.send_message(letter())
        client.send_message(letter())
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.send_message(letter())
    assert len(failing_smtp_server.messages) == 2


@pytest.mark.browser
def test_a_browser_shows_a_page_at_phone_width(page: Page) -> None:
    """Chromium starts and lays out 320 pixels."""
    page.set_content("<title>Here</title>")
    assert page.title() == "Here"
    assert page.evaluate("window.innerWidth") == 320
