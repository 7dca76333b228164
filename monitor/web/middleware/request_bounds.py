"""Bounds of every request."""

from aiohttp import web
from aiohttp.typedefs import Handler

from monitor.web.listener.connection import BoundedConnection


@web.middleware
async def bounded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell the connection when a request begins and ends."""
    connection = request.protocol
    if not isinstance(connection, BoundedConnection):
        return await handler(request)
    connection.began()
    try:
        return await handler(request)
    finally:
        connection.ended()
