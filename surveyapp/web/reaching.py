"""What views need to use services. The wiring puts it there; nothing here opens a database."""

from datetime import datetime
from typing import cast

from flask import current_app

from surveyapp.services.reach import Reach


def reach() -> Reach:
    """Return settings, the session of this request on the main database, and the handle on the vault."""
    return cast("Reach", current_app.extensions["surveyapp"])


def now() -> datetime:
    """Return the present moment as the application sees it; tests may give it another clock."""
    return cast("datetime", current_app.extensions["clock"]())
