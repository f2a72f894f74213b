"""For an ASGI server of your own: `uvicorn --factory ui.asgi:create`. `advisor serve` does the same."""

from ui.server import create

__all__ = ["create"]
