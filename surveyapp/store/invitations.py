"""Invitations and their deliveries; both are removed when the wave is released."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import Id, Moment, Name, Owned, Word, owned_by


class Invitation(Owned):
    """What lets one member take part in one wave; it holds no answers.

    The ballot code is derived from ``seed`` and the installation's key, so that a reminder can repeat it although
    no code is stored anywhere.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        owned_by(["wave_id", "group_id"], "wave_group", to=["wave_id", "group_id"]),
        owned_by("member_id", "member"),
        UniqueConstraint("organisation_id", "wave_id", "member_id"),
    )

    id: Mapped[Id]
    wave_id: Mapped[UUID]
    group_id: Mapped[UUID]
    member_id: Mapped[UUID]
    seed: Mapped[bytes] = mapped_column(LargeBinary(16))


class Delivery(Owned):
    """One mail to one member, recorded before it is sent."""

    __tablename__ = "delivery"
    __table_args__ = (
        owned_by("invitation_id", "invitation", on_delete="CASCADE"),
        UniqueConstraint("organisation_id", "invitation_id", "kind"),
        Index(None, "organisation_id", "state", "due_at"),
        CheckConstraint("kind IN ('invitation', 'reminder-1', 'reminder-2')", name="known_kind"),
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed')", name="known_state"),
    )

    id: Mapped[Id]
    invitation_id: Mapped[UUID]
    kind: Mapped[Word]
    state: Mapped[Word]
    attempts: Mapped[int]
    due_at: Mapped[Moment]
    error: Mapped[Name]
