"""The two tables of the vault: ballots, and boxes full of answer sheets without rows of their own."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
)

from surveyapp.store.base import NAMES

metadata = MetaData(naming_convention=NAMES)

# One row per box. ``content`` is sealed under a key that changes with every deposit, so the older versions of this
# row that a database keeps (write-ahead log, dead rows, backups) cannot be read by anyone.
box = Table(
    "box",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("wave_id", Uuid, primary_key=True),
    Column("group_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("terms", String(64), nullable=False),
    Column("sheets", LargeBinary, nullable=False),
    Column("comments", LargeBinary, nullable=False),
    CheckConstraint("version >= 0", name="version_counts_up"),
)

# The right to put one sheet into one box. Nothing here says who holds it, and nothing in the box says who used it.
ballot = Table(
    "ballot",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("wave_id", Uuid, primary_key=True),
    Column("hash", LargeBinary(32), primary_key=True),
    Column("group_id", Uuid, nullable=False),
    Column("spent", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["organisation_id", "wave_id", "group_id"],
        ["box.organisation_id", "box.wave_id", "box.group_id"],
        ondelete="CASCADE",
    ),
)
