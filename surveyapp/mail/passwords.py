"""The mail with which the owner of an account chooses a password."""

from datetime import datetime, timedelta
from email.message import EmailMessage

from surveyapp import languages
from surveyapp.mail.letters import address, write
from surveyapp.privacy.ballots import show_code
from surveyapp.services.accounts.resetting import Reset


def write_password_mail(reset: Reset, page: str, sender: str, now: datetime) -> EmailMessage:
    """Write the mail with a code for a new password.

    Parameters
    ----------
    reset : Reset
        To whom, and the code.
    page : str
        The address of the page that takes the code; the link adds it as a fragment, which browsers send to nobody.
    sender : str
        The address that the mail comes from.
    now : datetime
        The present moment.

    Raises
    ------
    NotTaken
        When the account's address cannot be written into a mail.
    """
    language = languages.best_match(reset.language)
    gettext = languages.translator(language).gettext
    code = show_code(reset.code)
    words = {
        "reset": reset,
        "code": code,
        "link": f"{page}#{code}",
        "page": page,
        "hours": reset.lasts // timedelta(hours=1),
    }
    subject = gettext("Your account at surveyapp") if reset.is_new else gettext("A new password for surveyapp")
    message = write("password", language, subject, words)
    address(message, reset.email, reset.name, sender, now)
    return message
