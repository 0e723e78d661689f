"""Who told of an event, apart from the event and sealed; and the talk that needs no name.

Whoever holds only the database resolves nobody: names given to the team are sealed under a key of the installation,
names given to stewards under keys that only the stewards' passphrases open.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import Id, LongText, Moment, Owned, Word, of_organisation, owned_by


class StewardKey(Owned):
    """The key pair of a steward; the private half is sealed under a passphrase that is stored nowhere."""

    __tablename__ = "steward_key"
    __table_args__ = (
        owned_by("account_id", "account", on_delete="CASCADE"),
        UniqueConstraint("organisation_id", "account_id"),
    )

    id: Mapped[Id]
    account_id: Mapped[UUID]
    public: Mapped[bytes] = mapped_column(LargeBinary)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_private: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Moment]


class ReporterLink(Owned):
    """Who told of an event in confidence, sealed to one steward's key."""

    __tablename__ = "reporter_link"
    __table_args__ = (
        owned_by("event_id", "learning_event", on_delete="CASCADE"),
        owned_by("key_id", "steward_key", on_delete="CASCADE"),
        Index(None, "organisation_id", "purge_at"),
    )

    event_id: Mapped[Id]
    key_id: Mapped[Id]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    purge_at: Mapped[Moment]


class ReporterName(Owned):
    """The name that somebody gave to the team with an event, sealed under the key of the installation."""

    __tablename__ = "reporter_name"
    __table_args__ = (
        owned_by("event_id", "learning_event", on_delete="CASCADE"),
        Index(None, "organisation_id", "purge_at"),
    )

    event_id: Mapped[Id]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    purge_at: Mapped[Moment]


class Receipt(Owned):
    """With which code somebody reads the answer to a report; only the hash of the code is kept."""

    __tablename__ = "receipt"
    __table_args__ = (
        owned_by("event_id", "learning_event", on_delete="CASCADE"),
        UniqueConstraint("organisation_id", "code_hash"),
        Index(None, "organisation_id", "purge_at"),
    )

    event_id: Mapped[Id]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    purge_at: Mapped[Moment]


class Message(Owned):
    """One turn of the talk between a steward and whoever holds the receipt; only its day is kept."""

    __tablename__ = "report_message"
    __table_args__ = (
        owned_by("event_id", "learning_event", on_delete="CASCADE"),
        UniqueConstraint("organisation_id", "event_id", "number"),
        CheckConstraint("side IN ('steward', 'reporter')", name="known_side"),
    )

    id: Mapped[Id]
    event_id: Mapped[UUID]
    number: Mapped[int]
    side: Mapped[Word]
    words: Mapped[LongText]
    day: Mapped[date]


class ReportPromise(Owned):
    """What an organisation promises whoever tells, in one language; a new version takes the place of the one before.

    Versions begin with a week, so that the version of a report tells no more about its time than its week does.
    """

    __tablename__ = "report_promise"
    __table_args__ = (of_organisation(), CheckConstraint("version >= 1", name="version_from_one"))

    version: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[Word] = mapped_column(primary_key=True)
    words: Mapped[LongText]
    starts_at: Mapped[Moment]
