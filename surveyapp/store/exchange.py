"""What other systems send, and by which right."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import Id, LongText, Moment, Name, Owned, UtcDateTime, of_organisation, owned_by


class ApiToken(Owned):
    """A token with which another system sends events, deliveries or exposure; only the hash of it is kept."""

    __tablename__ = "api_token"
    __table_args__ = (
        of_organisation(),
        owned_by("unit_id", "unit"),
        UniqueConstraint("organisation_id", "secret_hash"),
    )

    id: Mapped[Id]
    name: Mapped[Name]
    unit_id: Mapped[UUID]
    # What may be sent, with a blank between the words.
    scopes: Mapped[Name]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SeenRequest(Owned):
    """A request that another system marked with a key, and what was answered, so that a repeat changes nothing."""

    __tablename__ = "api_request"
    __table_args__ = (
        owned_by("token_id", "api_token", on_delete="CASCADE"),
        Index(None, "organisation_id", "at"),
    )

    token_id: Mapped[Id]
    key: Mapped[Name] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    # None while the first request with the key is still being worked on.
    status: Mapped[int | None]
    reply: Mapped[LongText]
    at: Mapped[Moment]
