"""Forgetting what has served its purpose, and taking up again what a dead worker had begun."""

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from surveyapp.services.accounts.attempts import ANY_ORGANISATION, KEPT_FOR
from surveyapp.store.accounts import PasswordReset, SignInAttempt
from surveyapp.store.learning import StoredAnalysis
from surveyapp.store.organisation import Organisation


def forget_sign_ins(session: Session, now: datetime) -> None:
    """Remove tries to sign in that are a day old, and password resets that were used or are over."""
    session.execute(
        delete(SignInAttempt).where(
            SignInAttempt.organisation_id == ANY_ORGANISATION, SignInAttempt.at < now - KEPT_FOR
        )
    )
    session.execute(
        delete(PasswordReset).where(
            PasswordReset.organisation_id.in_(select(Organisation.organisation_id)),
            or_(PasswordReset.expires_at < now, PasswordReset.used_at.is_not(None)),
        )
    )
    session.commit()


def resume_analyses(session: Session) -> None:
    """Let questions wait again that were being answered when a worker died; whoever has the turn is alone."""
    session.execute(
        update(StoredAnalysis)
        .where(
            StoredAnalysis.organisation_id.in_(select(Organisation.organisation_id)), StoredAnalysis.state == "running"
        )
        .values(state="waiting")
    )
    session.commit()
