"""Slack inside the one-process server: what `ui/server.py` joins by name when a signing secret is set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assistant import Advisor
from integrations.slack import http
from integrations.slack.app import open_slack
from integrations.slack.logs import protect
from integrations.slack.settings import SlackSettings

# The server lists its routes before it opens the advisor; what they lead to stands here while it runs.
_serving: dict[str, Route] = {}


def routes() -> list[Route]:
    """Slack's addresses; they answer 503 until `lifespan` has begun."""

    async def joined(request: Request) -> Response:
        served = _serving.get(request.url.path)
        if served is None:
            return Response(status_code=503)
        answer: Response = await served.endpoint(request)
        return answer

    return [
        Route(http.EVENTS, joined, methods=["POST"]),
        Route(http.HEALTH, joined),
        Route(http.INSTALL, joined),
        Route(http.REDIRECT, joined),
    ]


@asynccontextmanager
async def lifespan(advisor: Advisor) -> AsyncIterator[None]:
    """Answer Slack on this advisor while the server runs."""
    protect()
    slack = await asyncio.to_thread(open_slack, advisor, SlackSettings.from_environment())
    async with http.lifespan(slack):
        _serving.update({route.path: route for route in http.routes(slack)})
        try:
            yield
        finally:
            _serving.clear()
