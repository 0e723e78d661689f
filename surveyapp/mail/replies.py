"""Mails that remind a manager of a reply that is missing; they say nothing about any result."""

from datetime import datetime
from email.message import EmailMessage
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from surveyapp import languages
from surveyapp.mail.letters import address, write
from surveyapp.services.replies.reminding import ReplyLetter


def write_reply_reminder(letter: ReplyLetter, base_url: str, sender: str, now: datetime) -> EmailMessage:
    """Write a reminder; its subject names neither the group nor the pulse.

    Raises
    ------
    NotTaken
        When the account's address cannot be written into a mail.
    """
    language = languages.best_match(letter.language)
    subject = languages.translator(language).gettext("Your team is asked again and has not heard from you")
    links = [
        (each.group_name, f"{base_url}/app/teams/{each.unit_id}/replies/{each.wave_id}") for each in letter.silences
    ]
    message = write("reply", language, subject, {"letter": letter, "links": links})
    address(message, letter.email, letter.name, sender, now)
    name = uuid5(NAMESPACE_URL, f"{letter.wave_id} {letter.account_id}").hex
    message["Message-ID"] = f"<{name}@{urlsplit(base_url).hostname}>"
    return message
