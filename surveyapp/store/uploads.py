"""Files between the step that shows what is in them and the step that takes them in."""

from uuid import UUID

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import Id, Moment, Name, Owned, Word, owned_by


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
