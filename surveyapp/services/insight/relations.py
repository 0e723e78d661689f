"""How scores go with what is counted: queued after every release, answered by the worker, read by the page."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services.insight.analyses import Analysis, as_analysis, find_row, new_row
from surveyapp.store.learning import StoredAnalysis
from surveyapp.store.pulses import Pulse, Wave
from surveyapp.store.releases import Release

RELATION = "relation"
# The log goes on between two releases.
NIGHTLY = timedelta(days=1)


def due_relations(session: Session, now: datetime) -> list[tuple[UUID, UUID]]:
    """Return the running pulses with releases whose relations are a day old or were never asked for."""
    asked: dict[str, datetime] = {}
    for question, asked_at in session.execute(
        select(StoredAnalysis.question, StoredAnalysis.asked_at).where(StoredAnalysis.kind == RELATION)
    ):
        pulse = json.loads(question)["pulse"]
        asked[pulse] = max(asked_at, asked.get(pulse, asked_at))
    released = session.execute(
        select(Pulse.organisation_id, Pulse.id)
        .join(Wave, (Wave.organisation_id == Pulse.organisation_id) & (Wave.pulse_id == Pulse.id))
        .join(Release, (Release.organisation_id == Wave.organisation_id) & (Release.wave_id == Wave.id))
        .where(Pulse.state == "running")
        .distinct()
        .order_by(Pulse.organisation_id, Pulse.id)
    ).all()
    return [(owner, pulse) for owner, pulse in released if asked.get(str(pulse), now - NIGHTLY) <= now - NIGHTLY]


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
