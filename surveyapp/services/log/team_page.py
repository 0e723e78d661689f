"""What the learning page of a team shows: what changed first, counts second, figures as the worker kept them."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.services.log.reviews import Action, actions_of
from surveyapp.store.learning import KINDS, LearningEvent, StoredAnalysis, asked

MONTH = timedelta(days=31)
COUNTED = timedelta(weeks=12)
# What the whole product asks of learning: fewer errors that others find, sooner alone, less done twice.
TRIO = ("M3", "M10", "M9b")


@dataclass(frozen=True, slots=True)
class Finding:
    """A measure of a unit as the worker computed it: a figure, or what is missing to tell."""

    key: str
    n: int
    estimate: float | None
    low: float | None
    high: float | None
    method: str
    reason: str
    needed: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class TeamPage:
    """The learning page of a unit and everything below it."""

    changed: tuple[Action, ...]
    open: tuple[Action, ...]
    counts: Mapping[str, int]
    findings: Mapping[str, Finding]
    # Deliveries within the bar by their distance from a rise of autonomy; nothing where too few had one.
    around_rises: Mapping[int, Finding]
    # What people said last of hovering, understanding and reactions, in the words of the release, and of how many.
    said: Mapping[str, tuple[str, int]]
    measured_at: datetime | None


def team_page(
    session: Session, organisation_id: UUID, unit_id: UUID, below: Collection[UUID], now: datetime
) -> TeamPage:
    """Return the page of a unit; before the worker has measured for the first time there are no findings."""
    actions = actions_of(session, organisation_id, below, (now - MONTH).date())
    kept = _kept(session, organisation_id, unit_id)
    answer = json.loads(kept.answer) if kept else {}
    return TeamPage(
        changed=tuple(each for each in actions if each.done_on is not None),
        open=tuple(each for each in actions if each.done_on is None),
        counts=_counts(session, organisation_id, below, now),
        findings=_findings(answer),
        around_rises={each["place"]: finding_of("M16", each) for each in answer.get("around_rises", [])},
        said={key: (each["text"], each["n"]) for key, each in answer.get("said", {}).items()},
        measured_at=kept.asked_at if kept else None,
    )


def trio_of(session: Session, organisation_id: UUID, unit_id: UUID) -> tuple[Finding, ...]:
    """Return what the worker found last for the whole product's three questions in a unit; nothing before it has."""
    kept = _kept(session, organisation_id, unit_id)
    findings = _findings(json.loads(kept.answer)) if kept else {}
    return tuple(findings[key] for key in TRIO if key in findings)


def _kept(session: Session, organisation_id: UUID, unit_id: UUID) -> StoredAnalysis | None:
    return session.scalars(
        select(StoredAnalysis).where(*asked(organisation_id, "learning", {"unit": str(unit_id)}))
    ).first()


def _findings(answer: Mapping[str, Any]) -> dict[str, Finding]:
    return {key: finding_of(key, values) for key, values in answer.get("measures", {}).items()}


def _counts(session: Session, organisation_id: UUID, below: Collection[UUID], now: datetime) -> dict[str, int]:
    """Count what the log shows of the last twelve weeks, of every kind."""
    rows = session.execute(
        select(LearningEvent.kind, func.count())
        .where(
            LearningEvent.organisation_id == organisation_id,
            LearningEvent.unit_id.in_(below),
            LearningEvent.withdrawn.is_(False),
            LearningEvent.shown_from <= now,
            LearningEvent.listed_at > now - COUNTED,
        )
        .group_by(LearningEvent.kind)
    )
    found = dict(rows.all())
    return {kind: found.get(kind, 0) for kind in KINDS}


def finding_of(key: str, values: Mapping[str, Any]) -> Finding:
    """Return what the worker kept of a measure."""
    return Finding(
        key=key,
        n=values["n"],
        estimate=values.get("estimate"),
        low=values.get("low"),
        high=values.get("high"),
        method=values.get("method", ""),
        reason=values.get("reason", ""),
        needed=values.get("needed"),
        unit=values.get("unit", ""),
    )
