"""Handing mails to a real server on loopback, and to servers that refuse or give up."""

import socket
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from surveyapp.errors import Invalid
from surveyapp.mail.post import NotTaken, PostOffice, Server
from tests.fixtures.mail import Mailbox, MailServer, running


def letter(to: str = "bob@example.org") -> EmailMessage:
    """Write a short mail."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "pulse@example.org", to, "Hello"
    message.set_content("Grüße")
    return message


class Picky(Mailbox):
    """Refuses one address for good and another one for now."""

    async def handle_RCPT(  # noqa: N802  # The library's name.
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer by address."""
        if address.startswith("gone"):
            return f"550 no such user {address}"
        if address.startswith("busy"):
            return f"450 try later {address}"
        envelope.rcpt_tos.append(address)
        return "250 fine"


@pytest.fixture
def picky_server() -> Iterator[MailServer]:
    """Give a server that does not take everything."""
    yield from running(Picky())


def test_mails_arrive_over_one_connection(smtp_server: MailServer) -> None:
    """What was sent is what arrives."""
    with PostOffice(smtp_server.url) as office:
        office.send(letter())
        office.send(letter("charlie@example.org"))
    assert [message["To"] for message in smtp_server.messages] == ["bob@example.org", "charlie@example.org"]
    assert smtp_server.messages[0].get_content().strip() == "Grüße"


@pytest.mark.parametrize(("address", "for_good"), [("gone@example.org", True), ("busy@example.org", False)])
def test_a_refused_address_is_reported_without_repeating_it(
    picky_server: MailServer, address: str, *, for_good: bool
) -> None:
    """Whether to try again follows from the server's code."""
    with PostOffice(picky_server.url) as office:
        with pytest.raises(NotTaken) as refused:
            office.send(letter(address))
        office.send(letter())
    assert refused.value.for_good is for_good
    assert address not in str(refused.value)
    assert len(picky_server.messages) == 1


def test_a_server_that_hangs_up_half_way_is_tried_again_with_a_new_connection(failing_smtp_server: MailServer) -> None:
    """Two mails are taken; each further one fails by itself."""
    with PostOffice(failing_smtp_server.url) as office:
        office.send(letter())
        office.send(letter())
        for _ in range(2):
            with pytest.raises(NotTaken) as refused:
                office.send(letter())
            assert not refused.value.for_good
    assert len(failing_smtp_server.messages) == 2


def test_a_server_that_is_away_is_noticed_before_any_mail_is_taken_in_hand() -> None:
    """Opening the office fails, not the first mail."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    office = PostOffice(f"smtp://127.0.0.1:{port}")
    with pytest.raises(NotTaken, match="cannot be reached"):
        office.__enter__()


def test_a_server_without_encryption_is_refused_when_it_is_asked_for(smtp_server: MailServer) -> None:
    """Mails are not sent in the clear by accident."""
    office = PostOffice(f"{smtp_server.url}?starttls=always")
    with pytest.raises(NotTaken, match="STARTTLS"):
        office.__enter__()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 587, "always")),
        ("smtp://localhost", ("localhost", 25, "never")),
        ("smtp://mail.example.org:2525?starttls=never", ("mail.example.org", 2525, "never")),
        ("smtps://mail.example.org", ("mail.example.org", 465, "from the start")),
    ],
)
def test_an_address_says_how_to_encrypt(url: str, expected: tuple[str, int, str]) -> None:
    """Encryption is the default everywhere but on this machine."""
    server = Server.from_url(url)
    assert (server.host, server.port, server.tls) == expected


def test_names_and_passwords_may_hold_any_letter() -> None:
    """What an address cannot hold is written with percent signs."""
    server = Server.from_url("smtp://pulse%40example.org:p%2Fss%3Aword@mail.example.org")
    assert (server.user, server.password) == ("pulse@example.org", "p/ss:word")


@pytest.mark.parametrize("query", ["starttls=maybe", "tls=1"])
def test_an_unknown_option_is_refused_without_the_password(query: str) -> None:
    """The message says what would be right."""
    with pytest.raises(Invalid, match="starttls=always") as refused:
        Server.from_url(f"smtp://user:secret@mail.example.org?{query}")
    assert "secret" not in str(refused.value)
