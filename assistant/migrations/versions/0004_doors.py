"""Where in a door a conversation goes on, and tickets that take a conversation from one door to another."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables of places and tickets."""
    op.create_table(
        "places",
        sa.Column("place", sa.String(200), primary_key=True),
        sa.Column("conversation", sa.String(100), nullable=False),
    )
    op.create_table(
        "tickets",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("conversation", sa.String(100), nullable=False),
        sa.Column("until", sa.Float, nullable=False),
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("tickets")
    op.drop_table("places")
