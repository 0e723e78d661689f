"""Sending the mail with which somebody chooses a password."""

import logging
from collections.abc import Sequence
from datetime import datetime
from threading import Thread

from flask import url_for

from surveyapp.mail.passwords import write_password_mail
from surveyapp.mail.post import NotTaken, PostOffice
from surveyapp.services.accounts.resetting import Reset
from surveyapp.settings import Settings
from surveyapp.web.reaching import now, reach

logger = logging.getLogger(__name__)


def page_for_code() -> str:
    """Return the full address of the page that takes a code."""
    return f"{reach().settings.base_url}{url_for('account.reset')}"


def post_now(reset: Reset) -> bool:
    """Send a mail while the page waits; tells whether the server took it."""
    return bool(reach().settings.mail_url) and _send([reset], reach().settings, page_for_code(), now())


def post_later(resets: Sequence[Reset]) -> None:
    """Send mails behind the back of the request, so that its duration does not tell whether there was one to send."""
    if reach().settings.mail_url and resets:
        work = (resets, reach().settings, page_for_code(), now())
        Thread(target=_send, args=work, name="password mail").start()


def _send(resets: Sequence[Reset], settings: Settings, page: str, moment: datetime) -> bool:
    try:
        with PostOffice(settings.mail_url) as office:
            for reset in resets:
                office.send(write_password_mail(reset, page, settings.mail_from, moment))
    except NotTaken as refused:
        logger.warning("A mail with a code for a password was not sent: %s", refused.message)
        return False
    return True
