"""What every change by an admin carries: who, when, and what day that is in the organisation."""

from datetime import date, datetime
from typing import TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from surveyapp.services.roster.counting import organisation_zone
from surveyapp.web.access import viewer
from surveyapp.web.reaching import now, reach


class Signed(TypedDict):
    """What the audit trail asks of a change."""

    now: datetime
    account_id: UUID


def signed() -> Signed:
    """Return who asks, and when."""
    return {"now": now(), "account_id": viewer().account_id}


def today() -> date:
    """Return the present day where the organisation is."""
    return now().astimezone(ZoneInfo(organisation_zone(reach().session, viewer().organisation_id))).date()
