"""Files between the step that shows what is in them and the step that takes them in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import Id, LongText, Moment, Name, Owned, UtcDateTime, Word, of_organisation, owned_by


class Upload(Owned):
    """A file that an account uploaded; removed once it was taken in, and after a day in any case."""

    __tablename__ = "upload"
    __table_args__ = (
        owned_by("account_id", "account", on_delete="CASCADE"),
        Index(None, "organisation_id", "account_id"),
    )

    id: Mapped[Id]
    account_id: Mapped[UUID]
    # What the file is for, such as "roster".
    kind: Mapped[Word]
    name: Mapped[Name]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    complete: Mapped[bool]
    uploaded_at: Mapped[Moment]


class ImportMapping(Owned):
    """How files of one kind were read the last time: which heading is which column, and how times are written."""

    __tablename__ = "import_mapping"
    __table_args__ = (of_organisation(),)

    kind: Mapped[Word] = mapped_column(primary_key=True)
    # As JSON, in the shape of services.log.mapping.Reading.
    reading: Mapped[LongText]
    changed_at: Mapped[Moment]


class ImportJob(Owned):
    """The reading of an uploaded file: first a look at what it would add, then taking it in.

    The worker takes what would keep a page waiting; ``done`` of ``total`` rows is how far it is.
    """

    __tablename__ = "import_job"
    __table_args__ = (
        owned_by("id", "upload", on_delete="CASCADE"),
        Index(None, "organisation_id", "state"),
        CheckConstraint("step IN ('look', 'take')", name="known_step"),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="known_state"),
    )

    # The file that it reads.
    id: Mapped[Id]
    reading: Mapped[LongText]
    step: Mapped[Word]
    state: Mapped[Word]
    done: Mapped[int]
    total: Mapped[int]
    attempts: Mapped[int]
    # What was found, as JSON; empty until then.
    found: Mapped[LongText]
    asked_at: Mapped[Moment]
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
