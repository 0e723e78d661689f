"""Comparisons before and after: asked for when a plan is registered and after each release, read by pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import NotFound
from surveyapp.services.insight.analyses import Analysis, as_analysis, find_row, new_row
from surveyapp.store.interventions import InterventionVersion

BEFORE_AFTER, FAMILY = "before-after", "family of comparisons"
# The family is one of the organisation, so there is one question.
WHOLE: Mapping[str, Any] = {}


def ask_comparison(session: Session, organisation_id: UUID, intervention_id: UUID, now: datetime) -> None:
    """Queue the comparison of an intervention, and the family it belongs to; the caller commits."""
    for kind, question in ((BEFORE_AFTER, _question(intervention_id)), (FAMILY, WHOLE)):
        row = find_row(session, organisation_id, kind, question)
        if row is None:
            row = new_row(organisation_id, kind, question, now)
            session.add(row)
        row.state, row.asked_at, row.error = "waiting", now, ""
    session.flush()


def ask_comparisons(session: Session, organisation_id: UUID, pulse_id: UUID, now: datetime) -> None:
    """Queue the comparisons of a pulse, as after a release."""
    registered = select(InterventionVersion.id).where(
        InterventionVersion.organisation_id == organisation_id,
        InterventionVersion.pulse_id == pulse_id,
        InterventionVersion.version == 1,
    )
    for intervention_id in session.scalars(registered).all():
        ask_comparison(session, organisation_id, intervention_id, now)
    session.commit()


def comparison_of(session: Session, organisation_id: UUID, intervention_id: UUID) -> Analysis:
    """Return the comparison of an intervention, which is queued when it is registered.

    Raises
    ------
    NotFound
        When there is no such intervention.
    """
    row = find_row(session, organisation_id, BEFORE_AFTER, _question(intervention_id))
    if row is None:
        message = "There is no such intervention"
        raise NotFound(message)
    return as_analysis(row)


def _question(intervention_id: UUID) -> dict[str, str]:
    return {"intervention": str(intervention_id)}


@dataclass(frozen=True, slots=True)
class Family:
    """The primary outcomes of an organisation that were judged together: p-values adjusted for how many there are."""

    size: int
    method: str
    adjusted: Mapping[str, float]

    def of(self, intervention_id: UUID) -> float | None:
        """Return the adjusted p-value of an intervention, if it has one."""
        return self.adjusted.get(str(intervention_id))


def family_of(session: Session, organisation_id: UUID) -> Family:
    """Return the family of an organisation; of nothing as long as the worker has not judged it."""
    row = find_row(session, organisation_id, FAMILY, WHOLE)
    answer = as_analysis(row).answer if row else {}
    return Family(answer.get("size", 0), answer.get("method", ""), answer.get("adjusted", {}))
