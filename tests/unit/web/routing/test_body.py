import asyncio
from typing import Any

import pytest
from aiohttp.base_protocol import BaseProtocol
from aiohttp.streams import StreamReader
from aiohttp.test_utils import make_mocked_request

from monitor.domain.pushing.limits import TooMuchAtOnce
from monitor.web.routing.body import FORM, JSON, MOST_FIELDS, read_body, read_form
from monitor.web.routing.problems import Refused

LIMIT = 2**16


def stream_of(*pieces: bytes) -> StreamReader:
    """Return a stream that has these pieces and has not ended."""
    loop = asyncio.get_running_loop()
    protocol = BaseProtocol(loop)
    protocol.connection_made(asyncio.Transport())
    stream = StreamReader(protocol, LIMIT, loop=loop)
    for piece in pieces:
        stream.feed_data(piece)
    return stream


async def read(
    *pieces: bytes, kind: str = JSON, most: int = 100, ended: bool = True, **fields: str
) -> tuple[bytes, list[int]]:
    """Return a body that comes in pieces, and what was reserved for it."""
    stream = stream_of(*pieces)
    if ended:
        stream.feed_eof()
    headers = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in fields.items()}
    request = make_mocked_request("POST", "/api/v1/events", headers=headers, payload=stream)
    reserved: list[int] = []
    return await read_body(request, most=most, reserve=reserved.append, within_s=0.01), reserved


async def status_of(*pieces: bytes, **options: Any) -> int:
    """Return the status with which a body is refused."""
    with pytest.raises(Refused) as refused:
        await read(*pieces, **options)
    return refused.value.problem.status


async def test_a_body_is_reserved_as_it_comes() -> None:
    """Byte for byte, before it is kept."""
    body, reserved = await read(b"{}", b"  ")
    assert body == b"{}  "
    assert sum(reserved) == 4


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"kind": "text/plain"}, 415),
        ({"Content_Encoding": "gzip"}, 415),
        ({"most": 1}, 413),
        ({"ended": False}, 408),
    ],
)
async def test_what_is_no_body_of_a_push_is_refused(options: dict[str, Any], status: int) -> None:
    """Another type, a compressed one, one that is too large, one that never ends."""
    assert await status_of(b"{}", **options) == status


async def test_a_reservation_that_fails_ends_the_reading() -> None:
    """Nothing more of the body is kept."""

    def refuse(_size: int) -> None:
        raise TooMuchAtOnce

    request = make_mocked_request("POST", "/", headers={"Content-Type": JSON}, payload=stream_of(b"{}"))
    with pytest.raises(TooMuchAtOnce):
        await read_body(request, most=100, reserve=refuse)


async def form_of(body: bytes, *, kind: str = FORM) -> dict[str, list[str]]:
    """Return what a form holds."""
    stream = stream_of(body)
    stream.feed_eof()
    request = make_mocked_request("POST", "/alerts", headers={"Content-Type": kind}, payload=stream)
    return await read_form(request, most=10_000, within_s=0.01)


async def test_a_form_is_read_with_its_empty_fields() -> None:
    """A name may stand several times; a plus is a space."""
    found = await form_of(b"a=1&b=on+my%20way&a=2&c=&d=%E4%B8%8A")
    assert found == {"a": ["1", "2"], "b": ["on my way"], "c": [""], "d": ["上"]}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"a=1", JSON, 415),
        (b"a=1", "multipart/form-data; boundary=x", 415),
        (b"a=%ff", FORM, 400),
        (b"\xff", FORM, 400),
        (b"a=1&" * (MOST_FIELDS + 1), FORM, 400),
        (b"a=" + b"1" * 10_000, FORM, 413),
    ],
)
async def test_what_is_no_form_is_refused(body: bytes, kind: str, status: int) -> None:
    """Another type, bytes that are no text, too much."""
    with pytest.raises(Refused) as refusal:
        await form_of(body, kind=kind)
    assert refusal.value.problem.status == status
