"""The organisation, its tree of units, and the groups that are published as one number."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from surveyapp.store.base import Base, Id, Moment, Name, OrganisationId, Owned, Word, of_organisation, owned_by


class Organisation(Base):
    """The tenant; its id opens every other key."""

    __tablename__ = "organisation"

    organisation_id: Mapped[OrganisationId]
    name: Mapped[Name]
    time_zone: Mapped[Word]
    language: Mapped[Word]


class Unit(Owned):
    """A node of the tree; a unit with members is a team."""

    __tablename__ = "unit"
    __table_args__ = (
        of_organisation(),
        owned_by("parent_id", "unit"),
        UniqueConstraint("organisation_id", "code"),
        Index(None, "organisation_id", "parent_id"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[Id]
    parent_id: Mapped[UUID | None]
    code: Mapped[Name]
    name: Mapped[Name]
    retired_on: Mapped[date | None]


class ReportingGroup(Owned):
    """One or more units that are published as one number; frozen for one quarter of one pulse.

    ``series`` names the composition: groups of different quarters with the same units continue one series, and a
    re-organisation starts a new one. In a wave with results by an attribute a group is one or more of its classes;
    it has no units then, and ``quarter`` names the wave.
    """

    __tablename__ = "reporting_group"
    __table_args__ = (
        of_organisation(),
        owned_by("pulse_id", "pulse"),
        owned_by("unit_id", "unit"),
        UniqueConstraint("organisation_id", "pulse_id", "quarter", "series"),
    )

    id: Mapped[Id]
    pulse_id: Mapped[UUID]
    quarter: Mapped[Word]
    unit_id: Mapped[UUID]
    series: Mapped[Word]
    name: Mapped[Name]


class ReportingGroupUnit(Owned):
    """That a unit's members are counted in a group."""

    __tablename__ = "reporting_group_unit"
    __table_args__ = (
        owned_by("group_id", "reporting_group"),
        owned_by("unit_id", "unit"),
        Index(None, "organisation_id", "unit_id"),
    )

    group_id: Mapped[Id]
    unit_id: Mapped[Id]


class AuditEntry(Owned):
    """Who changed what and when; answers and answering never appear here."""

    __tablename__ = "audit_entry"
    __table_args__ = (of_organisation(), Index(None, "organisation_id", "at"))

    id: Mapped[Id]
    at: Mapped[Moment]
    account_id: Mapped[UUID | None]
    action: Mapped[Word]
    detail: Mapped[str]
