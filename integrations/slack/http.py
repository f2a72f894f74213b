"""HTTP mode: Slack's requests as routes of the one-process server (`ui/asgi.py` mounts them by name)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from integrations.slack.app import Slack

EVENTS, INSTALL, REDIRECT, HEALTH = "/slack/events", "/slack/install", "/slack/oauth_redirect", "/slack/health"
THREADS = 16  # of our own: the server's shared threads may all be busy with pages
LARGEST_BODY = 2_000_000  # bytes; Slack's own largest requests stay far below
WINDOW = 300  # seconds a signature is valid


def routes(slack: Slack) -> list[Route]:
    """The routes of Slack's requests; answers come back at once, the work is done at the desk."""
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="advisor-slack-http")
    verifier = SignatureVerifier(slack.parts.settings.signing_secret)

    async def run(work: Callable[..., Any], *arguments: Any) -> Any:
        # Bolt is synchronous: on the event loop it would stall every other request of the server.
        return await asyncio.get_running_loop().run_in_executor(pool, work, *arguments)

    async def events(request: Request) -> Response:
        if refused := _refused(request):
            return refused
        body = await _read(request)
        if body is None:
            return Response(status_code=413)
        if not _signed(verifier, request, body):
            return Response(status_code=401)
        try:
            asked = to_bolt_request(request, body)
        except ValueError:
            return Response(status_code=400)
        return to_starlette_response(await run(slack.app.dispatch, asked))

    async def health(_request: Request) -> Response:
        counts = await run(slack.parts.advisor.inbox.counts, "slack")
        return JSONResponse({"alive": slack.desk.alive, "messages": counts}, 200 if slack.desk.alive else 503)

    return [Route(EVENTS, events, methods=["POST"]), Route(HEALTH, health), *_oauth_routes(slack, run)]


def _oauth_routes(slack: Slack, run: Callable[..., Any]) -> list[Route]:
    flow = slack.app.oauth_flow
    if flow is None:
        return []

    async def install(request: Request) -> Response:
        return to_starlette_response(await run(flow.handle_installation, to_bolt_request(request, b"")))

    async def redirect(request: Request) -> Response:
        return to_starlette_response(await run(flow.handle_callback, to_bolt_request(request, b"")))

    return [Route(INSTALL, install), Route(REDIRECT, redirect)]


@asynccontextmanager
async def lifespan(slack: Slack) -> AsyncIterator[None]:
    """Run the desk while the server runs."""
    slack.start()
    try:
        yield
    finally:
        await asyncio.get_running_loop().run_in_executor(None, slack.close)


def application(slack: Slack) -> Starlette:
    """Slack's routes as an application of their own, for a process that serves Slack alone."""

    def living(_app: Starlette) -> AbstractAsyncContextManager[None]:
        return lifespan(slack)

    return Starlette(routes=routes(slack), lifespan=living)


def _refused(request: Request) -> Response | None:
    """What cannot be Slack's is turned away before anything is parsed."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12 or abs(time.time() - int(stamp)) > WINDOW:
        return Response(status_code=401)
    if not request.headers.get("x-slack-signature", "").startswith("v0="):
        return Response(status_code=401)
    length = request.headers.get("content-length", "0")
    return Response(status_code=413) if not length.isdigit() or int(length) > LARGEST_BODY else None


def _signed(verifier: SignatureVerifier, request: Request, body: bytes) -> bool:
    """Whether Slack signed this body; checked before anything of it is parsed. Without a secret nothing is."""
    if not verifier.signing_secret:
        return False
    stamp, signature = request.headers["x-slack-request-timestamp"], request.headers["x-slack-signature"]
    try:
        return verifier.is_valid(body, stamp, signature)
    except (ValueError, TypeError):  # a body or signature of bytes that are no text
        return False


async def _read(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return body
