"""Moves that several journeys make."""

from email.message import EmailMessage
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.fixtures.accounts import PASSWORD

# Sixteen letters and digits in groups of four.
CODE_LENGTH = 19


def choose(page: Page, statement: str, answer: str) -> None:
    """Choose an answer by the words that a screen reader says."""
    page.get_by_role("group", name=statement).get_by_role("radio", name=answer).check()


def send(page: Page, comment: str = "") -> None:
    """Send what is on the sheet, with a comment if there is one, which is looked at once more."""
    if comment:
        page.get_by_label("Anything you want to add?").fill(comment)
    page.get_by_role("button", name="Send my answers").click()
    if comment:
        expect(page.get_by_role("heading", name="Not sent yet")).to_be_visible()
        page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


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


def sign_in(page: Page, name: str) -> None:
    """Sign in as one of the named people."""
    page.goto("/app/sign-in")
    page.get_by_label("E-mail address").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def code_in(text: str) -> str:
    """Return the code for typing, which stands on a line of its own."""
    return next(line for line in text.split() if len(line) == CODE_LENGTH and line.count("-") == 3)
