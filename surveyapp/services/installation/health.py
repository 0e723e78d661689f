"""Whether the installation can do its work."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.store.organisation import Organisation


def check_database(session: Session) -> None:
    """Read from the main database; whatever is wrong with it is raised as it comes."""
    session.execute(select(Organisation.organisation_id).limit(1))
