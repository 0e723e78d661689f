"""Delegations: who hands work to whom, and every step that was taken, in order."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import Id, LongText, Moment, Name, Owned, UtcDateTime, Word, of_organisation, owned_by


class StoredDelegation(Owned):
    """A delegation as lists show it; what it is follows from its steps.

    Three people read it and nobody else: the delegator, the owner, and the second person who may release it.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        of_organisation(),
        owned_by("unit_id", "unit"),
        owned_by("delegator_id", "account"),
        owned_by("owner_id", "account"),
        owned_by("second_id", "account"),
        Index(None, "organisation_id", "delegator_id", "changed_at"),
        Index(None, "organisation_id", "owner_id", "changed_at"),
        Index(None, "organisation_id", "second_id", "changed_at"),
        Index(None, "organisation_id", "notify_at"),
        CheckConstraint(
            "state IN ('drafted', 'offered', 'accepted', 'running', 'in_review', 'closed', 'withdrawn')",
            name="known_state",
        ),
        CheckConstraint("state IN ('drafted', 'withdrawn') OR owner_id IS NOT NULL", name="owned_once_offered"),
        CheckConstraint("owner_id <> delegator_id", name="handed_to_somebody_else"),
        CheckConstraint("second_id <> delegator_id AND second_id <> owner_id", name="second_is_a_third"),
        CheckConstraint("steps >= 0", name="steps_count_up"),
    )

    id: Mapped[Id]
    unit_id: Mapped[UUID | None]
    delegator_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    second_id: Mapped[UUID | None]
    title: Mapped[Name]
    state: Mapped[Word]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What was typed so far, while it is a draft.
    draft: Mapped[LongText]
    steps: Mapped[int]
    notify_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[Moment]


class DelegationStep(Owned):
    """One step, as it was taken; its number is what two people cannot both take."""

    __tablename__ = "delegation_step"
    __table_args__ = (
        owned_by("delegation_id", "delegation"),
        owned_by("by_id", "account"),
        # A form that is sent twice is one step.
        UniqueConstraint("organisation_id", "delegation_id", "once"),
        CheckConstraint("number >= 1", name="number_from_one"),
    )

    delegation_id: Mapped[Id]
    number: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[UUID]
    at: Mapped[Moment]
    kind: Mapped[Word]
    words: Mapped[LongText]
    once: Mapped[UUID]


class DelegationNotice(Owned):
    """That a mail about a delegation went out, so that it goes out once."""

    __tablename__ = "delegation_notice"
    __table_args__ = (owned_by("delegation_id", "delegation"),)

    delegation_id: Mapped[Id]
    key: Mapped[Name] = mapped_column(primary_key=True)
    at: Mapped[Moment]
    sent: Mapped[bool]
