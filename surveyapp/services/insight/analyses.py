"""Questions to the statistics and their answers, as they are stored: asked on a page, answered by the worker."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import NotFound
from surveyapp.store.learning import StoredAnalysis, asked


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
    def pending(self) -> bool:
        """Whether the worker has yet to answer, for the first time or once more."""
        return self.state in {"waiting", "running"}

    @property
    def told(self) -> bool:
        """Whether there is an answer with figures, be it the one from before."""
        return bool(self.answer) and "reason" not in self.answer

    @property
    def refused(self) -> bool:
        """Whether the answer is that nothing can be told yet."""
        return "reason" in self.answer


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


def find_row(session: Session, organisation_id: UUID, kind: str, question: Mapping[str, Any]) -> StoredAnalysis | None:
    """Return the row of a question that is asked word for word, if there is one."""
    return session.scalars(select(StoredAnalysis).where(*asked(organisation_id, kind, question))).first()


def new_row(organisation_id: UUID, kind: str, question: Mapping[str, Any], now: datetime) -> StoredAnalysis:
    """Make the row of a question that waits for the worker."""
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


def as_analysis(row: StoredAnalysis) -> Analysis:
    """Read a row."""
    return Analysis(
        id=row.id,
        kind=row.kind,
        question=json.loads(row.question),
        state=row.state,
        asked_at=row.asked_at,
        answer=json.loads(row.answer),
        error=row.error,
    )
