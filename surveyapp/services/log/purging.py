"""Forgetting who told, on schedule: links, names, receipts and talks, and what is finer than the published copy."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from surveyapp.learning.times import WEEK
from surveyapp.services.log.inbox import LINK_KEPT
from surveyapp.services.log.reports import coarsen
from surveyapp.services.roster.counting import organisation_zone
from surveyapp.store.learning import NAMED, LearningEvent
from surveyapp.store.organisation import Organisation
from surveyapp.store.reporters import Message, Receipt, ReporterLink, ReporterName


def forget_reporters(session: Session, now: datetime) -> None:
    """Remove what is due in every organisation; safe to repeat."""
    for organisation_id in session.scalars(select(Organisation.organisation_id)).all():
        for table in (ReporterLink, ReporterName, Receipt):
            session.execute(delete(table).where(table.organisation_id == organisation_id, table.purge_at <= now))
        # A talk that nobody can open any more is over.
        session.execute(
            delete(Message).where(
                Message.organisation_id == organisation_id,
                ~exists().where(Receipt.organisation_id == organisation_id, Receipt.event_id == Message.event_id),
            )
        )
        _leave_the_copy(session, organisation_id, now)
        session.commit()


def _leave_the_copy(session: Session, organisation_id: UUID, now: datetime) -> None:
    """Keep of closed reports what the team reads: words without names, and weeks."""
    zone = ZoneInfo(organisation_zone(session, organisation_id))
    closed = session.scalars(
        select(LearningEvent).where(
            LearningEvent.organisation_id == organisation_id,
            LearningEvent.mode != NAMED,
            LearningEvent.closed_at <= now - LINK_KEPT,
            or_(LearningEvent.what_happened != LearningEvent.shown_words, LearningEvent.told_precision != WEEK),
        )
    )
    for event in closed:
        event.what_happened = event.shown_words
        event.surprise = ""
        event.barrier = None
        coarsen(event, zone)
