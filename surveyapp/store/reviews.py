"""After-action reviews and the changes that come of them; they name no person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import Id, LongText, Moment, Name, Owned, UtcDateTime, Word, of_organisation, owned_by


class Review(Owned):
    """A quarter of an hour of a team on what happened and what changes; ``no_change`` says that nothing will."""

    __tablename__ = "review"
    __table_args__ = (
        of_organisation(),
        owned_by("unit_id", "unit"),
        owned_by("event_id", "learning_event"),
        Index(None, "organisation_id", "unit_id", "planned_at"),
        Index(None, "organisation_id", "event_id"),
        CheckConstraint("minutes > 0", name="some_minutes"),
        CheckConstraint("people > 0", name="some_people"),
    )

    id: Mapped[Id]
    unit_id: Mapped[UUID]
    event_id: Mapped[UUID | None]
    planned_at: Mapped[Moment]
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[int | None]
    people: Mapped[int | None]
    intended: Mapped[LongText]
    happened: Mapped[LongText]
    made_sense: Mapped[LongText]
    worked: Mapped[LongText]
    did_not_work: Mapped[LongText]
    no_change: Mapped[bool]


class ReviewAction(Owned):
    """A change that a review decided on; its owner is a role, such as the early shift."""

    __tablename__ = "review_action"
    __table_args__ = (
        owned_by("review_id", "review", on_delete="CASCADE"),
        Index(None, "organisation_id", "review_id"),
        CheckConstraint("verified_on IS NULL OR done_on IS NOT NULL", name="verified_when_done"),
        CheckConstraint("verified_on IS NULL OR verified_on >= done_on", name="verified_after_done"),
    )

    id: Mapped[Id]
    review_id: Mapped[UUID]
    what: Mapped[LongText]
    owner: Mapped[Name]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    verified_on: Mapped[date | None]
    check_on: Mapped[date | None]
    recurred: Mapped[bool | None]


class Exposure(Owned):
    """What a team did in a week, beginning on a Monday: the denominator of its rates."""

    __tablename__ = "exposure"
    __table_args__ = (
        owned_by("unit_id", "unit"),
        CheckConstraint("person_weeks >= 0 AND deliveries >= 0 AND deployments >= 0", name="not_negative"),
    )

    unit_id: Mapped[Id]
    week: Mapped[date] = mapped_column(primary_key=True)
    person_weeks: Mapped[float | None]
    deliveries: Mapped[int | None]
    deployments: Mapped[int | None]


class WorkDelivery(Owned):
    """One thing that a team delivered, as another system tells it."""

    __tablename__ = "work_delivery"
    __table_args__ = (
        owned_by("unit_id", "unit"),
        UniqueConstraint("organisation_id", "source", "external_id"),
        Index(None, "organisation_id", "unit_id", "delivered_at"),
        Index(None, "organisation_id", "delivered_at"),
        CheckConstraint("rework_minutes >= 0 AND total_minutes >= 0", name="minutes_not_negative"),
        CheckConstraint("rework_minutes <= total_minutes", name="rework_within_total"),
    )

    id: Mapped[Id]
    unit_id: Mapped[UUID]
    source: Mapped[Word]
    external_id: Mapped[Name]
    kind: Mapped[Word]
    planned: Mapped[bool]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[Moment]
    within_bar: Mapped[bool | None]
    variance_pct: Mapped[float | None]
    rework_of: Mapped[Name | None]
    rework_reason: Mapped[Name | None]
    rework_minutes: Mapped[int | None]
    total_minutes: Mapped[int | None]
    delegation_ref: Mapped[Name | None]
    cycle: Mapped[int | None]
