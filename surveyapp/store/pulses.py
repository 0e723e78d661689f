"""Pulses and their waves, with the terms that are frozen once a wave is open."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import Id, LongText, Moment, Name, Owned, UtcDateTime, Word, of_organisation, owned_by

# What a wave takes over from its pulse, and everything that is promised to those who answer it.
FROM_PULSE = ["way_in", "count_min", "item_min", "roster_min", "grace_days", "instrument_id"]
TERMS = [*FROM_PULSE, "opens_at", "closes_at", "attribute"]


class InstrumentCopy(Owned):
    """The exact text of an instrument version that an organisation uses, so that old waves stay readable."""

    __tablename__ = "instrument"
    __table_args__ = (of_organisation(), UniqueConstraint("organisation_id", "key", "version"))

    id: Mapped[Id]
    key: Mapped[Name]
    version: Mapped[int]
    title: Mapped[Name]
    toml: Mapped[LongText]


class Pulse(Owned):
    """A recurring programme: instrument, audience, cadence, thresholds."""

    __tablename__ = "pulse"
    __table_args__ = (
        of_organisation(),
        owned_by("unit_id", "unit"),
        owned_by("instrument_id", "instrument"),
        CheckConstraint("cadence_weeks IN (0, 1, 2, 4, 13)", name="known_cadence"),
        CheckConstraint("way_in IN ('confidential', 'cards', 'sealed')", name="known_way_in"),
        CheckConstraint(
            "count_min >= 5 AND item_min >= 7 AND item_min >= count_min AND roster_min >= 7",
            name="thresholds_above_floor",
        ),
        CheckConstraint("grace_days BETWEEN 0 AND 30", name="grace_at_most_30_days"),
        CheckConstraint("open_hours > 0", name="open_for_some_time"),
        CheckConstraint("state IN ('draft', 'running', 'stopped')", name="known_state"),
    )

    id: Mapped[Id]
    name: Mapped[Name]
    # The audience is this unit and everything below it, as whole reporting groups.
    unit_id: Mapped[UUID]
    instrument_id: Mapped[UUID]
    way_in: Mapped[Word]
    # 0 stands for a single wave brought in from an older survey.
    cadence_weeks: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    opens_at_minute: Mapped[int]
    open_hours: Mapped[int]
    time_zone: Mapped[Word]
    count_min: Mapped[int]
    item_min: Mapped[int]
    roster_min: Mapped[int]
    grace_days: Mapped[int]
    comments: Mapped[bool]
    state: Mapped[Word]


class Wave(Owned):
    """One round of a pulse; its terms are copied here and cannot change once groups refer to them."""

    __tablename__ = "wave"
    __table_args__ = (
        owned_by("pulse_id", "pulse"),
        owned_by("instrument_id", "instrument"),
        UniqueConstraint("organisation_id", "pulse_id", "number"),
        # Groups refer to all terms at once: the database itself refuses to alter them under an open wave.
        UniqueConstraint("organisation_id", "id", *TERMS, name="uq_wave_terms"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint(
            "count_min >= 5 AND item_min >= 7 AND item_min >= count_min AND roster_min >= 7",
            name="thresholds_above_floor",
        ),
        CheckConstraint("state IN ('scheduled', 'open', 'closed', 'released', 'erased')", name="known_state"),
        CheckConstraint("attribute IN ('', 'function', 'service')", name="known_attribute"),
        CheckConstraint(
            "attribute = '' OR (count_min >= 15 AND item_min >= 15 AND roster_min >= 17 AND NOT comments)",
            name="classes_above_floor",
        ),
        Index(None, "organisation_id", "state", "opens_at"),
    )

    id: Mapped[Id]
    pulse_id: Mapped[UUID]
    number: Mapped[int]
    way_in: Mapped[Word]
    count_min: Mapped[int]
    item_min: Mapped[int]
    roster_min: Mapped[int]
    grace_days: Mapped[int]
    comments: Mapped[bool]
    instrument_id: Mapped[UUID]
    opens_at: Mapped[Moment]
    closes_at: Mapped[Moment]
    # By what people are counted together in this wave, all over the organisation; usually by where they work.
    attribute: Mapped[Word] = mapped_column(default="")
    state: Mapped[Word]
    boxes_kept_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WaveGroup(Owned):
    """A reporting group taking part in a wave, with its frozen roster size and the public name of its box."""

    __tablename__ = "wave_group"
    __table_args__ = (
        owned_by("group_id", "reporting_group"),
        owned_by(["wave_id", *TERMS], "wave", to=["id", *TERMS]),
        UniqueConstraint("organisation_id", "slug"),
        CheckConstraint("roster >= 0", name="roster_counts_people"),
    )

    wave_id: Mapped[Id]
    group_id: Mapped[Id]
    slug: Mapped[Word]
    roster: Mapped[int]
    way_in: Mapped[Word]
    count_min: Mapped[int]
    item_min: Mapped[int]
    roster_min: Mapped[int]
    grace_days: Mapped[int]
    instrument_id: Mapped[UUID]
    opens_at: Mapped[Moment]
    closes_at: Mapped[Moment]
    attribute: Mapped[Word]
