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
from surveyapp.services.roster.counting import tree_of
from surveyapp.store.learning import StoredAnalysis

RELATION, BEFORE_AFTER = "relation", "before-after"
NAME_LENGTH = 200
EARLIEST = 2000


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

    A unit stands for everything below it as well. The day of asking is kept, so that readers see whether the teams
    were named before anybody could know the numbers.

    Raises
    ------
    Invalid
        When no team or no name is given, or the day is nowhere near.
    """
    if not units:
        raise Invalid("teams", "none", "one or more teams")
    if not 0 < len(name.strip()) <= NAME_LENGTH:
        raise Invalid("name", name.strip()[:40], f"1 to {NAME_LENGTH} characters on what was done")
    if not EARLIEST <= start.year <= now.year + 2:
        raise Invalid("start", start.isoformat(), f"a day between {EARLIEST} and {now.year + 2}")
    tree = tree_of(session, organisation_id)
    question = {
        "pulse": str(pulse_id),
        "scale": scale,
        "units": sorted(str(unit) for unit in units),
        "covers": sorted({str(each) for unit in units for each in tree.below(unit)}),
        "start": start.isoformat(),
        "asked_on": now.date().isoformat(),
        "chosen_low": chosen_low,
        "name": name.strip(),
    }
    row = _new(organisation_id, BEFORE_AFTER, question, now)
    session.add(row)
    session.commit()
    return row.id


def list_before_after(session: Session, organisation_id: UUID, visible: Collection[UUID]) -> list[Analysis]:
    """Return the comparisons of teams that are all visible to somebody, newest first."""
    rows = session.scalars(
        select(StoredAnalysis)
        .where(StoredAnalysis.organisation_id == organisation_id, StoredAnalysis.kind == BEFORE_AFTER)
        .order_by(StoredAnalysis.asked_at.desc(), StoredAnalysis.id)
    )
    return [each for each in map(_analysis, rows) if is_visible(each, visible)]


def is_visible(analysis: Analysis, visible: Collection[UUID]) -> bool:
    """Tell whether somebody who sees some units may read a comparison: one who sees all units it was asked for."""
    return all(UUID(each) in visible for each in analysis.question["units"])


def find_before_after(
    session: Session, organisation_id: UUID, analysis_id: UUID, visible: Collection[UUID]
) -> Analysis:
    """Return one comparison.

    Raises
    ------
    NotFound
        When there is none, or it is about teams that are not all visible.
    """
    row = session.get(StoredAnalysis, (organisation_id, analysis_id))
    if row is None or row.kind != BEFORE_AFTER or not is_visible(_analysis(row), visible):
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
