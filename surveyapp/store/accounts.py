"""Sign-ins for managers, coaches, stewards, admins and members who own work; answering needs none."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import Id, LongText, Moment, Name, Owned, UtcDateTime, Word, of_organisation, owned_by

ROLES = ("manager", "coach", "admin", "steward", "member")


class Account(Owned):
    """A sign-in; the e-mail is unique inside the organisation."""

    __tablename__ = "account"
    __table_args__ = (
        of_organisation(),
        UniqueConstraint("organisation_id", "email"),
        Index("ix_account_email", "organisation_id", "email"),
    )

    id: Mapped[Id]
    email: Mapped[Name]
    name: Mapped[Name]
    language: Mapped[Word]
    password_hash: Mapped[LongText]
    # Raised at sign-out, a new password and disabling, so that older sessions end; roles are read at every request.
    session_version: Mapped[int]
    disabled: Mapped[bool]


class AccountRole(Owned):
    """A role, scoped to a unit and everything below it."""

    __tablename__ = "account_role"
    __table_args__ = (
        owned_by("account_id", "account", on_delete="CASCADE"),
        owned_by("unit_id", "unit"),
        UniqueConstraint("organisation_id", "account_id", "role", "unit_id"),
        CheckConstraint("role IN ('manager', 'coach', 'admin', 'steward', 'member')", name="known_role"),
    )

    id: Mapped[Id]
    account_id: Mapped[UUID]
    role: Mapped[Word]
    unit_id: Mapped[UUID]


class PasswordReset(Owned):
    """A one-time right to choose a new password; only the hash of its code is kept."""

    __tablename__ = "password_reset"
    __table_args__ = (
        owned_by("account_id", "account", on_delete="CASCADE"),
        UniqueConstraint("organisation_id", "code_hash"),
    )

    id: Mapped[Id]
    account_id: Mapped[UUID]
    code_hash: Mapped[Name]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInAttempt(Owned):
    """A failed sign-in, kept for the rate limit and removed after a day.

    It is counted before anybody knows which organisation it belongs to, so its organisation is the nil id.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "organisation_id", "email_hash", "at"),)

    id: Mapped[Id]
    email_hash: Mapped[Name]
    at: Mapped[Moment]
