"""Settings, read once from the environment by whoever starts the program."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from assistant.budget import Limits


@dataclass(frozen=True)
class ModelSettings:
    """How the language model is reached and what it may cost; see docs/model.md.

    Args:
        name: "provider:model" as LangChain names them, or a bare model name behind `url` (ADVISOR_MODEL).
        url: an OpenAI-compatible or a provider's own address (ADVISOR_MODEL_URL, or ADVISOR_MODEL=URL#MODEL).
        key: the key (ADVISOR_MODEL_KEY); empty: the provider's own variable, such as ANTHROPIC_API_KEY.
        seconds: all calls of one turn together (ADVISOR_MODEL_SECONDS).
        limits: tokens and money (ADVISOR_MODEL_TURN_TOKENS, _DAY_TOKENS, _DAY_COST, _PRICE as "in/out" a million).
        redact: hide names before sending (ADVISOR_MODEL_REDACT=1).
    """

    name: str = ""
    url: str = ""
    key: str = field(default="", repr=False)
    seconds: float = 60.0
    limits: Limits = field(default_factory=Limits)
    redact: bool = False

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> ModelSettings:
        """The settings of this process. Raises SetupError naming a setting that is no number."""
        name, url = env.get("ADVISOR_MODEL", "").strip(), env.get("ADVISOR_MODEL_URL", "")
        if name.startswith(("http://", "https://")):
            url, _, name = name.partition("#")
            name = name or "default"
        price = tuple(_number(env, "ADVISOR_MODEL_PRICE", part) for part in _parts(env.get("ADVISOR_MODEL_PRICE")))
        defaults = Limits()
        return cls(
            name=name,
            url=url,
            key=env.get("ADVISOR_MODEL_KEY", ""),
            seconds=float(_number(env, "ADVISOR_MODEL_SECONDS", env.get("ADVISOR_MODEL_SECONDS") or "60")),
            limits=Limits(
                turn_tokens=_count(env, "ADVISOR_MODEL_TURN_TOKENS", defaults.turn_tokens),
                day_tokens=_count(env, "ADVISOR_MODEL_DAY_TOKENS", defaults.day_tokens),
                day_cost=_number(env, "ADVISOR_MODEL_DAY_COST", env.get("ADVISOR_MODEL_DAY_COST") or "0"),
                price=(price[0], price[1]) if len(price) == 2 else None,
            ),
            redact=env.get("ADVISOR_MODEL_REDACT") == "1",
        )


def read_model(name: str) -> ModelSettings:
    """The settings of a model given by name alone."""
    return ModelSettings.from_environment({"ADVISOR_MODEL": name})


def _parts(price: str | None) -> list[str]:
    return price.split("/") if price else []


def _count(env: Mapping[str, str], name: str, default: int) -> int:
    return int(_number(env, name, env.get(name) or str(default)))


def _number(env: Mapping[str, str], name: str, text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation as error:
        from assistant.errors import SetupError

        raise SetupError("bad_setting", name=name, value=env.get(name, text)) from error
    return number


@dataclass(frozen=True)
class Settings:
    """How this installation runs. Every field has a working default: no key, no network.

    Args:
        home: folder of the database, the index and the ingested texts (ADVISOR_HOME).
        database: SQLAlchemy URL (ADVISOR_DATABASE); default a SQLite file in `home`.
        embedding: a sentence-transformers model by name or folder (ADVISOR_EMBEDDING); empty: the bundled one.
        model: a language model such as "anthropic:…" (ADVISOR_MODEL); empty: offline.
        language_model: how that model is reached and bounded (ADVISOR_MODEL_…).
        weights: folder of the company's own weights files (ADVISOR_WEIGHTS); default `home`/weights.
        own_workspaces: workspaces of the company that runs this installation (ADVISOR_OWN_WORKSPACES, ids,
            comma-separated): they share the installation's own texts. Every other one has only what it added.
    """

    home: Path
    database: str
    embedding: str = ""
    model: str = ""
    weights: Path | None = None
    own_workspaces: frozenset[str] = frozenset()
    language_model: ModelSettings = field(default_factory=ModelSettings)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings of this process. Creates nothing."""
        env = os.environ if environ is None else environ
        home = Path(env["ADVISOR_HOME"]).expanduser() if env.get("ADVISOR_HOME") else _default_home()
        return cls(
            home=home,
            database=env.get("ADVISOR_DATABASE") or _database_in(home),
            embedding=env.get("ADVISOR_EMBEDDING", ""),
            model=env.get("ADVISOR_MODEL", ""),
            language_model=ModelSettings.from_environment(env),
            own_workspaces=frozenset(
                name.strip() for name in env.get("ADVISOR_OWN_WORKSPACES", "").split(",") if name.strip()
            ),
            weights=Path(env["ADVISOR_WEIGHTS"]) if env.get("ADVISOR_WEIGHTS") else home / "weights",
        )

    def at_home(self, home: Path) -> Settings:
        """The same settings with another `home`; a database or weights elsewhere stay where they are."""
        database = _database_in(home) if self.database == _database_in(self.home) else self.database
        weights = home / "weights" if self.weights == self.home / "weights" else self.weights
        return replace(self, home=home, database=database, weights=weights)


def _database_in(home: Path) -> str:
    return f"sqlite:///{home / 'advisor.db'}"


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("advisor", appauthor=False)
