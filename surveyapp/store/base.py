"""What every table has in common: the organisation first in its key, random ids, aware times."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKeyConstraint, MetaData, String, Text, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on databases that know no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times and move the rest to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"{value!r} has no time zone"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time zone back to what SQLite stored without one."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


Id = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=uuid4)]
# Organisation ids are part of every key, so that all rows of one organisation can live on one shard.
OrganisationId = Annotated[UUID, mapped_column(Uuid, primary_key=True, sort_order=-100)]
Name = Annotated[str, mapped_column(String(200))]
Word = Annotated[str, mapped_column(String(40))]
LongText = Annotated[str, mapped_column(Text)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]


class Base(DeclarativeBase):
    """The registry of the main database."""

    metadata = MetaData(naming_convention=NAMES)


class Owned(Base):
    """A row that belongs to one organisation."""

    __abstract__ = True

    organisation_id: Mapped[OrganisationId]


def owned_by(
    columns: str | list[str], target: str, *, on_delete: str | None = None, to: list[str] | None = None
) -> ForeignKeyConstraint:
    """Build a foreign key inside one organisation, to ``id`` of the target unless ``to`` names other columns."""
    local = [columns] if isinstance(columns, str) else columns
    remote = to or ["id"]
    options: dict[str, Any] = {"ondelete": on_delete} if on_delete else {}
    return ForeignKeyConstraint(
        ["organisation_id", *local], [f"{target}.organisation_id", *(f"{target}.{name}" for name in remote)], **options
    )


def of_organisation() -> ForeignKeyConstraint:
    """Build the foreign key to the organisation itself."""
    return ForeignKeyConstraint(["organisation_id"], ["organisation.organisation_id"])
