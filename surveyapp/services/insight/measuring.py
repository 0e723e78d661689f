"""The outcome measures of every unit, computed by the worker once a day; pages read what it kept.

Only counts and times meet here: events know no person, and what a delegation says about two people is told to others
from five delegations on.
"""

import json
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.learning import outcomes
from surveyapp.learning.delegation import Delegation
from surveyapp.learning.outcomes import DAY, HOUR, Count, Reviewed, Shipped, Told
from surveyapp.services.delegation.keeping import as_it_is
from surveyapp.services.roster.counting import organisation_zone, tree_of
from surveyapp.stats import outcomes as figures
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.outcomes import Figure
from surveyapp.store.delegation import StoredDelegation
from surveyapp.store.learning import LearningEvent, StoredAnalysis
from surveyapp.store.organisation import Organisation
from surveyapp.store.people import Membership
from surveyapp.store.reporters import Receipt
from surveyapp.store.reviews import Exposure, Review, ReviewAction, WorkDelivery

LEARNING = "learning"
WINDOW = timedelta(days=365)
HORIZON = 30 * 24.0
FEWEST_DELEGATIONS = 5
MISSING = math.nan
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything that the measures of one unit rest on."""

    now: datetime
    zone: ZoneInfo
    person_weeks: float
    told: Sequence[Told]
    shipped: Sequence[Shipped]
    exposure: Sequence[tuple[date, int]]
    reviews: Sequence[Reviewed]
    changes: Count
    delegations: Sequence[Delegation]


def due_organisations(session: Session, now: datetime) -> list[tuple[UUID, UUID]]:
    """Return the organisations whose measures are a day old or were never computed."""
    newest = dict(
        session.execute(
            select(StoredAnalysis.organisation_id, func.max(StoredAnalysis.asked_at))
            .where(StoredAnalysis.kind == LEARNING)
            .group_by(StoredAnalysis.organisation_id)
        ).all()
    )
    organisations = session.scalars(select(Organisation.organisation_id)).all()
    return [(each, each) for each in organisations if each not in newest or newest[each] <= now - DAY]


def measure_units(session: Session, organisation_id: UUID, now: datetime) -> int:
    """Compute and keep the measures of every unit in use; returns how many that were."""
    tree = tree_of(session, organisation_id)
    collect = _collector(session, organisation_id, now)
    units = [unit.id for unit in tree.units.values() if unit.retired_on is None]
    kept = {
        row.question: row
        for row in session.scalars(
            select(StoredAnalysis).where(
                StoredAnalysis.organisation_id == organisation_id, StoredAnalysis.kind == LEARNING
            )
        )
    }
    for unit_id in units:
        answer = json.dumps(measure(collect(tree.below(unit_id))), sort_keys=True)
        question = json.dumps({"unit": str(unit_id)})
        row = kept.get(question) or StoredAnalysis(
            organisation_id=organisation_id, id=uuid4(), kind=LEARNING, question=question, error=""
        )
        row.state, row.asked_at, row.answer = "done", now, answer
        session.add(row)
    session.commit()
    return len(units)


def measure(basis: Basis) -> Answer:
    """Compute every measure of one unit; each is a figure with n and interval, or says what is missing."""
    recent = [each for each in basis.told if each.at > basis.now - WINDOW]
    found: dict[str, Figure | CannotTell] = {
        "M1": figures.rate_of(len(recent), basis.person_weeks, per=100),
        "M2": _share(outcomes.near_misses(recent), "reports"),
        "M2b": _share(outcomes.by_luck(recent), "near misses"),
        "M3": _errors_elsewhere(basis, recent),
        "M4": _share(outcomes.found_by_ourselves(recent), "errors and near misses"),
        "M5": _coming_to_light(basis, [(each.happened_at, each.detection_hours) for each in recent]),
        "M6": _coming_to_light(basis, [(_noticed(each), each.voice_hours) for each in recent]),
        "M13": _waits(outcomes.answers(recent, basis.now), 7 * 24),
        "M9a": _share(outcomes.unplanned_rework(basis.shipped), "deliveries"),
        "M9b": _share(outcomes.issued_again(basis.shipped, basis.now), "deliveries"),
        "M9c": _rework_time(basis.shipped),
        "M14": _share(outcomes.held_soon(basis.reviews, basis.now), "reviews"),
        "M14b": _share(basis.changes, "changes"),
        **_of_delegations(basis),
    }
    return {
        "measures": {key: _plain(value) for key, value in found.items()},
        "person_weeks": round(basis.person_weeks, 1),
        "found_elsewhere": len(outcomes.found_elsewhere(recent)),
        "kinds": {kind: sum(each.kind == kind for each in recent) for kind in {each.kind for each in recent}},
    }


def _of_delegations(basis: Basis) -> dict[str, Figure | CannotTell]:
    """Compute what delegations show, from five of them on."""
    handed = [each for each in basis.delegations if each.accepted_at is not None]
    keys = ("M7", "M7b", "M8", "M10", "M11", "M12", "M12a", "M15", "M16")
    if len(handed) < FEWEST_DELEGATIONS:
        refusal = CannotTell("told from five delegations on", len(handed), FEWEST_DELEGATIONS, "delegations")
        return dict.fromkeys(keys, refusal)
    waits = outcomes.until_independent(handed, basis.now)
    looks = outcomes.further_looks(handed)
    return {
        "M7": _waits(outcomes.escalations(handed, basis.now), 1),
        "M7b": _share(outcomes.noted_windows(handed), "windows"),
        "M8": _share(outcomes.corrected_same_day(handed, basis.now, basis.zone), "misses"),
        "M10": figures.reached_within([each.length for each in waits], [each.end for each in waits], 90),
        "M11": _share(outcomes.first_of_a_kind(handed), "first deliveries"),
        "M12": _share(outcomes.stepped_in(handed), "cycles"),
        "M12a": figures.rate_of(looks.hits, looks.of),
        "M15": _share(outcomes.joint_moves(handed), "moves"),
        "M16": _share(outcomes.recovered_dips(handed), "dips"),
    }


def _share(count: Count, unit: str) -> Figure | CannotTell:
    return figures.share_of(count.hits, count.of, unit)


def _waits(waits: Sequence[outcomes.Wait], time: float) -> Figure | CannotTell:
    return figures.wait_within([max(0.0, each.length) for each in waits], [each.end == 1 for each in waits], time)


def _noticed(told: Told) -> datetime | None:
    return None if told.voice_hours is None else told.at - timedelta(hours=told.voice_hours)


def _coming_to_light(basis: Basis, cases: Sequence[tuple[datetime | None, float | None]]) -> Figure | CannotTell:
    start = [MISSING if at is None else (at - basis.now) / HOUR for at, _ in cases]
    hours = [MISSING if each is None else each for _, each in cases]
    return figures.median_wait(start, hours, now=0.0, horizon=HORIZON)


def _errors_elsewhere(basis: Basis, recent: Collection[Told]) -> Figure | CannotTell:
    """Compare errors that others found in the later half of the window with the earlier one."""
    middle = basis.now - WINDOW / 2
    errors = outcomes.found_elsewhere(recent)
    later = sum(each.at > middle for each in errors)
    done = [each.at > middle for each in basis.shipped]
    if not done:
        weeks = [(week > middle.date(), count) for week, count in basis.exposure]
        done = [half for half, count in weeks for _ in range(count)]
    # Without any delivery the two halves are as long as each other.
    halves = (sum(done), len(done) - sum(done)) if done else (1, 1)
    return figures.rate_ratio(later, halves[0], len(errors) - later, halves[1])


def _rework_time(shipped: Sequence[Shipped]) -> Figure | CannotTell:
    known = [
        (each.rework_minutes or 0, each.total_minutes)
        for each in shipped
        if each.total_minutes is not None and (each.rework_minutes is not None or each.rework_of is None)
    ]
    return figures.ratio_of_sums([part for part, _ in known], [whole for _, whole in known])


def _plain(value: Figure | CannotTell) -> Answer:
    if isinstance(value, CannotTell):
        return {"reason": value.reason, "n": value.n, "needed": value.needed, "unit": value.unit}
    ends = {name: getattr(value, name) for name in ("estimate", "low", "high")}
    return {
        "n": value.n,
        "method": value.method,
        **{name: end if math.isfinite(end) else None for name, end in ends.items()},
    }


def _collector(session: Session, organisation_id: UUID, now: datetime) -> Callable[[Collection[UUID]], Basis]:
    """Load everything once, and return a function that picks what belongs to some units."""
    zone = ZoneInfo(organisation_zone(session, organisation_id))
    start = now - WINDOW
    told, shipped = _told(session, organisation_id, start), _shipped(session, organisation_id, start)
    reviews, changes = _reviews(session, organisation_id, start), _changes(session, organisation_id, now)
    weeks, exposure = _person_weeks(session, organisation_id, now), _exposure(session, organisation_id, start)
    handed = [
        (row.unit_id, as_it_is(session, row))
        for row in session.scalars(select(StoredDelegation).where(StoredDelegation.organisation_id == organisation_id))
    ]

    def collect(units: Collection[UUID]) -> Basis:
        seen = [hit for unit, hit in changes if unit in units]
        rostered = sum(length for unit, length in weeks if unit in units)
        return Basis(
            now=now,
            zone=zone,
            # Working time that was imported stands in where the roster has none.
            person_weeks=rostered or sum(length for unit, _, length, _ in exposure if unit in units),
            told=[each for unit, each in told if unit in units],
            shipped=[each for unit, each in shipped if unit in units],
            exposure=[(week, count) for unit, week, _, count in exposure if unit in units and count],
            reviews=[each for unit, each in reviews if unit in units],
            changes=Count(sum(seen), len(seen)),
            delegations=[each for unit, each in handed if unit in units],
        )

    return collect


def _told(session: Session, organisation_id: UUID, start: datetime) -> list[tuple[UUID, Told]]:
    rows = session.execute(
        select(LearningEvent, Receipt.event_id.is_not(None))
        .outerjoin(
            Receipt,
            (Receipt.organisation_id == LearningEvent.organisation_id) & (Receipt.event_id == LearningEvent.id),
        )
        .where(
            LearningEvent.organisation_id == organisation_id,
            LearningEvent.withdrawn.is_(False),
            LearningEvent.told_at > start,
        )
    )
    return [
        (
            event.unit_id,
            Told(
                event.kind,
                event.told_at,
                event.occurred_at,
                event.detection_hours,
                event.voice_hours,
                event.found_by,
                event.luck_only,
                event.feedback_at,
                has_receipt or event.feedback_at is not None,
            ),
        )
        for event, has_receipt in rows
    ]


def _shipped(session: Session, organisation_id: UUID, start: datetime) -> list[tuple[UUID, Shipped]]:
    rows = session.scalars(
        select(WorkDelivery).where(WorkDelivery.organisation_id == organisation_id, WorkDelivery.delivered_at > start)
    )
    return [
        (
            row.unit_id,
            Shipped(
                row.external_id,
                row.delivered_at,
                row.planned,
                row.rework_of,
                row.rework_reason == "defect",
                row.rework_minutes,
                row.total_minutes,
            ),
        )
        for row in rows
    ]


def _reviews(session: Session, organisation_id: UUID, start: datetime) -> list[tuple[UUID, Reviewed]]:
    rows = session.execute(
        select(Review.unit_id, LearningEvent.told_at, Review.held_at)
        .join(
            LearningEvent,
            (LearningEvent.organisation_id == Review.organisation_id) & (LearningEvent.id == Review.event_id),
        )
        .where(Review.organisation_id == organisation_id, LearningEvent.told_at > start)
    )
    return [(unit_id, Reviewed(told_at, held_at)) for unit_id, told_at, held_at in rows]


def _changes(session: Session, organisation_id: UUID, now: datetime) -> list[tuple[UUID, bool]]:
    rows = session.execute(
        select(Review.unit_id, ReviewAction.verified_on)
        .join(Review, (Review.organisation_id == ReviewAction.organisation_id) & (Review.id == ReviewAction.review_id))
        .where(ReviewAction.organisation_id == organisation_id, ReviewAction.due_on <= now.date())
    )
    return [(unit_id, verified is not None) for unit_id, verified in rows]


def _person_weeks(session: Session, organisation_id: UUID, now: datetime) -> list[tuple[UUID, float]]:
    """Return how many weeks of the window each membership lasted."""
    start, end = (now - WINDOW).date(), now.date()
    rows = session.execute(
        select(Membership.unit_id, Membership.starts_on, func.coalesce(Membership.ends_on, end)).where(
            Membership.organisation_id == organisation_id
        )
    )
    return [(unit_id, max(0, (min(until, end) - max(since, start)).days) / 7) for unit_id, since, until in rows]


def _exposure(session: Session, organisation_id: UUID, start: datetime) -> list[tuple[UUID, date, float, int]]:
    rows = session.scalars(
        select(Exposure).where(Exposure.organisation_id == organisation_id, Exposure.week > start.date())
    )
    return [(row.unit_id, row.week, row.person_weeks or 0.0, row.deliveries or 0) for row in rows]
