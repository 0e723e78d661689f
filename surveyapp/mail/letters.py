"""What mails say: text and HTML from templates, in the reader's language. Nothing in them is loaded from anywhere."""

from collections.abc import Mapping
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime as format_mail_date
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from surveyapp import languages
from surveyapp.mail.post import NotTaken
from surveyapp.privacy.classes import ATTRIBUTES
from surveyapp.questions import direction
from surveyapp.services.deliveries import Letter

TEMPLATES = Path(__file__).parent / "templates"


def write_invitation(letter: Letter, base_url: str, sender: str, now: datetime) -> EmailMessage:
    """Write an invitation or a reminder.

    The link carries the code in its fragment, which browsers send to nobody; the code is also shown for typing.
    """
    language = languages.best_match(letter.language)
    gettext = languages.translator(language).gettext
    reminder = letter.kind != "invitation"
    subject = gettext("Still open: a short check") if reminder else gettext("A short check about your work")
    words = {
        "letter": letter,
        "reminder": reminder,
        "by": languages.translated(ATTRIBUTES.get(letter.attribute, ""), language),
        "gets_a_number": letter.group_size >= letter.roster_min,
        "link": f"{base_url}/answer/{letter.slug}#{letter.code}",
        "code_page": f"{base_url}/answer",
        "results_link": f"{base_url}/results/{letter.group_id}#{letter.results_code}",
        "closes": languages.format_datetime(letter.closes_at, language, letter.time_zone),
        "results": languages.format_datetime(letter.results_at, language, letter.time_zone),
    }
    message = write("invitation", language, subject, words)
    address(message, letter.email, letter.name, sender, now)
    # The same delivery always has the same id, so that a mail that was sent twice can be recognised.
    message["Message-ID"] = f"<{letter.delivery_id.hex}@{urlsplit(base_url).hostname}>"
    return message


def write(template: str, language: str, subject: str, words: Mapping[str, object]) -> EmailMessage:
    """Fill in the text and the HTML form of a template, ready to be addressed."""
    environment = _environment(language)
    message = EmailMessage()
    message["Subject"] = subject
    # Out-of-office notes go to nobody.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    context = {**words, "language": language, "direction": direction(language), "subject": subject}
    message.set_content(environment.get_template(f"{template}.txt").render(context))
    message.add_alternative(environment.get_template(f"{template}.html").render(context), subtype="html")
    # What is about the content before there are two forms of it would end up in the first of them.
    message["Content-Language"] = language
    return message


def address(message: EmailMessage, email: str, name: str, sender: str, now: datetime) -> None:
    """Say to whom a mail goes, from whom and when; raises `NotTaken` when there is no usable address."""
    try:
        to = Address(display_name=name, addr_spec=email)
    except (ValueError, IndexError, MessageError):
        to = Address()
    # The address is not repeated: messages are logged.
    if not to.domain:
        raise NotTaken("the roster has no usable e-mail address", for_good=True)
    message["To"] = to
    message["From"] = sender
    message["Date"] = format_mail_date(now)


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.install_gettext_translations(languages.translator(language), newstyle=True)  # type: ignore[attr-defined]
    return environment
