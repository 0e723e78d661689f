"""Handing mail to a server over SMTP; every way of failing becomes one exception that says whether to try again."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from surveyapp.errors import Invalid, SurveyError

SECONDS = 30
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class NotTaken(SurveyError):
    """The server did not take a mail; ``for_good`` when it never will.

    The message has the server's code but not its words, for those may repeat an address.
    """

    def __init__(self, message: str, *, for_good: bool = False) -> None:
        super().__init__(message)
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, as MAIL_URL names it."""

    host: str
    port: int
    user: str
    password: str
    tls: str

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read ``smtp://user:password@host:587`` or ``smtps://...:465``.

        ``smtp`` is encrypted with STARTTLS unless the server is on this machine; ``?starttls=always`` and
        ``?starttls=never`` say otherwise.

        Raises
        ------
        Invalid
            When the address says something else; the message repeats no password.
        """
        parts = urlsplit(url)
        tls = "from the start" if parts.scheme == "smtps" else _starttls(parts)
        default = {"from the start": 465, "always": 587, "never": 25}[tls]
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or default,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
        )


def _starttls(parts: SplitResult) -> str:
    options = parse_qs(parts.query)
    value = options.get("starttls", ["never" if parts.hostname in LOOPBACK else "always"])[-1]
    if value not in {"always", "never"} or options.keys() - {"starttls"}:
        raise Invalid("MAIL_URL", f"?{parts.query}", "?starttls=always or ?starttls=never, or nothing after the host")
    return value


class PostOffice:
    """A connection to the mail server that is opened once for many mails, and again after it broke."""

    def __init__(self, url: str) -> None:
        self.server = Server.from_url(url)
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Connect, so that a server that is away is noticed before any mail is taken in hand."""
        with _told_plainly():
            self._connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say good-bye, if anybody is still there to hear it."""
        if self._client is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._client.quit()
            self._hang_up()

    def send(self, message: EmailMessage) -> None:
        """Hand over one mail.

        Raises
        ------
        NotTaken
        """
        with _told_plainly():
            client = self._client or self._connect()
            try:
                client.send_message(message)
            except (smtplib.SMTPServerDisconnected, OSError):
                self._hang_up()
                raise

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        if server.tls == "from the start":
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=SECONDS, context=ssl.create_default_context()
            )
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        self._client = client
        try:
            if server.tls == "always":
                client.starttls(context=ssl.create_default_context())
            if server.user:
                client.login(server.user, server.password)
        except (smtplib.SMTPException, OSError):
            self._hang_up()
            raise
        return client

    def _hang_up(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Turn what the library raises into one plain refusal."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()))[0]
        raise NotTaken(f"the mail server refused the address ({code})", for_good=code >= 500) from None
    except smtplib.SMTPResponseException as answer:
        raise NotTaken(f"the mail server said no ({answer.smtp_code})") from None
    except smtplib.SMTPNotSupportedError:
        raise NotTaken("the mail server offers no STARTTLS or sign-in; see ?starttls= in MAIL_URL") from None
    except smtplib.SMTPException:
        raise NotTaken("the mail server hung up") from None
    except ValueError:
        # The library refuses addresses with line breaks and the like, and its message would repeat them.
        raise NotTaken("the mail or its address cannot be written down", for_good=True) from None
    except OSError as error:
        raise NotTaken(f"the mail server cannot be reached ({type(error).__name__})") from None
