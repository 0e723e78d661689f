"""Questions to the statistics: asked on a page, answered by the worker, read by the page."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import Invalid, NotFound
from surveyapp.store.learning import StoredAnalysis

RELATION, BEFORE_AFTER = "relation", "before-after"


@dataclass(frozen=True, slots=True)
class Analysis:
    """A question and, once the worker has been at it, its answer.

    ``answer`` holds figures only, never a number without its n and interval; when nothing can be told yet it holds
    ``reason``, ``n``, ``needed`` and ``unit`` instead.
    """

    id: UUID
    kind: str
    question: Mapping[str, Any]
    state: str
    asked_at: datetime
    answer: Mapping[str, Any]
    error: str

    @property
    def told(self) -> bool:
        """Whether there is an answer with figures."""
        return self.state == "done" and "reason" not in self.answer


def relation_of(session: Session, organisation_id: UUID, pulse_id: UUID, scale: str) -> Analysis | None:
    """Return the stored relation of a scale of a pulse to reports, if the worker has computed one."""
    row = _find(session, organisation_id, RELATION, {"pulse": str(pulse_id), "scale": scale})
    return None if row is None else _analysis(row)


def ask_relation(session: Session, organisation_id: UUID, pulse_id: UUID, scale: str, now: datetime) -> None:
    """Queue the relation of a scale to reports, anew after every release; one row per scale is kept."""
    question = {"pulse": str(pulse_id), "scale": scale}
    row = _find(session, organisation_id, RELATION, question)
    if row is None:
        row = _new(organisation_id, RELATION, question, now)
        session.add(row)
    row.state, row.asked_at = "waiting", now
    session.commit()


def ask_before_after(
    session: Session,
    organisation_id: UUID,
    *,
    pulse_id: UUID,
    scale: str,
    units: Collection[UUID],
    start: date,
    chosen_low: bool,
    name: str,
    now: datetime,
) -> UUID:
    """Queue a comparison of some teams before and after a day against all others.

    Raises
    ------
    Invalid
        When no team or no name is given.
    """
    if not units:
        raise Invalid("teams", "none", "one or more teams")
    if not name.strip():
        raise Invalid("name", "", "a few words on what was done")
    question = {
        "pulse": str(pulse_id),
        "scale": scale,
        "units": sorted(str(unit) for unit in units),
        "start": start.isoformat(),
        "chosen_low": chosen_low,
        "name": name.strip(),
    }
    row = _new(organisation_id, BEFORE_AFTER, question, now)
    session.add(row)
    session.commit()
    return row.id


def list_before_after(session: Session, organisation_id: UUID) -> list[Analysis]:
    """Return the comparisons of an organisation, newest first."""
    rows = session.scalars(
        select(StoredAnalysis)
        .where(StoredAnalysis.organisation_id == organisation_id, StoredAnalysis.kind == BEFORE_AFTER)
        .order_by(StoredAnalysis.asked_at.desc(), StoredAnalysis.id)
    )
    return [_analysis(row) for row in rows]


def find_analysis(session: Session, organisation_id: UUID, analysis_id: UUID) -> Analysis:
    """Return one analysis.

    Raises
    ------
    NotFound
        When there is none.
    """
    row = session.get(StoredAnalysis, (organisation_id, analysis_id))
    if row is None:
        message = "There is no such comparison"
        raise NotFound(message)
    return _analysis(row)


def ask_again(session: Session, organisation_id: UUID, analysis_id: UUID, now: datetime) -> None:
    """Queue a question again, after a failure or with newer waves.

    Raises
    ------
    NotFound
        When there is none.
    """
    row = session.get(StoredAnalysis, (organisation_id, analysis_id))
    if row is None:
        message = "There is no such comparison"
        raise NotFound(message)
    row.state, row.asked_at, row.error = "waiting", now, ""
    session.commit()


def _find(session: Session, organisation_id: UUID, kind: str, question: Mapping[str, Any]) -> StoredAnalysis | None:
    return session.scalars(
        select(StoredAnalysis).where(
            StoredAnalysis.organisation_id == organisation_id,
            StoredAnalysis.kind == kind,
            StoredAnalysis.question == json.dumps(question, sort_keys=True),
        )
    ).first()


def _new(organisation_id: UUID, kind: str, question: Mapping[str, Any], now: datetime) -> StoredAnalysis:
    return StoredAnalysis(
        organisation_id=organisation_id,
        id=uuid4(),
        kind=kind,
        question=json.dumps(question, sort_keys=True),
        state="waiting",
        asked_at=now,
        answer="{}",
        error="",
    )


def _analysis(row: StoredAnalysis) -> Analysis:
    return Analysis(
        id=row.id,
        kind=row.kind,
        question=json.loads(row.question),
        state=row.state,
        asked_at=row.asked_at,
        answer=json.loads(row.answer),
        error=row.error,
    )
