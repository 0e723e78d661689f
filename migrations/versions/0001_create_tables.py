"""Create the tables of the main database and of the vault."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What was published, and who changed what, can be added to but never altered.
APPEND_ONLY = (
    "release",
    "release_row",
    "released_comment",
    "released_theme",
    "organisation_figure",
    "published_reply",
    "audit_entry",
    "intervention",
)


def upgrade(engine_name: str) -> None:
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name: str) -> None:
    globals()[f"downgrade_{engine_name}"]()


def upgrade_main() -> None:
    op.create_table(
        "organisation",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_hash", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(
        op.f("ix_sign_in_attempt_organisation_id_email_hash_at"),
        "sign_in_attempt",
        ["organisation_id", "email_hash", "at"],
        unique=False,
    )
    op.create_table(
        "account",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_account_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_account")),
        sa.UniqueConstraint("organisation_id", "email", name=op.f("uq_account_organisation_id_email")),
    )
    op.create_index("ix_account_email", "account", ["organisation_id", "email"], unique=False)
    op.create_table(
        "analysis",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_analysis_known_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_analysis_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_analysis")),
    )
    op.create_index(
        op.f("ix_analysis_organisation_id_kind_asked_at"),
        "analysis",
        ["organisation_id", "kind", "asked_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_analysis_organisation_id_kind_digest"), "analysis", ["organisation_id", "kind", "digest"], unique=False
    )
    op.create_table(
        "audit_entry",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_audit_entry_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_organisation_id_at"), "audit_entry", ["organisation_id", "at"], unique=False)
    op.create_table(
        "import_mapping",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_import_mapping_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "kind", name=op.f("pk_import_mapping")),
    )
    op.create_table(
        "instrument",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_instrument_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_instrument")),
        sa.UniqueConstraint(
            "organisation_id", "key", "version", name=op.f("uq_instrument_organisation_id_key_version")
        ),
    )
    op.create_table(
        "member",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("function", sa.String(length=40), nullable=True),
        sa.Column("service", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_member_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_member")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_member_organisation_id_code")),
    )
    op.create_table(
        "report_promise",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_report_promise_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_report_promise_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "version", "language", name=op.f("pk_report_promise")),
    )
    op.create_table(
        "unit",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name=op.f("ck_unit_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "parent_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_unit_organisation_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_unit_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_unit")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_unit_organisation_id_code")),
    )
    op.create_index(op.f("ix_unit_organisation_id_parent_id"), "unit", ["organisation_id", "parent_id"], unique=False)
    op.create_table(
        "account_role",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "role IN ('manager', 'coach', 'admin', 'steward', 'member')", name=op.f("ck_account_role_known_role")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["account.organisation_id", "account.id"],
            name=op.f("fk_account_role_organisation_id_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_account_role_organisation_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_account_role")),
        sa.UniqueConstraint(
            "organisation_id",
            "account_id",
            "role",
            "unit_id",
            name=op.f("uq_account_role_organisation_id_account_id_role_unit_id"),
        ),
    )
    op.create_table(
        "api_token",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", sa.String(length=200), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_api_token_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_api_token_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("organisation_id", "secret_hash", name=op.f("uq_api_token_organisation_id_secret_hash")),
    )
    op.create_table(
        "delegation",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("delegator_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("notify_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('drafted', 'offered', 'accepted', 'running', 'in_review', 'closed', 'withdrawn')",
            name=op.f("ck_delegation_known_state"),
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'withdrawn') OR owner_id IS NOT NULL", name=op.f("ck_delegation_owned_once_offered")
        ),
        sa.CheckConstraint("owner_id <> delegator_id", name=op.f("ck_delegation_handed_to_somebody_else")),
        sa.CheckConstraint(
            "second_id <> delegator_id AND second_id <> owner_id", name=op.f("ck_delegation_second_is_a_third")
        ),
        sa.CheckConstraint("steps >= 0", name=op.f("ck_delegation_steps_count_up")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "delegator_id"],
            ["account.organisation_id", "account.id"],
            name=op.f("fk_delegation_organisation_id_delegator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "owner_id"],
            ["account.organisation_id", "account.id"],
            name=op.f("fk_delegation_organisation_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "second_id"],
            ["account.organisation_id", "account.id"],
            name=op.f("fk_delegation_organisation_id_second_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_delegation_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_delegation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_delegation")),
    )
    op.create_index(
        op.f("ix_delegation_organisation_id_delegator_id_changed_at"),
        "delegation",
        ["organisation_id", "delegator_id", "changed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_delegation_organisation_id_notify_at"), "delegation", ["organisation_id", "notify_at"], unique=False
    )
    op.create_index(
        op.f("ix_delegation_organisation_id_owner_id_changed_at"),
        "delegation",
        ["organisation_id", "owner_id", "changed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_delegation_organisation_id_second_id_changed_at"),
        "delegation",
        ["organisation_id", "second_id", "changed_at"],
        unique=False,
    )
    op.create_table(
        "exposure",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("person_weeks", sa.Double(), nullable=True),
        sa.Column("deliveries", sa.Integer(), nullable=True),
        sa.Column("deployments", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "person_weeks >= 0 AND deliveries >= 0 AND deployments >= 0", name=op.f("ck_exposure_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_exposure_organisation_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "unit_id", "week", name=op.f("pk_exposure")),
    )
    op.create_table(
        "learning_event",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("what_happened", sa.Text(), nullable=False),
        sa.Column("surprise", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("occurred_precision", sa.String(length=40), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noticed_precision", sa.String(length=40), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_precision", sa.String(length=40), nullable=False),
        sa.Column("detection_hours", sa.Double(), nullable=True),
        sa.Column("voice_hours", sa.Double(), nullable=True),
        sa.Column("lead_hours", sa.Double(), nullable=True),
        sa.Column("options_left", sa.Integer(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("feedback_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_by", sa.String(), nullable=True),
        sa.Column("reached", sa.String(length=40), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("potential_severity", sa.Integer(), nullable=True),
        sa.Column("barrier", sa.String(length=200), nullable=True),
        sa.Column("luck_only", sa.Boolean(), nullable=True),
        sa.Column("contributing", sa.Text(), nullable=False),
        sa.Column("decision_affected", sa.Boolean(), nullable=True),
        sa.Column("recurrence_of", sa.String(length=200), nullable=True),
        sa.Column("delegation_ref", sa.String(length=200), nullable=True),
        sa.Column("cycle", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("shown_words", sa.Text(), nullable=False),
        sa.Column("shown_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("promise", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "found_by IS NULL OR found_by IN ('owner', 'own_team', 'other_team', 'customer', 'monitoring', 'audit')",
            name=op.f("ck_learning_event_known_finder"),
        ),
        sa.CheckConstraint(
            "kind IN ('error', 'near_miss', 'unsafe_condition', 'good_catch', 'help_request', 'idea')",
            name=op.f("ck_learning_event_known_kind"),
        ),
        sa.CheckConstraint("mode IN ('named', 'confidential', 'anonymous')", name=op.f("ck_learning_event_known_mode")),
        sa.CheckConstraint(
            "reached IS NULL OR reached IN ('none', 'internal', 'external')", name=op.f("ck_learning_event_known_reach")
        ),
        sa.CheckConstraint(
            "(shown_from IS NULL) = (listed_at IS NULL)", name=op.f("ck_learning_event_listed_when_shown")
        ),
        sa.CheckConstraint(
            "detection_hours >= 0 AND voice_hours >= 0", name=op.f("ck_learning_event_hours_not_negative")
        ),
        sa.CheckConstraint(
            "noticed_at IS NULL OR noticed_at <= told_at", name=op.f("ck_learning_event_noticed_before_told")
        ),
        sa.CheckConstraint(
            "occurred_at IS NULL OR noticed_at IS NULL OR occurred_at <= noticed_at",
            name=op.f("ck_learning_event_occurred_before_noticed"),
        ),
        sa.CheckConstraint("options_left BETWEEN 0 AND 2", name=op.f("ck_learning_event_options_left_0_to_2")),
        sa.CheckConstraint(
            "potential_severity BETWEEN 0 AND 4", name=op.f("ck_learning_event_potential_severity_0_to_4")
        ),
        sa.CheckConstraint("severity BETWEEN 0 AND 4", name=op.f("ck_learning_event_severity_0_to_4")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_learning_event_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_learning_event_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_learning_event")),
        sa.UniqueConstraint(
            "organisation_id",
            "source",
            "external_id",
            name=op.f("uq_learning_event_organisation_id_source_external_id"),
        ),
    )
    op.create_index(
        op.f("ix_learning_event_organisation_id_listed_at"),
        "learning_event",
        ["organisation_id", "listed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_learning_event_organisation_id_unit_id_listed_at"),
        "learning_event",
        ["organisation_id", "unit_id", "listed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_learning_event_organisation_id_unit_id_told_at"),
        "learning_event",
        ["organisation_id", "unit_id", "told_at"],
        unique=False,
    )
    op.create_table(
        "membership",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name=op.f("ck_membership_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "member_id"],
            ["member.organisation_id", "member.id"],
            name=op.f("fk_membership_organisation_id_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_membership_organisation_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_membership")),
    )
    op.create_index(
        op.f("ix_membership_organisation_id_member_id"), "membership", ["organisation_id", "member_id"], unique=False
    )
    op.create_index(
        op.f("ix_membership_organisation_id_unit_id"), "membership", ["organisation_id", "unit_id"], unique=False
    )
    op.create_table(
        "password_reset",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["account.organisation_id", "account.id"],
            name=op.f("fk_password_reset_organisation_id_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_password_reset")),
        sa.UniqueConstraint("organisation_id", "code_hash", name=op.f("uq_password_reset_organisation_id_code_hash")),
    )
    op.create_table(
        "pulse",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("way_in", sa.String(length=40), nullable=False),
        sa.Column("cadence_weeks", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("opens_at_minute", sa.Integer(), nullable=False),
        sa.Column("open_hours", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("count_min", sa.Integer(), nullable=False),
        sa.Column("item_min", sa.Integer(), nullable=False),
        sa.Column("roster_min", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'running', 'stopped')", name=op.f("ck_pulse_known_state")),
        sa.CheckConstraint("way_in IN ('confidential', 'cards', 'sealed')", name=op.f("ck_pulse_known_way_in")),
        sa.CheckConstraint("cadence_weeks IN (0, 1, 2, 4, 13)", name=op.f("ck_pulse_known_cadence")),
        sa.CheckConstraint(
            "count_min >= 5 AND item_min >= 7 AND item_min >= count_min AND roster_min >= 7",
            name=op.f("ck_pulse_thresholds_above_floor"),
        ),
        sa.CheckConstraint("grace_days BETWEEN 0 AND 30", name=op.f("ck_pulse_grace_at_most_30_days")),
        sa.CheckConstraint("open_hours > 0", name=op.f("ck_pulse_open_for_some_time")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "instrument_id"],
            ["instrument.organisation_id", "instrument.id"],
            name=op.f("fk_pulse_organisation_id_instrument_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_pulse_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_pulse_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_pulse")),
    )
    op.create_table(
        "steward_key",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_private", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["account.organisation_id", "account.id"],
            name=op.f("fk_steward_key_organisation_id_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_steward_key")),
        sa.UniqueConstraint("organisation_id", "account_id", name=op.f("uq_steward_key_organisation_id_account_id")),
    )
    op.create_table(
        "upload",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["account.organisation_id", "account.id"],
            name=op.f("fk_upload_organisation_id_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_upload")),
    )
    op.create_index(
        op.f("ix_upload_organisation_id_account_id"), "upload", ["organisation_id", "account_id"], unique=False
    )
    op.create_table(
        "work_delivery",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("within_bar", sa.Boolean(), nullable=True),
        sa.Column("variance_pct", sa.Double(), nullable=True),
        sa.Column("rework_of", sa.String(length=200), nullable=True),
        sa.Column("rework_reason", sa.String(length=200), nullable=True),
        sa.Column("rework_minutes", sa.Integer(), nullable=True),
        sa.Column("total_minutes", sa.Integer(), nullable=True),
        sa.Column("delegation_ref", sa.String(length=200), nullable=True),
        sa.Column("cycle", sa.Integer(), nullable=True),
        sa.CheckConstraint("rework_minutes <= total_minutes", name=op.f("ck_work_delivery_rework_within_total")),
        sa.CheckConstraint(
            "rework_minutes >= 0 AND total_minutes >= 0", name=op.f("ck_work_delivery_minutes_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_work_delivery_organisation_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_work_delivery")),
        sa.UniqueConstraint(
            "organisation_id", "source", "external_id", name=op.f("uq_work_delivery_organisation_id_source_external_id")
        ),
    )
    op.create_index(
        op.f("ix_work_delivery_organisation_id_delivered_at"),
        "work_delivery",
        ["organisation_id", "delivered_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_work_delivery_organisation_id_unit_id_delivered_at"),
        "work_delivery",
        ["organisation_id", "unit_id", "delivered_at"],
        unique=False,
    )
    op.create_table(
        "api_request",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "token_id"],
            ["api_token.organisation_id", "api_token.id"],
            name=op.f("fk_api_request_organisation_id_token_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "token_id", "key", name=op.f("pk_api_request")),
    )
    op.create_index(op.f("ix_api_request_organisation_id_at"), "api_request", ["organisation_id", "at"], unique=False)
    op.create_table(
        "delegation_notice",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("delegation_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "delegation_id"],
            ["delegation.organisation_id", "delegation.id"],
            name=op.f("fk_delegation_notice_organisation_id_delegation_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "delegation_id", "key", name=op.f("pk_delegation_notice")),
    )
    op.create_table(
        "delegation_step",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("delegation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("once", sa.Uuid(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_delegation_step_number_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "by_id"],
            ["account.organisation_id", "account.id"],
            name=op.f("fk_delegation_step_organisation_id_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "delegation_id"],
            ["delegation.organisation_id", "delegation.id"],
            name=op.f("fk_delegation_step_organisation_id_delegation_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "delegation_id", "number", name=op.f("pk_delegation_step")),
        sa.UniqueConstraint(
            "organisation_id",
            "delegation_id",
            "once",
            name=op.f("uq_delegation_step_organisation_id_delegation_id_once"),
        ),
    )
    op.create_table(
        "import_job",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_import_job_known_state")),
        sa.CheckConstraint("step IN ('look', 'take')", name=op.f("ck_import_job_known_step")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "id"],
            ["upload.organisation_id", "upload.id"],
            name=op.f("fk_import_job_organisation_id_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_import_job")),
    )
    op.create_index(
        op.f("ix_import_job_organisation_id_state"), "import_job", ["organisation_id", "state"], unique=False
    )
    op.create_table(
        "intervention",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pulse_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(version = 1) = (reason = '')", name=op.f("ck_intervention_amended_for_a_reason")),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_intervention_sequence_from_one")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_intervention_version_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "pulse_id"],
            ["pulse.organisation_id", "pulse.id"],
            name=op.f("fk_intervention_organisation_id_pulse_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", "version", name=op.f("pk_intervention")),
        sa.UniqueConstraint("organisation_id", "sequence", name=op.f("uq_intervention_organisation_id_sequence")),
    )
    op.create_index(
        op.f("ix_intervention_organisation_id_pulse_id"), "intervention", ["organisation_id", "pulse_id"], unique=False
    )
    op.create_table(
        "receipt",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purge_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "event_id"],
            ["learning_event.organisation_id", "learning_event.id"],
            name=op.f("fk_receipt_organisation_id_event_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "event_id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("organisation_id", "code_hash", name=op.f("uq_receipt_organisation_id_code_hash")),
    )
    op.create_index(
        op.f("ix_receipt_organisation_id_purge_at"), "receipt", ["organisation_id", "purge_at"], unique=False
    )
    op.create_table(
        "report_message",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint("side IN ('steward', 'reporter')", name=op.f("ck_report_message_known_side")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "event_id"],
            ["learning_event.organisation_id", "learning_event.id"],
            name=op.f("fk_report_message_organisation_id_event_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_report_message")),
        sa.UniqueConstraint(
            "organisation_id", "event_id", "number", name=op.f("uq_report_message_organisation_id_event_id_number")
        ),
    )
    op.create_table(
        "reporter_link",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purge_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "event_id"],
            ["learning_event.organisation_id", "learning_event.id"],
            name=op.f("fk_reporter_link_organisation_id_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "key_id"],
            ["steward_key.organisation_id", "steward_key.id"],
            name=op.f("fk_reporter_link_organisation_id_key_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "event_id", "key_id", name=op.f("pk_reporter_link")),
    )
    op.create_index(
        op.f("ix_reporter_link_organisation_id_purge_at"),
        "reporter_link",
        ["organisation_id", "purge_at"],
        unique=False,
    )
    op.create_table(
        "reporter_name",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purge_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "event_id"],
            ["learning_event.organisation_id", "learning_event.id"],
            name=op.f("fk_reporter_name_organisation_id_event_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "event_id", name=op.f("pk_reporter_name")),
    )
    op.create_index(
        op.f("ix_reporter_name_organisation_id_purge_at"),
        "reporter_name",
        ["organisation_id", "purge_at"],
        unique=False,
    )
    op.create_table(
        "reporting_group",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pulse_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "pulse_id"],
            ["pulse.organisation_id", "pulse.id"],
            name=op.f("fk_reporting_group_organisation_id_pulse_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_reporting_group_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_reporting_group_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_reporting_group")),
        sa.UniqueConstraint(
            "organisation_id",
            "pulse_id",
            "quarter",
            "series",
            name=op.f("uq_reporting_group_organisation_id_pulse_id_quarter_series"),
        ),
    )
    op.create_table(
        "review",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("intended", sa.Text(), nullable=False),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.Column("made_sense", sa.Text(), nullable=False),
        sa.Column("worked", sa.Text(), nullable=False),
        sa.Column("did_not_work", sa.Text(), nullable=False),
        sa.Column("no_change", sa.Boolean(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_review_some_minutes")),
        sa.CheckConstraint("people > 0", name=op.f("ck_review_some_people")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "event_id"],
            ["learning_event.organisation_id", "learning_event.id"],
            name=op.f("fk_review_organisation_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_review_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_review_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_organisation_id_event_id"), "review", ["organisation_id", "event_id"], unique=False)
    op.create_index(
        op.f("ix_review_organisation_id_unit_id_planned_at"),
        "review",
        ["organisation_id", "unit_id", "planned_at"],
        unique=False,
    )
    op.create_table(
        "team_line",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("pulse_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("figure", sa.String(length=120), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "pulse_id"],
            ["pulse.organisation_id", "pulse.id"],
            name=op.f("fk_team_line_organisation_id_pulse_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "pulse_id", "series", "figure", name=op.f("pk_team_line")),
    )
    op.create_table(
        "wave",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pulse_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("way_in", sa.String(length=40), nullable=False),
        sa.Column("count_min", sa.Integer(), nullable=False),
        sa.Column("item_min", sa.Integer(), nullable=False),
        sa.Column("roster_min", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Boolean(), nullable=False),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attribute", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("boxes_kept_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "attribute = '' OR (count_min >= 15 AND item_min >= 15 AND roster_min >= 17 AND NOT comments)",
            name=op.f("ck_wave_classes_above_floor"),
        ),
        sa.CheckConstraint("attribute IN ('', 'function', 'service')", name=op.f("ck_wave_known_attribute")),
        sa.CheckConstraint(
            "state IN ('scheduled', 'open', 'closed', 'released', 'erased')", name=op.f("ck_wave_known_state")
        ),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_wave_closes_after_opening")),
        sa.CheckConstraint(
            "count_min >= 5 AND item_min >= 7 AND item_min >= count_min AND roster_min >= 7",
            name=op.f("ck_wave_thresholds_above_floor"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "instrument_id"],
            ["instrument.organisation_id", "instrument.id"],
            name=op.f("fk_wave_organisation_id_instrument_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "pulse_id"],
            ["pulse.organisation_id", "pulse.id"],
            name=op.f("fk_wave_organisation_id_pulse_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_wave")),
        sa.UniqueConstraint(
            "organisation_id",
            "id",
            "way_in",
            "count_min",
            "item_min",
            "roster_min",
            "grace_days",
            "instrument_id",
            "opens_at",
            "closes_at",
            "attribute",
            name="uq_wave_terms",
        ),
        sa.UniqueConstraint(
            "organisation_id", "pulse_id", "number", name=op.f("uq_wave_organisation_id_pulse_id_number")
        ),
    )
    op.create_index(
        op.f("ix_wave_organisation_id_state_opens_at"), "wave", ["organisation_id", "state", "opens_at"], unique=False
    )
    op.create_table(
        "logged_columns",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "wave_id"],
            ["wave.organisation_id", "wave.id"],
            name=op.f("fk_logged_columns_organisation_id_wave_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "wave_id", name=op.f("pk_logged_columns")),
    )
    op.create_table(
        "release",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_release_sequence_from_one")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "wave_id"],
            ["wave.organisation_id", "wave.id"],
            name=op.f("fk_release_organisation_id_wave_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_release")),
        sa.UniqueConstraint("organisation_id", "sequence", name=op.f("uq_release_organisation_id_sequence")),
        sa.UniqueConstraint("organisation_id", "wave_id", name=op.f("uq_release_organisation_id_wave_id")),
    )
    op.create_table(
        "reply_reminder",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["account.organisation_id", "account.id"],
            name=op.f("fk_reply_reminder_organisation_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "wave_id"],
            ["wave.organisation_id", "wave.id"],
            name=op.f("fk_reply_reminder_organisation_id_wave_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "wave_id", "account_id", name=op.f("pk_reply_reminder")),
    )
    op.create_table(
        "reporting_group_unit",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "group_id"],
            ["reporting_group.organisation_id", "reporting_group.id"],
            name=op.f("fk_reporting_group_unit_organisation_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_reporting_group_unit_organisation_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "group_id", "unit_id", name=op.f("pk_reporting_group_unit")),
    )
    op.create_index(
        op.f("ix_reporting_group_unit_organisation_id_unit_id"),
        "reporting_group_unit",
        ["organisation_id", "unit_id"],
        unique=False,
    )
    op.create_table(
        "review_action",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("check_on", sa.Date(), nullable=True),
        sa.Column("recurred", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "verified_on IS NULL OR done_on IS NOT NULL", name=op.f("ck_review_action_verified_when_done")
        ),
        sa.CheckConstraint(
            "verified_on IS NULL OR verified_on >= done_on", name=op.f("ck_review_action_verified_after_done")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "review_id"],
            ["review.organisation_id", "review.id"],
            name=op.f("fk_review_action_organisation_id_review_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_review_action")),
    )
    op.create_index(
        op.f("ix_review_action_organisation_id_review_id"),
        "review_action",
        ["organisation_id", "review_id"],
        unique=False,
    )
    op.create_table(
        "wave_group",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("roster", sa.Integer(), nullable=False),
        sa.Column("way_in", sa.String(length=40), nullable=False),
        sa.Column("count_min", sa.Integer(), nullable=False),
        sa.Column("item_min", sa.Integer(), nullable=False),
        sa.Column("roster_min", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attribute", sa.String(length=40), nullable=False),
        sa.CheckConstraint("roster >= 0", name=op.f("ck_wave_group_roster_counts_people")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "group_id"],
            ["reporting_group.organisation_id", "reporting_group.id"],
            name=op.f("fk_wave_group_organisation_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            [
                "organisation_id",
                "wave_id",
                "way_in",
                "count_min",
                "item_min",
                "roster_min",
                "grace_days",
                "instrument_id",
                "opens_at",
                "closes_at",
                "attribute",
            ],
            [
                "wave.organisation_id",
                "wave.id",
                "wave.way_in",
                "wave.count_min",
                "wave.item_min",
                "wave.roster_min",
                "wave.grace_days",
                "wave.instrument_id",
                "wave.opens_at",
                "wave.closes_at",
                "wave.attribute",
            ],
            name=op.f(
                "fk_wave_group_organisation_id_wave_id_way_in_count_min_item_min_roster_min_grace_days_instrument_id_opens_at_closes_at_attribute"
            ),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "wave_id", "group_id", name=op.f("pk_wave_group")),
        sa.UniqueConstraint("organisation_id", "slug", name=op.f("uq_wave_group_organisation_id_slug")),
    )
    op.create_table(
        "invitation",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "member_id"],
            ["member.organisation_id", "member.id"],
            name=op.f("fk_invitation_organisation_id_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "wave_id", "group_id"],
            ["wave_group.organisation_id", "wave_group.wave_id", "wave_group.group_id"],
            name=op.f("fk_invitation_organisation_id_wave_id_group_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_invitation")),
        sa.UniqueConstraint(
            "organisation_id", "wave_id", "member_id", name=op.f("uq_invitation_organisation_id_wave_id_member_id")
        ),
    )
    op.create_table(
        "organisation_figure",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("figure", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "release_id"],
            ["release.organisation_id", "release.id"],
            name=op.f("fk_organisation_figure_organisation_id_release_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "release_id", "figure", name=op.f("pk_organisation_figure")),
    )
    op.create_table(
        "published_reply",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("will_do", sa.Text(), nullable=False),
        sa.Column("will_not_do", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("written_by", sa.String(length=200), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("heard <> '' AND will_do <> ''", name=op.f("ck_published_reply_says_something")),
        sa.CheckConstraint("edition >= 1", name=op.f("ck_published_reply_edition_from_one")),
        sa.CheckConstraint(
            "length(heard) <= 400 AND length(will_do) <= 400 AND length(will_not_do) <= 400",
            name=op.f("ck_published_reply_short"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["account.organisation_id", "account.id"],
            name=op.f("fk_published_reply_organisation_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "wave_id", "group_id"],
            ["wave_group.organisation_id", "wave_group.wave_id", "wave_group.group_id"],
            name=op.f("fk_published_reply_organisation_id_wave_id_group_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "wave_id", "group_id", "edition", name=op.f("pk_published_reply")),
    )
    op.create_table(
        "release_row",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("figure", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("(text IS NULL) <> (reason IS NULL)", name=op.f("ck_release_row_shown_or_withheld")),
        sa.CheckConstraint(
            "(text IS NULL) = (low IS NULL) AND (text IS NULL) = (high IS NULL)",
            name=op.f("ck_release_row_whole_or_not_at_all"),
        ),
        sa.CheckConstraint("low <= value AND value <= high", name=op.f("ck_release_row_value_in_range")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "group_id"],
            ["reporting_group.organisation_id", "reporting_group.id"],
            name=op.f("fk_release_row_organisation_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "release_id"],
            ["release.organisation_id", "release.id"],
            name=op.f("fk_release_row_organisation_id_release_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "release_id", "group_id", "figure", name=op.f("pk_release_row")),
    )
    op.create_index(
        op.f("ix_release_row_organisation_id_group_id"), "release_row", ["organisation_id", "group_id"], unique=False
    )
    op.create_table(
        "released_columns",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("figure", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "release_id"],
            ["release.organisation_id", "release.id"],
            name=op.f("fk_released_columns_organisation_id_release_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "release_id", "figure", name=op.f("pk_released_columns")),
    )
    op.create_table(
        "released_comment",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.CheckConstraint("audience IN ('coaches', 'everybody')", name=op.f("ck_released_comment_known_audience")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "group_id"],
            ["reporting_group.organisation_id", "reporting_group.id"],
            name=op.f("fk_released_comment_organisation_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "release_id"],
            ["release.organisation_id", "release.id"],
            name=op.f("fk_released_comment_organisation_id_release_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_released_comment")),
    )
    op.create_index(
        op.f("ix_released_comment_organisation_id_group_id"),
        "released_comment",
        ["organisation_id", "group_id"],
        unique=False,
    )
    op.create_table(
        "released_theme",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "group_id"],
            ["reporting_group.organisation_id", "reporting_group.id"],
            name=op.f("fk_released_theme_organisation_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "release_id"],
            ["release.organisation_id", "release.id"],
            name=op.f("fk_released_theme_organisation_id_release_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "release_id", "group_id", "theme", name=op.f("pk_released_theme")),
    )
    op.create_index(
        op.f("ix_released_theme_organisation_id_group_id"),
        "released_theme",
        ["organisation_id", "group_id"],
        unique=False,
    )
    op.create_table(
        "reply_draft",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("will_do", sa.Text(), nullable=False),
        sa.Column("will_not_do", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(heard) <= 400 AND length(will_do) <= 400 AND length(will_not_do) <= 400",
            name=op.f("ck_reply_draft_short"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "wave_id", "group_id"],
            ["wave_group.organisation_id", "wave_group.wave_id", "wave_group.group_id"],
            name=op.f("fk_reply_draft_organisation_id_wave_id_group_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "wave_id", "group_id", name=op.f("pk_reply_draft")),
    )
    op.create_table(
        "comment_text",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_comment_text_says_something")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "comment_id"],
            ["released_comment.organisation_id", "released_comment.id"],
            name=op.f("fk_comment_text_organisation_id_comment_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "comment_id", name=op.f("pk_comment_text")),
    )
    op.create_table(
        "comment_withdrawal",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("previous_hash", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "reason IN ('author', 'person', 'hurtful')", name=op.f("ck_comment_withdrawal_known_reason")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["account.organisation_id", "account.id"],
            name=op.f("fk_comment_withdrawal_organisation_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "comment_id"],
            ["released_comment.organisation_id", "released_comment.id"],
            name=op.f("fk_comment_withdrawal_organisation_id_comment_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "comment_id", name=op.f("pk_comment_withdrawal")),
        sa.UniqueConstraint("organisation_id", "sequence", name=op.f("uq_comment_withdrawal_organisation_id_sequence")),
    )
    op.create_table(
        "delivery",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('invitation', 'reminder-1', 'reminder-2')", name=op.f("ck_delivery_known_kind")),
        sa.CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed')", name=op.f("ck_delivery_known_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "invitation_id"],
            ["invitation.organisation_id", "invitation.id"],
            name=op.f("fk_delivery_organisation_id_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "organisation_id", "invitation_id", "kind", name=op.f("uq_delivery_organisation_id_invitation_id_kind")
        ),
    )
    op.create_index(
        op.f("ix_delivery_organisation_id_state_due_at"),
        "delivery",
        ["organisation_id", "state", "due_at"],
        unique=False,
    )
    op.create_table(
        "team_estimate",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("figure", sa.String(length=120), nullable=False),
        sa.Column("estimate", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("method", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "release_id", "group_id", "figure"],
            ["release_row.organisation_id", "release_row.release_id", "release_row.group_id", "release_row.figure"],
            name=op.f("fk_team_estimate_organisation_id_release_id_group_id_figure"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "release_id", "group_id", "figure", name=op.f("pk_team_estimate")),
    )
    _make_append_only()


def downgrade_main() -> None:
    op.drop_table("team_estimate")
    op.drop_index(op.f("ix_delivery_organisation_id_state_due_at"), table_name="delivery")
    op.drop_table("delivery")
    op.drop_table("comment_withdrawal")
    op.drop_table("comment_text")
    op.drop_table("reply_draft")
    op.drop_index(op.f("ix_released_theme_organisation_id_group_id"), table_name="released_theme")
    op.drop_table("released_theme")
    op.drop_index(op.f("ix_released_comment_organisation_id_group_id"), table_name="released_comment")
    op.drop_table("released_comment")
    op.drop_table("released_columns")
    op.drop_index(op.f("ix_release_row_organisation_id_group_id"), table_name="release_row")
    op.drop_table("release_row")
    op.drop_table("published_reply")
    op.drop_table("organisation_figure")
    op.drop_table("invitation")
    op.drop_table("wave_group")
    op.drop_index(op.f("ix_review_action_organisation_id_review_id"), table_name="review_action")
    op.drop_table("review_action")
    op.drop_index(op.f("ix_reporting_group_unit_organisation_id_unit_id"), table_name="reporting_group_unit")
    op.drop_table("reporting_group_unit")
    op.drop_table("reply_reminder")
    op.drop_table("release")
    op.drop_table("logged_columns")
    op.drop_index(op.f("ix_wave_organisation_id_state_opens_at"), table_name="wave")
    op.drop_table("wave")
    op.drop_table("team_line")
    op.drop_index(op.f("ix_review_organisation_id_unit_id_planned_at"), table_name="review")
    op.drop_index(op.f("ix_review_organisation_id_event_id"), table_name="review")
    op.drop_table("review")
    op.drop_table("reporting_group")
    op.drop_index(op.f("ix_reporter_name_organisation_id_purge_at"), table_name="reporter_name")
    op.drop_table("reporter_name")
    op.drop_index(op.f("ix_reporter_link_organisation_id_purge_at"), table_name="reporter_link")
    op.drop_table("reporter_link")
    op.drop_table("report_message")
    op.drop_index(op.f("ix_receipt_organisation_id_purge_at"), table_name="receipt")
    op.drop_table("receipt")
    op.drop_index(op.f("ix_intervention_organisation_id_pulse_id"), table_name="intervention")
    op.drop_table("intervention")
    op.drop_index(op.f("ix_import_job_organisation_id_state"), table_name="import_job")
    op.drop_table("import_job")
    op.drop_table("delegation_step")
    op.drop_table("delegation_notice")
    op.drop_index(op.f("ix_api_request_organisation_id_at"), table_name="api_request")
    op.drop_table("api_request")
    op.drop_index(op.f("ix_work_delivery_organisation_id_unit_id_delivered_at"), table_name="work_delivery")
    op.drop_index(op.f("ix_work_delivery_organisation_id_delivered_at"), table_name="work_delivery")
    op.drop_table("work_delivery")
    op.drop_index(op.f("ix_upload_organisation_id_account_id"), table_name="upload")
    op.drop_table("upload")
    op.drop_table("steward_key")
    op.drop_table("pulse")
    op.drop_table("password_reset")
    op.drop_index(op.f("ix_membership_organisation_id_unit_id"), table_name="membership")
    op.drop_index(op.f("ix_membership_organisation_id_member_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index(op.f("ix_learning_event_organisation_id_unit_id_told_at"), table_name="learning_event")
    op.drop_index(op.f("ix_learning_event_organisation_id_unit_id_listed_at"), table_name="learning_event")
    op.drop_index(op.f("ix_learning_event_organisation_id_listed_at"), table_name="learning_event")
    op.drop_table("learning_event")
    op.drop_table("exposure")
    op.drop_index(op.f("ix_delegation_organisation_id_second_id_changed_at"), table_name="delegation")
    op.drop_index(op.f("ix_delegation_organisation_id_owner_id_changed_at"), table_name="delegation")
    op.drop_index(op.f("ix_delegation_organisation_id_notify_at"), table_name="delegation")
    op.drop_index(op.f("ix_delegation_organisation_id_delegator_id_changed_at"), table_name="delegation")
    op.drop_table("delegation")
    op.drop_table("api_token")
    op.drop_table("account_role")
    op.drop_index(op.f("ix_unit_organisation_id_parent_id"), table_name="unit")
    op.drop_table("unit")
    op.drop_table("report_promise")
    op.drop_table("member")
    op.drop_table("instrument")
    op.drop_table("import_mapping")
    op.drop_index(op.f("ix_audit_entry_organisation_id_at"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index(op.f("ix_analysis_organisation_id_kind_digest"), table_name="analysis")
    op.drop_index(op.f("ix_analysis_organisation_id_kind_asked_at"), table_name="analysis")
    op.drop_table("analysis")
    op.drop_index("ix_account_email", table_name="account")
    op.drop_table("account")
    op.drop_index(op.f("ix_sign_in_attempt_organisation_id_email_hash_at"), table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_table("organisation")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change")


def upgrade_vault() -> None:
    op.create_table(
        "box",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("terms", sa.String(length=64), nullable=False),
        sa.Column("sheets", sa.LargeBinary(), nullable=False),
        sa.Column("comments", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("version >= 0", name=op.f("ck_box_version_counts_up")),
        sa.PrimaryKeyConstraint("organisation_id", "wave_id", "group_id", name=op.f("pk_box")),
    )
    op.create_table(
        "ballot",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("spent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "wave_id", "group_id"],
            ["box.organisation_id", "box.wave_id", "box.group_id"],
            name=op.f("fk_ballot_organisation_id_wave_id_group_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "wave_id", "hash", name=op.f("pk_ballot")),
    )


def downgrade_vault() -> None:
    op.drop_table("ballot")
    op.drop_table("box")


def _make_append_only() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    for table in APPEND_ONLY:
        for action in ("UPDATE", "DELETE"):
            body = (
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                if dialect == "sqlite"
                else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} {body}")
