"""The audit trail: who changed what, and when. Answers and answering never appear in it."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from surveyapp.store.organisation import AuditEntry


def note(
    session: Session, organisation_id: UUID, account_id: UUID | None, action: str, detail: str, now: datetime
) -> None:
    """Add an entry to the transaction of the change itself, so that neither exists without the other.

    Parameters
    ----------
    session : Session
        The session of the change; the caller commits.
    organisation_id : UUID
        Whose trail it is.
    account_id : UUID or None
        Who did it; None for the command line and the schedule.
    action : str
        What was done, in up to 40 characters, such as ``disable account``.
    detail : str
        To what; never an answer, a code or a password.
    now : datetime
        When.
    """
    session.add(
        AuditEntry(
            organisation_id=organisation_id, id=uuid4(), at=now, account_id=account_id, action=action, detail=detail
        )
    )
