"""What a manager says to a group about a wave: what was heard, what will be done, what will not be and why."""

from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import Id, LongText, Moment, Name, Owned, owned_by

# The answer page of the next wave shows it, and that page has to stay small.
REPLY_LENGTH = 400
WITHIN = " AND ".join(f"length({name}) <= {REPLY_LENGTH}" for name in ("heard", "will_do", "will_not_do"))


class ReplyDraft(Owned):
    """A reply as far as it is written; only who may publish it reads it."""

    __tablename__ = "reply_draft"
    __table_args__ = (
        owned_by(["wave_id", "group_id"], "wave_group", to=["wave_id", "group_id"]),
        CheckConstraint(WITHIN, name="short"),
    )

    wave_id: Mapped[Id]
    group_id: Mapped[Id]
    heard: Mapped[LongText]
    will_do: Mapped[LongText]
    will_not_do: Mapped[LongText]
    changed_at: Mapped[Moment]


class PublishedReply(Owned):
    """One edition of a reply, as it was published; a correction is the next edition and the first one stays."""

    __tablename__ = "published_reply"
    __table_args__ = (
        owned_by(["wave_id", "group_id"], "wave_group", to=["wave_id", "group_id"]),
        owned_by("account_id", "account"),
        CheckConstraint("edition >= 1", name="edition_from_one"),
        CheckConstraint(WITHIN, name="short"),
        CheckConstraint("heard <> '' AND will_do <> ''", name="says_something"),
    )

    wave_id: Mapped[Id]
    group_id: Mapped[Id]
    edition: Mapped[int] = mapped_column(primary_key=True)
    heard: Mapped[LongText]
    will_do: Mapped[LongText]
    will_not_do: Mapped[LongText]
    account_id: Mapped[UUID]
    # As the group reads it, for its pages know no accounts.
    written_by: Mapped[Name]
    published_at: Mapped[Moment]


class ReplyReminder(Owned):
    """That a manager was reminded of the replies to a wave, so that it is done once."""

    __tablename__ = "reply_reminder"
    __table_args__ = (owned_by("wave_id", "wave"), owned_by("account_id", "account"))

    wave_id: Mapped[Id]
    account_id: Mapped[Id]
    at: Mapped[Moment]
    sent: Mapped[bool]
