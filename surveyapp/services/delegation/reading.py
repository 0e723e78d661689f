"""Reading a delegation, for the three people who have a part in it, each without what is private to another."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.learning.competence import Competence, competence
from surveyapp.learning.delegation import OWNER, SECOND, Delegation, seen_by
from surveyapp.learning.dips import NO_RISE, Coupling, after_the_last_rise, coupling
from surveyapp.learning.history import STEPS
from surveyapp.learning.measures import Independence, Presence, brier, independence, presence
from surveyapp.learning.step import refusal
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.delegation.keeping import as_it_is, find
from surveyapp.services.delegation.people import names_of
from surveyapp.services.log.team_page import Finding, finding_of
from surveyapp.services.roster.counting import organisation_zone
from surveyapp.store.delegation import StoredDelegation
from surveyapp.store.learning import StoredAnalysis, asked
from surveyapp.store.organisation import Unit


@dataclass(frozen=True, slots=True)
class Reading:
    """A delegation as one of its people sees it.

    ``open`` has the steps that this person may take now, and ``waiting`` why the others of this person's have to wait.
    """

    id: UUID
    title: str
    role: str
    unit_name: str
    names: Mapping[UUID, str]
    delegation: Delegation
    open: frozenset[str]
    waiting: Mapping[str, str]
    presence: Presence | None
    independence: Independence | None
    calibration: tuple[float, int] | None
    correction_due: datetime | None
    time_zone: str
    # What the worker computed last: the trend of the misses, what came back, and for the owner the own confidence.
    findings: Mapping[str, Finding]
    coupling: Coupling | None
    after_rise: str
    competence: Competence | None


def read_delegation(session: Session, viewer: Viewer, delegation_id: UUID, now: datetime) -> Reading:
    """Return a delegation; NotFound when the account has no part in it."""
    row = find(session, viewer, delegation_id)
    whole = as_it_is(session, row)
    role = whole.role_of(viewer.account_id)
    seen = seen_by(whole, role)
    refused = {name: refusal(kind, whole, viewer.account_id) for name, kind in STEPS.items() if role in kind.roles}
    zone_name = organisation_zone(session, viewer.organisation_id)
    cycle, between_two = whole.cycle, role != SECOND
    return Reading(
        id=row.id,
        title=row.title,
        role=role,
        unit_name=session.get_one(Unit, (row.organisation_id, row.unit_id)).name if row.unit_id else "",
        names=names_of(session, row.organisation_id, {row.delegator_id, row.owner_id, row.second_id}),
        delegation=seen,
        open=frozenset(name for name, why in refused.items() if why is None),
        waiting={
            name: why.message for name, why in refused.items() if why is not None and whole.state in STEPS[name].states
        },
        presence=presence(whole, now) if between_two and whole.cycles else None,
        independence=independence(whole) if between_two else None,
        calibration=brier(seen.cycles),
        correction_due=cycle.correction_due(ZoneInfo(zone_name)) if cycle else None,
        time_zone=zone_name,
        findings=_findings(session, row, role),
        coupling=coupling(whole) if between_two else None,
        after_rise=after_the_last_rise(whole) if between_two else NO_RISE,
        competence=competence(whole) if role == OWNER else None,
    )


def _findings(session: Session, row: StoredDelegation, role: str) -> dict[str, Finding]:
    """Return the figures of a delegation; its second person has none, and confidence is the owner's."""
    kept = session.scalars(
        select(StoredAnalysis.answer).where(*asked(row.organisation_id, "delegation", {"delegation": str(row.id)}))
    ).first()
    if kept is None or role == SECOND:
        return {}
    answers = json.loads(kept)
    return {key: finding_of(key, each) for key, each in answers.items() if key != "confidence" or role == OWNER}
