"""The database's schema history, run through Alembic."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

HEAD = "0005"  # the newest revision below versions/


def upgrade(engine: sa.Engine) -> None:
    """Bring the database to the newest schema. Two processes may call it at once; one waits."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # The driver opens no transaction for DDL; without one two first starts would both create tables.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
