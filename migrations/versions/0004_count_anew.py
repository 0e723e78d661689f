"""Forget what was counted of a wave when something about its time is told late, told anew or taken back."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Whose change, which columns of it count, its time, and until when it counts; other facts of an event never change.
WATCHED = (
    ("learning_event", "withdrawn, shown_from, listed_at, voice_hours", "listed_at", "told_until"),
    ("work_delivery", "unit_id, delivered_at, planned, rework_of", "delivered_at", "until"),
)
FORGET = "DELETE FROM logged_columns WHERE TOUCHED;"
# Which rows there are of a change.
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def upgrade(engine_name: str) -> None:
    if engine_name == "main":
        for table, columns, moment, until in WATCHED:
            for action, rows in ROWS.items():
                _watch(table, f"{action} OF {columns}" if action == "UPDATE" else action, _forget(rows, moment, until))


def downgrade(engine_name: str) -> None:
    if engine_name != "main":
        return
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, *_ in WATCHED:
        for action in ROWS:
            name = f"{table}_counted_anew_{action.lower()}"
            op.execute(f"DROP TRIGGER {name} ON {table}" if postgresql else f"DROP TRIGGER {name}")
            if postgresql:
                op.execute(f"DROP FUNCTION {name}")


def _forget(rows: tuple[str, ...], moment: str, until: str) -> str:
    touched = " OR ".join(
        f"(organisation_id = {row}.organisation_id AND since < {row}.{moment} AND {row}.{moment} <= {until})"
        for row in rows
    )
    return FORGET.replace("TOUCHED", touched)


def _watch(table: str, action: str, statement: str) -> None:
    name = f"{table}_counted_anew_{action.partition(' ')[0].lower()}"
    body = f"BEGIN {statement} END"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {statement} RETURN NULL; END $$"
        )
        body = f"FOR EACH ROW EXECUTE FUNCTION {name}()"
    op.execute(f"CREATE TRIGGER {name} AFTER {action} ON {table} {body}")
