"""How the web app is set up, read once from the environment by whoever starts it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOCAL = ("localhost", "127.0.0.1", "[::1]")
LARGEST_UPLOAD_MB = 25


@dataclass(frozen=True)
class Configuration:
    """Where the app listens and whom it lets in. Without a way to log in it listens on this machine only.

    Args:
        port: TCP port (ADVISOR_WEB_PORT).
        address: address to listen on (ADVISOR_WEB_ADDRESS); anything but this machine needs a log-in.
        hosts: host names browsers may use (ADVISOR_WEB_HOSTS, comma-separated).
        issuer: the identity provider's OpenID metadata address (ADVISOR_OIDC_METADATA).
        client_id: this app's id there (ADVISOR_OIDC_CLIENT_ID).
        client_secret: this app's secret there (ADVISOR_OIDC_CLIENT_SECRET).
        url: the address people open (ADVISOR_WEB_URL), needed for the log-in's way back.
        user_header: a header in which a proxy of yours names the person (ADVISOR_WEB_USER_HEADER).
        allowed: e-mail addresses and @domains that may come in (ADVISOR_WEB_ALLOW, comma-separated).
        editors: those who may also add and remove texts and run evals (ADVISOR_WEB_EDITORS); empty: all.
    """

    port: int = 8501
    address: str = "localhost"
    hosts: tuple[str, ...] = ()
    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""
    url: str = ""
    user_header: str = ""
    allowed: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()

    @property
    def oidc(self) -> bool:
        """Whether people log in at an identity provider."""
        return bool(self.issuer and self.client_id)

    @property
    def open_to_others(self) -> bool:
        """Whether there is any way to tell people apart, so that the app may be reached from elsewhere."""
        return self.oidc or bool(self.user_header)

    @property
    def served_hosts(self) -> tuple[str, ...]:
        """The host names the app answers under: those given, else this machine's and that of its own address."""
        from urllib.parse import urlsplit

        own = urlsplit(self.url).hostname
        return self.hosts or (*LOCAL, *([own] if own else []))

    def admits(self, email: str) -> bool:
        """Whether the allow-list lets this person in; an empty list admits nobody."""
        return _listed(email, self.allowed)

    def may_edit(self, email: str) -> bool:
        """Whether this person may change what all share: the library and the evals."""
        return not self.editors or _listed(email, self.editors)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Configuration:
        """The configuration of this process. Raises ValueError with a port that is none."""
        env = os.environ if environ is None else environ

        def listed(name: str) -> tuple[str, ...]:
            return tuple(part.strip().casefold() for part in env.get(name, "").split(",") if part.strip())

        return cls(
            port=port_of(env["ADVISOR_WEB_PORT"]) if env.get("ADVISOR_WEB_PORT") else cls.port,
            address=env.get("ADVISOR_WEB_ADDRESS") or cls.address,
            hosts=listed("ADVISOR_WEB_HOSTS"),
            issuer=env.get("ADVISOR_OIDC_METADATA", ""),
            client_id=env.get("ADVISOR_OIDC_CLIENT_ID", ""),
            client_secret=env.get("ADVISOR_OIDC_CLIENT_SECRET", ""),
            url=env.get("ADVISOR_WEB_URL", "").rstrip("/"),
            user_header=env.get("ADVISOR_WEB_USER_HEADER", ""),
            allowed=listed("ADVISOR_WEB_ALLOW"),
            editors=listed("ADVISOR_WEB_EDITORS"),
        )


def port_of(text: str) -> int:
    """A TCP port. Raises ValueError with the text."""
    if not text.strip().isdigit() or not 0 < int(text) < 65_536:
        raise ValueError(text)
    return int(text)


def _listed(email: str, entries: tuple[str, ...]) -> bool:
    wanted = email.casefold()
    return any(wanted == entry or (entry.startswith("@") and wanted.endswith(entry)) for entry in entries)


def font() -> Path | None:
    """The Hebrew font that is served from this machine; None where its package is not installed."""
    try:
        import fontpkg_heebo
    except ImportError:
        return None
    return Path(fontpkg_heebo.ROOT) / "files" / "Heebo[wght].ttf"
