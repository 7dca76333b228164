"""The body of a request: of a known type, not compressed, within bounds of size and time."""

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qs

from aiohttp import hdrs, web

from monitor.web.routing.problems import Refused, refused

JSON = "application/json"
LINES = "application/x-ndjson"
FORM = "application/x-www-form-urlencoded"
BODY_S = 10.0
MAX_PUSH_BYTES = 2**20
MOST_FIELDS = 2_000


def _take(_size: int) -> None:
    """Reserve nothing: the body is small."""


async def read_body(
    request: web.Request,
    *,
    most: int,
    reserve: Callable[[int], None] = _take,
    within_s: float = BODY_S,
    in_lines: bool = True,
) -> bytes:
    """Return a body of at most `most` bytes; refuses any other (400, 408, 413, 415).

    `reserve` is called with the size of each part as it arrives, and may refuse it. `in_lines` allows a body
    of one object a line.
    """
    if request.content_type != JSON and not (in_lines and request.content_type == LINES):
        lines = f", or {LINES} with one object a line" if in_lines else ""
        raise refused(415, "Unsupported Media Type", f"Send {JSON}{lines}.")
    return await _bytes_of(request, most=most, reserve=reserve, within_s=within_s)


async def read_form(request: web.Request, *, most: int, within_s: float = BODY_S) -> dict[str, list[str]]:
    """Return the fields of a form with their values, empty ones too; refuses any other body."""
    if request.content_type != FORM:
        raise refused(415, "Unsupported Media Type", f"Send {FORM}.")
    body = await _bytes_of(request, most=most, reserve=_take, within_s=within_s)
    try:
        return parse_qs(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise refused(400, "Bad Request", "The body is not a form in UTF-8.") from None


async def _bytes_of(
    request: web.Request, *, most: int, reserve: Callable[[int], None], within_s: float
) -> bytes:
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise refused(415, "Unsupported Media Type", "A body must not be compressed.")
    parts, size = [], 0
    try:
        async with asyncio.timeout(within_s):
            while part := await request.content.readany():
                size += len(part)
                if size > most:
                    raise _too_large(most)
                reserve(len(part))
                parts.append(part)
    except TimeoutError:
        raise refused(408, "Request Timeout", f"A body must be here within {within_s:g} s.") from None
    except web.RequestPayloadError:
        raise refused(400, "Bad Request", "The body is not what its header fields say.") from None
    return b"".join(parts)


def _too_large(most: int) -> Refused:
    return refused(413, "Content Too Large", f"Such a body has at most {most} bytes.")
