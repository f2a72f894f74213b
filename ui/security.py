"""The headers every response carries: nothing is loaded from elsewhere, nothing runs but known scripts."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from ui.direction import scripts

ANY_HOST = ("/healthz",)  # a load balancer asks for it by number, and it says nothing
BLOCKED = ("/_stcore/metrics",)  # counts of sessions and memory are nobody's business


def hash_of(script: str) -> str:
    """The source expression that admits exactly this inline script."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"


@cache
def policy() -> str:
    """The content security policy: Streamlit's own inline script and ours by hash, nothing evaluated."""
    import streamlit

    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    known = " ".join(hash_of(script) for script in (*inline, *scripts()))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {known}",
            "style-src 'self' 'unsafe-inline'",  # Streamlit styles its elements inline
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    )


def headers() -> dict[str, str]:
    """Name and value of every header that is added."""
    return {
        "content-security-policy": policy(),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
        "cross-origin-opener-policy": "same-origin",
    }


class Guard:
    """ASGI middleware: adds the headers to every response and hides what is not for visitors."""

    def __init__(self, app: Any, hosts: tuple[str, ...] = ()) -> None:
        """Wrap an app; `hosts` are the names it may be asked under (empty: any)."""
        self.app, self.hosts = app, hosts
        self._headers = [(name.encode(), value.encode()) for name, value in headers().items()]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"] in BLOCKED:
            await _refuse(send, 404, self._headers)
            return
        if self.hosts and scope["path"] not in ANY_HOST and _host(scope) not in self.hosts:
            await _refuse(send, 421, self._headers)
            return

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self._headers]
            await send(message)

        await self.app(scope, receive, with_headers)


def _host(scope: Any) -> str:
    value = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    return re.sub(r":\d+$", "", value).casefold()


async def _refuse(send: Any, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
