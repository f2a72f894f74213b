"""The one process of the web app: pages, health page, fonts and, where it is configured, Slack's events."""

from __future__ import annotations

import importlib
import os
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.configuration import LARGEST_UPLOAD_MB, Configuration, font

if TYPE_CHECKING:
    from streamlit import App

SCRIPT = Path(__file__).parent / "app.py"
# Slack is a door beside this one; it is joined by name, so that neither depends on the other.
SLACK = "integrations.slack.web"
BROWSER_FONTS = "Heebo, system-ui, 'Segoe UI', 'Noto Sans Hebrew', 'Arial Hebrew', Arial, sans-serif"


def options(configuration: Configuration) -> dict[str, Any]:
    """Streamlit's settings: nothing is collected, watched, shown of errors or loaded from elsewhere."""
    return {
        "server.port": configuration.port,
        "server.address": configuration.address,
        "server.allowedHosts": list(configuration.served_hosts),
        "server.enableXsrfProtection": True,
        "server.enableCORS": True,
        "server.maxUploadSize": LARGEST_UPLOAD_MB,
        "server.maxMessageSize": 50,
        "server.fileWatcherType": "none",
        "server.runOnSave": False,
        "server.enableStaticServing": False,
        "server.trustedUserHeaders": _trusted(configuration),
        "browser.gatherUsageStats": False,
        "logger.hideWelcomeMessage": True,  # its notes are for Streamlit's developers, also those in the page
        "client.showErrorDetails": "none",
        "client.toolbarMode": "minimal",
        "client.showErrorLinks": "false",
        "runner.magicEnabled": False,
        "theme.base": "light",
        "theme.font": BROWSER_FONTS,
        "theme.headingFont": BROWSER_FONTS,
        "theme.primaryColor": "#1f5fa8",
        "theme.textColor": "#1b1f24",
        "theme.linkColor": "#1a5696",
    }


def _trusted(configuration: Configuration) -> dict[str, str]:
    from ui.person import TRUSTED

    return {configuration.user_header: TRUSTED} if configuration.user_header else {}


def create(configuration: Configuration | None = None) -> App:
    """The ASGI app. Opens nothing yet; that happens when the server starts."""
    import streamlit as st
    from starlette.middleware import Middleware
    from starlette.responses import FileResponse, JSONResponse, Response
    from starlette.routing import Route
    from streamlit import config as streamlit_config

    from ui.security import Guard
    from ui.troubles import on_page

    chosen = configuration or Configuration.from_environment()
    for name, value in options(chosen).items():
        streamlit_config.set_option(name, value)
    slack = _slack()

    async def healthz(_request: Any) -> Response:
        healthy, report = await _health()
        return JSONResponse(report, 200 if healthy else 503)

    async def heebo(_request: Any) -> Response:
        path = font()
        if path is None:
            return Response(status_code=404)
        return FileResponse(path, media_type="font/ttf", headers={"cache-control": "public, max-age=604800"})

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, Any] | None]:
        from anyio import to_thread

        from ui.session import advisor

        opened = await to_thread.run_sync(advisor)
        async with AsyncExitStack() as stack:
            if slack is not None:
                await stack.enter_async_context(slack.lifespan(opened))
            yield None

    return st.App(
        SCRIPT,
        secrets=_secrets(chosen),
        lifespan=lifespan,
        on_script_error=on_page,
        routes=[Route("/healthz", healthz), Route("/fonts/heebo.ttf", heebo), *(slack.routes() if slack else ())],
        middleware=[Middleware(Guard, hosts=chosen.served_hosts)],
    )


async def _health() -> tuple[bool, dict[str, Any]]:
    """Whether the database answers and which texts are in service."""
    from anyio import to_thread

    from assistant import AdvisorError
    from ui.session import advisor

    try:
        await to_thread.run_sync(lambda: advisor().preferences(user="healthz"))
    except AdvisorError as error:
        return False, {"ok": False, "error": error.code}
    except Exception:  # whatever a database driver raises: the page must answer, and say no more than that
        return False, {"ok": False, "error": "database"}
    return True, {"ok": True}


def _slack() -> Any | None:
    """Slack's routes and lifespan, when Slack is configured to send its events here."""
    if not os.environ.get("SLACK_SIGNING_SECRET"):
        return None
    return importlib.import_module(SLACK)


def _secrets(configuration: Configuration) -> Mapping[str, Any] | None:
    """What `st.login` needs; None where nobody logs in."""
    if not configuration.oidc:
        return None
    return {
        "auth": {
            "redirect_uri": f"{configuration.url or f'http://localhost:{configuration.port}'}/oauth2callback",
            "cookie_secret": _cookie_secret(),
            "client_id": configuration.client_id,
            "client_secret": configuration.client_secret,
            "server_metadata_url": configuration.issuer,
        }
    }


def _cookie_secret() -> str:
    """The key that signs log-in cookies, kept beside the data so that a restart logs nobody out."""
    if given := os.environ.get("ADVISOR_WEB_COOKIE_SECRET"):
        return given
    from ui.session import advisor

    path = advisor().settings.home / "web-cookie-secret"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text("utf-8").strip()
