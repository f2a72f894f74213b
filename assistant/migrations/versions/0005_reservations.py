"""Whose turn is next in a conversation that several processes write to at once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table of reservations."""
    op.create_table(
        "reservations",
        sa.Column("conversation", sa.String(100), primary_key=True),
        sa.Column("writer", sa.String(32), nullable=False),
        sa.Column("until", sa.Float, nullable=False),
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("reservations")
