"""Messages accepted and still owed an answer, the processes that work on them, and guests of conversations."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables of the inbox and of guests."""
    op.create_table(
        "inbox_jobs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(255), nullable=False, unique=True),
        sa.Column("door", sa.String(20), nullable=False),
        sa.Column("lane", sa.String(200), nullable=False, index=True),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("worker", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("answering", sa.Boolean, nullable=False),
        sa.Column("due", sa.Float, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("inbox_jobs_next", "inbox_jobs", ["door", "state", "due"])
    op.create_table(
        "inbox_seen",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "inbox_workers",
        sa.Column("worker", sa.String(64), primary_key=True),
        sa.Column("beat", sa.Float, nullable=False),
    )
    op.create_table(
        "guests",
        sa.Column("conversation", sa.String(100), primary_key=True),
        sa.Column("user", sa.String(200), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
    )


def downgrade() -> None:
    """Drop them again."""
    for table in ("guests", "inbox_workers", "inbox_seen", "inbox_jobs"):
        op.drop_table(table)
