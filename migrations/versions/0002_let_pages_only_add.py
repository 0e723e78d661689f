"""Give the vault on PostgreSQL a slot: three functions, which are all that the role of the pages may use."""

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


def upgrade(engine_name: str) -> None:
    if engine_name != "vault" or op.get_bind().dialect.name != "postgresql":
        return
    for signature, body in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {signature} {body.replace('RIGHTS', RIGHTS)}")
        op.execute(f"REVOKE ALL ON FUNCTION {signature.partition('(')[0]} FROM PUBLIC")


def downgrade(engine_name: str) -> None:
    if engine_name != "vault" or op.get_bind().dialect.name != "postgresql":
        return
    for signature in FUNCTIONS:
        op.execute(f"DROP FUNCTION {signature.partition('(')[0]}")
