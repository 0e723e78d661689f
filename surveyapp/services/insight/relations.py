"""How scores go with what is counted: queued after every release, answered by the worker, read by the page."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.services.insight.analyses import Analysis, as_analysis, find_row, new_row

RELATION = "relation"


def relation_of(session: Session, organisation_id: UUID, pulse_id: UUID, scale: str) -> Analysis | None:
    """Return the stored relation of a scale of a pulse to reports, if the worker has computed one."""
    row = find_row(session, organisation_id, RELATION, {"pulse": str(pulse_id), "scale": scale})
    return None if row is None else as_analysis(row)


def ask_relation(session: Session, organisation_id: UUID, pulse_id: UUID, scale: str, now: datetime) -> None:
    """Queue the relation of a scale to reports, anew after every release; one row per scale is kept."""
    question = {"pulse": str(pulse_id), "scale": scale}
    row = find_row(session, organisation_id, RELATION, question)
    if row is None:
        row = new_row(organisation_id, RELATION, question, now)
        session.add(row)
    row.state, row.asked_at = "waiting", now
    session.commit()
