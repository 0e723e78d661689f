"""Keep the words of comments as they are until they are withdrawn, and that they were."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The trigger's name, its table, and what is refused; words may go as a whole.
TRIGGERS = (
    ("comment_text_no_update", "comment_text", "UPDATE"),
    ("comment_withdrawal_no_update", "comment_withdrawal", "UPDATE"),
    ("comment_withdrawal_no_delete", "comment_withdrawal", "DELETE"),
)


def upgrade(engine_name: str) -> None:
    if engine_name == "main":
        sqlite = op.get_bind().dialect.name == "sqlite"
        for name, table, action in TRIGGERS:
            refusal = (
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                if sqlite
                else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} {refusal}")


def downgrade(engine_name: str) -> None:
    if engine_name == "main":
        postgresql = op.get_bind().dialect.name == "postgresql"
        for name, table, _action in TRIGGERS:
            op.execute(f"DROP TRIGGER {name} ON {table}" if postgresql else f"DROP TRIGGER {name}")
