"""The learning log: events, without any person in them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import Id, LongText, Moment, Name, Owned, UtcDateTime, Word, of_organisation, owned_by

KINDS = ("error", "near_miss", "unsafe_condition", "good_catch", "help_request", "idea")
FOUND_BY = ("owner", "own_team", "other_team", "customer", "monitoring", "audit")


class LearningEvent(Owned):
    """An error, near miss, unsafe condition, good catch, help request or idea."""

    __tablename__ = "learning_event"
    __table_args__ = (
        of_organisation(),
        owned_by("unit_id", "unit"),
        UniqueConstraint("organisation_id", "source", "external_id"),
        Index(None, "organisation_id", "unit_id", "told_at"),
        CheckConstraint(
            "kind IN ('error', 'near_miss', 'unsafe_condition', 'good_catch', 'help_request', 'idea')",
            name="known_kind",
        ),
        CheckConstraint(
            "found_by IS NULL OR found_by IN ('owner', 'own_team', 'other_team', 'customer', 'monitoring', 'audit')",
            name="known_finder",
        ),
        CheckConstraint("severity BETWEEN 0 AND 4", name="severity_0_to_4"),
        CheckConstraint("noticed_at IS NULL OR noticed_at <= told_at", name="noticed_before_told"),
        CheckConstraint(
            "occurred_at IS NULL OR noticed_at IS NULL OR occurred_at <= noticed_at", name="occurred_before_noticed"
        ),
    )

    id: Mapped[Id]
    unit_id: Mapped[UUID]
    kind: Mapped[Word]
    what_happened: Mapped[LongText]
    occurred_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    occurred_precision: Mapped[Word]
    noticed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    noticed_precision: Mapped[Word]
    told_at: Mapped[Moment]
    told_precision: Mapped[Word]
    found_by: Mapped[str | None]
    severity: Mapped[int | None]
    source: Mapped[Word]
    external_id: Mapped[Name | None]
    withdrawn: Mapped[bool]


class StoredAnalysis(Owned):
    """A question to the statistics, answered by the worker and kept, so that a page is a read."""

    __tablename__ = "analysis"
    __table_args__ = (
        of_organisation(),
        Index(None, "organisation_id", "kind", "asked_at"),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="known_state"),
    )

    id: Mapped[Id]
    kind: Mapped[Word]
    question: Mapped[LongText]
    state: Mapped[Word]
    asked_at: Mapped[Moment]
    answer: Mapped[LongText]
    error: Mapped[Name]
