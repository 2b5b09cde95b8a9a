"""Recordings, copied home."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("copied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sound", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transcript", sa.Text(), nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.CheckConstraint("(sound IS NOT NULL) = (copied_at IS NOT NULL AND erased_at IS NULL)", name=op.f("ck_recordings_sound")),
        sa.CheckConstraint(
            "removed_at IS NULL OR copied_at IS NOT NULL OR erased_at IS NOT NULL", name=op.f("ck_recordings_removed")
        ),
        sa.CheckConstraint(
            "transcript IS NULL OR (written_at IS NOT NULL AND erased_at IS NULL)", name=op.f("ck_recordings_transcript")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_recordings_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("url", name=op.f("uq_recordings_url")),
    )
    op.create_index(op.f("ix_recordings_call_id"), "recordings", ["call_id"])
    op.create_index(
        op.f("ix_recordings_due_at"),
        "recordings",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    # What hangs on a task is copied home from now on, whenever it was said.
    op.execute(
        "INSERT INTO recordings (call_id, url, recorded_at, due_at, tries) "
        "SELECT min(call_id), recording_url, min(opened_at), min(opened_at), 0 FROM tasks "
        "WHERE recording_url IS NOT NULL GROUP BY recording_url"
    )


def downgrade() -> None:
    op.drop_table("recordings")
