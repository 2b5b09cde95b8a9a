"""What is in the books stays in the books: no UPDATE, DELETE or TRUNCATE on journal, entry and audit (R18).

PostgreSQL also sees to it that the entries of a journal sum to zero when the transaction ends.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BOOKS = ("journal", "entry", "audit")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in BOOKS:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in BOOKS:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
    op.execute(
        "CREATE FUNCTION entries_balance() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (SELECT sum(points) FROM entry WHERE journal_id = NEW.journal_id) <> 0 THEN "
        "RAISE EXCEPTION 'the entries of journal % do not sum to zero', NEW.journal_id; END IF; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON entry DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION entries_balance()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in BOOKS:
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{verb}")
        return
    op.execute("DROP TRIGGER entry_balances ON entry")
    op.execute("DROP FUNCTION entries_balance()")
    for table in BOOKS:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    op.execute("DROP FUNCTION append_only()")
