"""Moves that several journeys make."""

from email.message import EmailMessage
from urllib.parse import urlsplit

from playwright.sync_api import Page


def choose(page: Page, statement: str, answer: str) -> None:
    """Choose an answer by the words that a screen reader says."""
    page.get_by_role("group", name=statement).get_by_role("radio", name=answer).check()


def mail_to(messages: list[EmailMessage], address: str) -> str:
    """Return the text of the last mail to somebody."""
    found = [message for message in messages if address in str(message["To"])]
    body = found[-1].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(text: str, beginning: str) -> str:
    """Return the link in a mail whose path begins like this, without the host, for the test serves at its own."""
    for word in text.split():
        parts = urlsplit(word)
        if parts.path.startswith(beginning) and parts.fragment:
            return f"{parts.path}#{parts.fragment}"
    message = f"the mail has no link to {beginning}"
    raise LookupError(message)
