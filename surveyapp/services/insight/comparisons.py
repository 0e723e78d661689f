"""Comparisons before and after: asked on a page, answered by the worker, read by the page."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import Invalid, NotFound
from surveyapp.services.insight.analyses import Analysis, as_analysis, new_row
from surveyapp.services.roster.counting import tree_of
from surveyapp.store.learning import StoredAnalysis

BEFORE_AFTER = "before-after"
NAME_LENGTH = 200
EARLIEST = 2000


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
    row = new_row(organisation_id, BEFORE_AFTER, question, now)
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
    return [each for each in map(as_analysis, rows) if is_visible(each, visible)]


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
    if row is None or row.kind != BEFORE_AFTER or not is_visible(as_analysis(row), visible):
        message = "There is no such comparison"
        raise NotFound(message)
    return as_analysis(row)
