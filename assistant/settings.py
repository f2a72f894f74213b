"""Settings, read once from the environment by whoever starts the program."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """How this installation runs. Every field has a working default: no key, no network.

    Args:
        home: folder of the database, the index and the ingested texts (ADVISOR_HOME).
        database: SQLAlchemy URL (ADVISOR_DATABASE); default a SQLite file in `home`.
        embedding: a sentence-transformers model by name or folder (ADVISOR_EMBEDDING); empty: the bundled one.
        model: a language model such as "anthropic:…" (ADVISOR_MODEL); empty: offline.
        weights: folder of the company's own weights files (ADVISOR_WEIGHTS); default `home`/weights.
    """

    home: Path
    database: str
    embedding: str = ""
    model: str = ""
    weights: Path | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings of this process. Creates nothing."""
        env = os.environ if environ is None else environ
        home = Path(env["ADVISOR_HOME"]).expanduser() if env.get("ADVISOR_HOME") else _default_home()
        return cls(
            home=home,
            database=env.get("ADVISOR_DATABASE") or f"sqlite:///{home / 'advisor.db'}",
            embedding=env.get("ADVISOR_EMBEDDING", ""),
            model=env.get("ADVISOR_MODEL", ""),
            weights=Path(env["ADVISOR_WEIGHTS"]) if env.get("ADVISOR_WEIGHTS") else home / "weights",
        )


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("advisor", appauthor=False)
