"""What a person prefers, and what they thought of an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables of preferences and feedback."""
    op.create_table(
        "preferences",
        sa.Column("owner", sa.String(200), primary_key=True),
        sa.Column("workspace", sa.String(100), primary_key=True),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column(
            "conversation",
            sa.String(100),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("turn", sa.Integer, primary_key=True),
        sa.Column("user", sa.String(200), primary_key=True),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("door", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("feedback")
    op.drop_table("preferences")
