"""Mails about delegations: an offer, a clock that runs, a checkpoint, a note that is due."""

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from surveyapp import languages
from surveyapp.learning.scripts import brief, pausing, reviewing, shipping
from surveyapp.mail.letters import address, write
from surveyapp.services.delegation.reminding import NoticeLetter

Say = Callable[[str], str]


def write_notice(letter: NoticeLetter, base_url: str, sender: str, now: datetime) -> EmailMessage:
    """Write a mail about a delegation; its subject says nothing about the work or the people.

    Raises
    ------
    NotTaken
        When the account's address cannot be written into a mail.
    """
    language = languages.best_match(letter.language)
    _ = languages.translator(language).gettext
    due = languages.format_datetime(letter.due, language, letter.time_zone)
    words = {
        "letter": letter,
        "sentence": _sentence(letter.kind, _) % {"name": letter.other_name, "due": due},
        "borrowed": _borrowed(letter, _),
        "link": f"{base_url}/app/delegations/{letter.delegation_id}",
    }
    message = write("delegation", language, _subject(letter.kind, _), words)
    address(message, letter.email, letter.name, sender, now)
    name = uuid5(NAMESPACE_URL, f"{letter.delegation_id} {letter.key}").hex
    message["Message-ID"] = f"<{name}@{urlsplit(base_url).hostname}>"
    return message


def _subject(kind: str, _: Say) -> str:
    if kind in {"escalate", "overdue", "escalated"}:
        return _("Please look at once: a trigger was crossed")
    if kind == "offered":
        return _("Somebody would like to hand work over to you")
    return _("A piece of work that was handed over")


def _sentence(kind: str, _: Say) -> str:
    said = {
        "offered": _(
            "%(name)s would like to hand this over to you. Read what is expected, say it in your own words, "
            "and take it or send it back."
        ),
        "accepted": _("%(name)s has taken it and said in own words what is expected. The first cycle can begin."),
        "checkpoint": _("A checkpoint is planned for %(due)s. It has questions; nobody edits anything."),
        "window": _("The window ends now and nothing has been delivered. A short note with a new time is enough."),
        "window_note": _("%(name)s will not make the window and proposes a new time."),
        "escalate": _("A trigger was crossed. Call %(name)s until %(due)s, with what you know and what is possible."),
        "overdue": _(
            "A trigger was crossed and the time for calling %(name)s is over. Call now; late is better than never."
        ),
        "escalated": _(
            "%(name)s has called because a trigger was crossed. Please answer now, with a question before advice."
        ),
        "support": _("A delivery missed its bar. Before anything about the work, ask %(name)s: how are you?"),
        "correction": _(
            "The delivery missed its bar. Write the correction to those who rely on it until %(due)s; "
            "it is yours to write."
        ),
        "review": _("The delivery waits for its review: fifteen minutes, together."),
        "asked": _("%(name)s has asked you something and waits for your answer."),
    }
    return said[kind]


def _borrowed(letter: NoticeLetter, _: Say) -> list[str]:
    """Return the sentences that help at this moment."""
    if letter.kind == "offered":
        return brief(letter.bar, _) + shipping(letter.bar, _)
    if letter.kind == "window":
        return shipping(letter.bar, _)[1:]
    if letter.kind == "review":
        return reviewing(_)
    return pausing(_) if letter.kind in {"escalated", "asked"} else []
