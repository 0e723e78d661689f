"""Members and their memberships: the roster."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from surveyapp.store.base import Id, Name, Owned, Word, of_organisation, owned_by


class Member(Owned):
    """A person on the roster; function and length of service are classes, for waves with results by one of them."""

    __tablename__ = "member"
    __table_args__ = (of_organisation(), UniqueConstraint("organisation_id", "code"))

    id: Mapped[Id]
    code: Mapped[Name]
    name: Mapped[Name]
    email: Mapped[Name]
    language: Mapped[Word]
    function: Mapped[Word | None]
    service: Mapped[Word | None]


class Membership(Owned):
    """That a member belongs to a unit from one day until before another; a lead is counted one level up."""

    __tablename__ = "membership"
    __table_args__ = (
        owned_by("member_id", "member"),
        owned_by("unit_id", "unit"),
        Index(None, "organisation_id", "member_id"),
        Index(None, "organisation_id", "unit_id"),
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="ends_after_start"),
    )

    id: Mapped[Id]
    member_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    is_lead: Mapped[bool]
