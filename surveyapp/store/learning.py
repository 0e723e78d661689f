"""The learning log: events, without any person in them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import Id, LongText, Moment, Name, Owned, UtcDateTime, Word, of_organisation, owned_by

KINDS = ("error", "near_miss", "unsafe_condition", "good_catch", "help_request", "idea")
FOUND_BY = ("owner", "own_team", "other_team", "customer", "monitoring", "audit")
REACHED = ("none", "internal", "external")
# To the team at once; to a steward only; to a steward who cannot know from whom.
NAMED, CONFIDENTIAL, ANONYMOUS = MODES = ("named", "confidential", "anonymous")


class LearningEvent(Owned):
    """An error, near miss, unsafe condition, good catch, help request or idea.

    Hours between the times are kept beside them, for the times are coarsened and the hours are not. The team reads an
    event from ``shown_from`` on, in the steward's words unless it was told to the team itself; ``listed_at`` is where
    it stands in the log.
    """

    __tablename__ = "learning_event"
    __table_args__ = (
        of_organisation(),
        owned_by("unit_id", "unit"),
        UniqueConstraint("organisation_id", "source", "external_id"),
        Index(None, "organisation_id", "unit_id", "told_at"),
        Index(None, "organisation_id", "unit_id", "listed_at"),
        Index(None, "organisation_id", "listed_at"),
        CheckConstraint(
            "kind IN ('error', 'near_miss', 'unsafe_condition', 'good_catch', 'help_request', 'idea')",
            name="known_kind",
        ),
        CheckConstraint("mode IN ('named', 'confidential', 'anonymous')", name="known_mode"),
        CheckConstraint(
            "found_by IS NULL OR found_by IN ('owner', 'own_team', 'other_team', 'customer', 'monitoring', 'audit')",
            name="known_finder",
        ),
        CheckConstraint("reached IS NULL OR reached IN ('none', 'internal', 'external')", name="known_reach"),
        CheckConstraint("severity BETWEEN 0 AND 4", name="severity_0_to_4"),
        CheckConstraint("potential_severity BETWEEN 0 AND 4", name="potential_severity_0_to_4"),
        CheckConstraint("noticed_at IS NULL OR noticed_at <= told_at", name="noticed_before_told"),
        CheckConstraint(
            "occurred_at IS NULL OR noticed_at IS NULL OR occurred_at <= noticed_at", name="occurred_before_noticed"
        ),
        CheckConstraint("detection_hours >= 0 AND voice_hours >= 0", name="hours_not_negative"),
        CheckConstraint("options_left BETWEEN 0 AND 2", name="options_left_0_to_2"),
        CheckConstraint("(shown_from IS NULL) = (listed_at IS NULL)", name="listed_when_shown"),
    )

    id: Mapped[Id]
    unit_id: Mapped[UUID]
    kind: Mapped[Word]
    mode: Mapped[Word]
    what_happened: Mapped[LongText]
    surprise: Mapped[LongText]
    occurred_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    occurred_precision: Mapped[Word]
    noticed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    noticed_precision: Mapped[Word]
    told_at: Mapped[Moment]
    told_precision: Mapped[Word]
    detection_hours: Mapped[float | None]
    voice_hours: Mapped[float | None]
    # How long it was until it was needed when it was told, less than 0 for too late; and ways out, 2 for more than one.
    lead_hours: Mapped[float | None]
    options_left: Mapped[int | None]
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    corrected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    feedback_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    found_by: Mapped[str | None]
    reached: Mapped[Word | None]
    severity: Mapped[int | None]
    potential_severity: Mapped[int | None]
    barrier: Mapped[Name | None]
    luck_only: Mapped[bool | None]
    # Keys of system factors, with a blank between them.
    contributing: Mapped[LongText]
    decision_affected: Mapped[bool | None]
    recurrence_of: Mapped[Name | None]
    delegation_ref: Mapped[Name | None]
    cycle: Mapped[int | None]
    source: Mapped[Word]
    external_id: Mapped[Name | None]
    shown_words: Mapped[LongText]
    shown_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    listed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn: Mapped[bool]
    # The version of the promise under which it was told, which changes on Mondays only; None for imported events.
    promise: Mapped[int | None]


class LoggedColumns(Owned):
    """What the log says of the reporting groups in the time of a wave, column by column, for the night to compute with.

    It speaks of what was told or delivered after ``since`` and until ``until``, and of times that began then, which are
    told until ``told_until``. Whatever is told late or withdrawn removes it by a trigger, and the night counts anew.
    """

    __tablename__ = "logged_columns"
    __table_args__ = (owned_by("wave_id", "wave"),)

    wave_id: Mapped[Id]
    since: Mapped[Moment]
    until: Mapped[Moment]
    told_until: Mapped[Moment]
    # As ``surveyapp.stats.tables`` packs it.
    content: Mapped[bytes]


def _digest(question: str) -> bytes:
    return hashlib.sha256(question.encode()).digest()


def _digest_of_row(context: DefaultExecutionContext) -> bytes:
    return _digest(context.get_current_parameters()["question"])  # type: ignore[no-untyped-call]


class StoredAnalysis(Owned):
    """A question to the statistics, answered by the worker and kept, so that a page is a read."""

    __tablename__ = "analysis"
    __table_args__ = (
        of_organisation(),
        Index(None, "organisation_id", "kind", "asked_at"),
        Index(None, "organisation_id", "kind", "digest"),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="known_state"),
    )

    id: Mapped[Id]
    kind: Mapped[Word]
    question: Mapped[LongText]
    # By which it is found: a question may be longer than an index takes.
    digest: Mapped[bytes] = mapped_column(default=_digest_of_row)
    state: Mapped[Word]
    asked_at: Mapped[Moment]
    answer: Mapped[LongText]
    error: Mapped[Name]


def asked(organisation_id: UUID, kind: str, *questions: Mapping[str, Any]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a row is of a kind and, when any are named, about one of some questions."""
    digests = [_digest(json.dumps(question, sort_keys=True)) for question in questions]
    of_kind = StoredAnalysis.organisation_id == organisation_id, StoredAnalysis.kind == kind
    return (*of_kind, StoredAnalysis.digest.in_(digests)) if digests else of_kind
