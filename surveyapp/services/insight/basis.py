"""What the measures of a unit rest on, loaded once for all units of an organisation."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any, Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from surveyapp.learning.delegation import Delegation
from surveyapp.learning.history import replay
from surveyapp.learning.outcomes import Changed, Reviewed, Shipped, Told
from surveyapp.privacy.outcome import Shown
from surveyapp.services.delegation.keeping import histories
from surveyapp.services.roster.counting import organisation_zone
from surveyapp.store.columns import bare, columns_of
from surveyapp.store.delegation import StoredDelegation
from surveyapp.store.learning import NAMED, LearningEvent
from surveyapp.store.organisation import ReportingGroupUnit, Unit
from surveyapp.store.people import Membership
from surveyapp.store.pulses import Wave
from surveyapp.store.releases import Release, ReleaseRow, outcome_of
from surveyapp.store.reporters import Receipt
from surveyapp.store.reviews import Exposure, Review, ReviewAction, WorkDelivery

Thing = TypeVar("Thing")
# Units by what the driver gives for their ids.
Ids = Mapping[Any, UUID]
WINDOW = timedelta(days=365)
# What people are asked about being looked at too often, about understanding first, and about reactions.
STATEMENTS = ("hovering", "understand-first", "angry-reaction")


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
    changes: Sequence[Changed]
    delegations: Sequence[Delegation]
    # What people said last of each of the statements, where the unit has a number of its own.
    said: Mapping[str, Shown]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A delegation as its steps have left it, and the unit that it belongs to."""

    id: UUID
    unit_id: UUID | None
    whole: Delegation


def delegations_of(session: Session, organisation_id: UUID) -> list[HandedOver]:
    """Return every delegation of an organisation."""
    rows = session.execute(
        select(StoredDelegation.id, StoredDelegation.unit_id, StoredDelegation.delegator_id).where(
            StoredDelegation.organisation_id == organisation_id
        )
    ).all()
    by = {row.id: row.delegator_id for row in rows}
    whole = {each: replay(by[each], steps) for each, steps in histories(session, organisation_id) if each in by}
    return [HandedOver(row.id, row.unit_id, whole.get(row.id) or Delegation(row.delegator_id)) for row in rows]


def reactions(session: Session, organisation_id: UUID, ids: Ids) -> dict[frozenset[UUID], dict[str, Shown]]:
    """Return what was published last of each statement, by the units that have one number together."""
    rows = (
        select(
            bare(ReleaseRow.group_id),
            ReleaseRow.figure,
            ReleaseRow.text,
            ReleaseRow.value,
            ReleaseRow.low,
            ReleaseRow.high,
            ReleaseRow.n,
            ReleaseRow.reason,
        )
        .join(Release, (Release.organisation_id == ReleaseRow.organisation_id) & (Release.id == ReleaseRow.release_id))
        .join(Wave, (Wave.organisation_id == Release.organisation_id) & (Wave.id == Release.wave_id))
        .where(
            ReleaseRow.organisation_id == organisation_id,
            Wave.attribute == "",
            ReleaseRow.figure.in_([f"item:{each}" for each in STATEMENTS]),
        )
        .order_by(Wave.closes_at)
    )
    published = columns_of(session, rows)
    spoke, units = set(published[0]), dict[Any, set[UUID]]()
    groups = select(bare(ReportingGroupUnit.group_id), bare(ReportingGroupUnit.unit_id)).where(
        ReportingGroupUnit.organisation_id == organisation_id
    )
    for group_id, unit_id in zip(*columns_of(session, groups), strict=True):
        if group_id in spoke:
            units.setdefault(group_id, set()).add(ids[unit_id])
    found: dict[frozenset[UUID], dict[str, Shown]] = {}
    together = {group_id: found.setdefault(frozenset(each), {}) for group_id, each in units.items()}
    for group_id, figure, *said in zip(*published, strict=True):
        outcome = outcome_of(*said)
        if isinstance(outcome, Shown) and group_id in together:
            together[group_id][figure.removeprefix("item:")] = outcome
    return found


class Pile(Generic[Thing]):
    """Things that belong to units, found by unit, in the order in which they were read."""

    def __init__(self, things: Iterable[tuple[UUID | None, Thing]]) -> None:
        self._of: dict[UUID | None, list[tuple[int, Thing]]] = {}
        for place, (unit, thing) in enumerate(things):
            self._of.setdefault(unit, []).append((place, thing))

    def of(self, units: Collection[UUID]) -> list[Thing]:
        """Return what belongs to some units."""
        found = [each for unit in units for each in self._of.get(unit, ())]
        return [thing for _, thing in sorted(found, key=itemgetter(0))]


def collector(
    session: Session, organisation_id: UUID, delegations: Iterable[HandedOver], now: datetime
) -> Callable[[Collection[UUID]], Basis]:
    """Load everything else once, and return a function that picks what belongs to some units."""
    zone = ZoneInfo(organisation_zone(session, organisation_id))
    start = now - WINDOW
    ids = _bare_ids(session, organisation_id)
    told = Pile((ids[unit], each) for unit, each in _told(session, organisation_id, start, now))
    shipped = Pile((ids[unit], each) for unit, each in _shipped(session, organisation_id, start))
    reviews, changes = Pile(_reviews(session, organisation_id, start)), Pile(_changes(session, organisation_id, now))
    weeks, exposure = (
        Pile(_person_weeks(session, organisation_id, now)),
        Pile(_exposure(session, organisation_id, start)),
    )
    handed = Pile((each.unit_id, each.whole) for each in delegations)
    said = reactions(session, organisation_id, ids)

    def collect(units: Collection[UUID]) -> Basis:
        known = exposure.of(units)
        return Basis(
            now=now,
            zone=zone,
            # Working time that was imported stands in where the roster has none.
            person_weeks=sum(weeks.of(units)) or sum(length for _, length, _ in known),
            told=told.of(units),
            shipped=shipped.of(units),
            exposure=[(week, count) for week, _, count in known if count],
            reviews=reviews.of(units),
            changes=changes.of(units),
            delegations=handed.of(units),
            said=said.get(frozenset(units)) or {},
        )

    return collect


def _bare_ids(session: Session, organisation_id: UUID) -> Ids:
    return dict(session.execute(select(bare(Unit.id), Unit.id).where(Unit.organisation_id == organisation_id)).all())


def _told(session: Session, organisation_id: UUID, start: datetime, now: datetime) -> Iterator[tuple[Any, Told]]:
    """Read what stands in the log; a figure that counted what only a steward reads would tell of it.

    Of what a steward was told the team reads the week, so neither its hours nor its day are in a figure, but for the
    share that was answered soon, which is about these reports.
    """
    told_to_all = LearningEvent.mode == NAMED
    rows = (
        select(
            bare(LearningEvent.unit_id),
            LearningEvent.kind,
            LearningEvent.listed_at,
            case((told_to_all, LearningEvent.occurred_at)),
            case((told_to_all, LearningEvent.detection_hours)),
            case((told_to_all, LearningEvent.voice_hours)),
            LearningEvent.found_by,
            LearningEvent.luck_only,
            LearningEvent.feedback_at,
            Receipt.event_id.is_not(None) | LearningEvent.feedback_at.is_not(None),
            case((told_to_all, LearningEvent.lead_hours)),
            LearningEvent.options_left,
            LearningEvent.told_at,
        )
        .outerjoin(
            Receipt,
            (Receipt.organisation_id == LearningEvent.organisation_id) & (Receipt.event_id == LearningEvent.id),
        )
        .where(
            LearningEvent.organisation_id == organisation_id,
            LearningEvent.withdrawn.is_(False),
            LearningEvent.listed_at > start,
            LearningEvent.shown_from <= now,
        )
    )
    units, *values = columns_of(session, rows)
    return zip(units, map(Told, *values), strict=True)


def _shipped(session: Session, organisation_id: UUID, start: datetime) -> Iterator[tuple[Any, Shipped]]:
    rows = select(
        bare(WorkDelivery.unit_id),
        WorkDelivery.external_id,
        WorkDelivery.delivered_at,
        WorkDelivery.planned,
        WorkDelivery.rework_of,
        WorkDelivery.rework_reason.is_not_distinct_from("defect"),
        WorkDelivery.rework_minutes,
        WorkDelivery.total_minutes,
    ).where(WorkDelivery.organisation_id == organisation_id, WorkDelivery.delivered_at > start)
    units, *values = columns_of(session, rows)
    return zip(units, map(Shipped, *values), strict=True)


def _reviews(session: Session, organisation_id: UUID, start: datetime) -> list[tuple[UUID, Reviewed]]:
    rows = session.execute(
        select(Review.unit_id, LearningEvent.told_at, Review.held_at, Review.minutes)
        .join(
            LearningEvent,
            (LearningEvent.organisation_id == Review.organisation_id) & (LearningEvent.id == Review.event_id),
        )
        .where(Review.organisation_id == organisation_id, LearningEvent.told_at > start)
    )
    return [(unit_id, Reviewed(told_at, held_at, minutes)) for unit_id, told_at, held_at, minutes in rows]


def _changes(session: Session, organisation_id: UUID, now: datetime) -> list[tuple[UUID, Changed]]:
    rows = session.execute(
        select(Review.unit_id, ReviewAction.verified_on, ReviewAction.recurred)
        .join(Review, (Review.organisation_id == ReviewAction.organisation_id) & (Review.id == ReviewAction.review_id))
        .where(ReviewAction.organisation_id == organisation_id, ReviewAction.due_on <= now.date())
    )
    return [(unit_id, Changed(verified is not None, recurred)) for unit_id, verified, recurred in rows]


def _person_weeks(session: Session, organisation_id: UUID, now: datetime) -> list[tuple[UUID, float]]:
    """Return how many weeks of the window each membership lasted."""
    start, end = (now - WINDOW).date(), now.date()
    rows = session.execute(
        select(Membership.unit_id, Membership.starts_on, func.coalesce(Membership.ends_on, end)).where(
            Membership.organisation_id == organisation_id
        )
    )
    return [(unit_id, max(0, (min(until, end) - max(since, start)).days) / 7) for unit_id, since, until in rows]


def _exposure(session: Session, organisation_id: UUID, start: datetime) -> list[tuple[UUID, tuple[date, float, int]]]:
    rows = session.execute(
        select(Exposure.unit_id, Exposure.week, Exposure.person_weeks, Exposure.deliveries).where(
            Exposure.organisation_id == organisation_id, Exposure.week > start.date()
        )
    )
    return [(unit_id, (week, weeks or 0.0, count or 0)) for unit_id, week, weeks, count in rows]
