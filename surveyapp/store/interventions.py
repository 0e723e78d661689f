"""Interventions: what was tried in which teams, written down before its results are looked at."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import Id, LongText, Moment, Name, Owned, owned_by


class InterventionVersion(Owned):
    """The plan of an intervention as it was registered, or as an amendment changed it, with the reason.

    Rows can be added but never altered, and each is chained by its hash to the row that any intervention of the
    organisation got before it.
    """

    __tablename__ = "intervention"
    __table_args__ = (
        owned_by("pulse_id", "pulse"),
        UniqueConstraint("organisation_id", "sequence"),
        Index(None, "organisation_id", "pulse_id"),
        CheckConstraint("sequence >= 1", name="sequence_from_one"),
        CheckConstraint("version >= 1", name="version_from_one"),
        CheckConstraint("(version = 1) = (reason = '')", name="amended_for_a_reason"),
    )

    id: Mapped[Id]
    version: Mapped[int] = mapped_column(primary_key=True)
    pulse_id: Mapped[UUID]
    sequence: Mapped[int]
    account_id: Mapped[UUID | None]
    recorded_at: Mapped[Moment]
    plan: Mapped[LongText]
    reason: Mapped[LongText]
    previous_hash: Mapped[Name]
    hash: Mapped[Name]
