"""Let the vault only be added to by pages, and the log and delegations by anybody.

On PostgreSQL the vault gets a slot: three functions, which are all that the role of the pages may use. In the main
database steps of delegations and what was told stay as they were written; both engines hold that by triggers.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Each runs with the rights of the owner, finds only the tables of the vault, and is nobody's until granted.
RIGHTS = "SECURITY DEFINER SET search_path = public, pg_temp"
FUNCTIONS = {
    # Whether a code can be used, and on which page.
    "find_ballot(at_organisation uuid, at_wave uuid, at_hash bytea)": """
        RETURNS TABLE (group_id uuid, spent boolean) LANGUAGE sql STABLE RIGHTS AS $$
          SELECT b.group_id, b.spent FROM ballot b
          WHERE b.organisation_id = at_organisation AND b.wave_id = at_wave AND b.hash = at_hash
        $$""",
    # A box comes out for a ballot that is spent with it, and for nothing else.
    "take_out_box(at_organisation uuid, at_wave uuid, at_group uuid, at_hash bytea)": """
        RETURNS TABLE (version integer, terms varchar, sheets bytea, comments bytea) LANGUAGE plpgsql RIGHTS AS $$
        BEGIN
          UPDATE ballot b SET spent = true
          WHERE b.organisation_id = at_organisation AND b.wave_id = at_wave AND b.hash = at_hash
            AND b.group_id = at_group AND NOT b.spent;
          IF FOUND THEN
            RETURN QUERY SELECT x.version, x.terms, x.sheets, x.comments FROM box x
            WHERE x.organisation_id = at_organisation AND x.wave_id = at_wave AND x.group_id = at_group
            FOR UPDATE;
          END IF;
        END $$""",
    # It goes back in the transaction that spent the ballot, one version on.
    "put_back_box(at_organisation uuid, at_wave uuid, at_group uuid, at_hash bytea, at_version integer, "
    "new_sheets bytea, new_comments bytea)": """
        RETURNS void LANGUAGE plpgsql RIGHTS AS $$
        BEGIN
          UPDATE box x SET version = x.version + 1, sheets = new_sheets, comments = new_comments
          WHERE x.organisation_id = at_organisation AND x.wave_id = at_wave AND x.group_id = at_group
            AND x.version = at_version AND EXISTS (
              SELECT FROM ballot b
              WHERE b.organisation_id = at_organisation AND b.wave_id = at_wave AND b.hash = at_hash
                AND b.group_id = at_group AND b.spent AND b.xmin = pg_current_xact_id()::xid);
          IF NOT FOUND THEN
            RAISE EXCEPTION 'no ballot was spent for this box' USING ERRCODE = 'insufficient_privilege';
          END IF;
        END $$""",
}

# A step that was taken, and the words under which somebody told, are never rewritten or removed.
KEPT = ("delegation_step", "report_promise")
# What is said to and by whoever holds a receipt is not rewritten; it is forgotten as a whole, on schedule.
SAID = ("report_message",)
# Facts of an event: where they are known they stay.
FACTS = (
    "organisation_id",
    "id",
    "unit_id",
    "kind",
    "mode",
    "detection_hours",
    "found_by",
    "reached",
    "severity",
    "potential_severity",
    "luck_only",
    "contributing",
    "decision_affected",
    "promise",
    "source",
    "external_id",
)
# Times of an event may only become known, or as coarse as a week.
TIMES = ("occurred", "noticed", "told")


def upgrade(engine_name: str) -> None:
    if engine_name == "main":
        _keep_what_was_told()
    elif op.get_bind().dialect.name == "postgresql":
        _make_slot()


def downgrade(engine_name: str) -> None:
    if engine_name == "main":
        for name, table, _, _ in _triggers():
            on = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
            op.execute(f"DROP TRIGGER {name}{on}")
    elif op.get_bind().dialect.name == "postgresql":
        for signature in FUNCTIONS:
            op.execute(f"DROP FUNCTION {signature}")


def _make_slot() -> None:
    for signature, body in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {signature} {body.replace('RIGHTS', RIGHTS)}")
        op.execute(f"REVOKE ALL ON FUNCTION {signature.partition('(')[0]} FROM PUBLIC")


def _keep_what_was_told() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, action, condition in _triggers():
        when = f"WHEN {condition}" if condition else ""
        body = (
            f"{when} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            if sqlite
            else f"FOR EACH ROW {when} EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} {body}")


def _triggers() -> list[tuple[str, str, str, str]]:
    """Return what is refused: the trigger's name, its table, the action and when."""
    whole = [(f"{table}_no_{action.lower()}", table, action, "") for table in KEPT for action in ("UPDATE", "DELETE")]
    words = [(f"{table}_no_update", table, "UPDATE", "") for table in SAID]
    return [
        *whole,
        *words,
        ("learning_event_no_delete", "learning_event", "DELETE", ""),
        ("learning_event_no_update", "learning_event", "UPDATE", f"({_rewritten()})"),
    ]


def _rewritten() -> str:
    """Return the condition under which an update of an event rewrites what was told."""
    differs = "IS NOT" if op.get_bind().dialect.name == "sqlite" else "IS DISTINCT FROM"
    facts = [f"OLD.{name} {differs} NEW.{name}" for name in FACTS]
    times = [
        f"(OLD.{name}_at IS NOT NULL AND NEW.{name}_precision <> 'week' AND OLD.{name}_at {differs} NEW.{name}_at)"
        for name in TIMES
    ]
    # Whoever knows the other end would count with these hours to the telling, of which the week is left.
    forgotten = "(NEW.voice_hours IS NULL AND NEW.told_precision = 'week')"
    hours = f"(OLD.voice_hours {differs} NEW.voice_hours AND NOT {forgotten})"
    # Words of a report to a steward may give way to the ones that the team reads; those to the team stay.
    to_the_team = "(OLD.mode = 'named' OR NEW.what_happened <> NEW.shown_words)"
    words = f"(OLD.what_happened {differs} NEW.what_happened AND {to_the_team})"
    return " OR ".join([*facts, *times, hours, words])
