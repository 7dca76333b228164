import random
import zlib

import pytest

from monitor.web.api.gzip_body import BLOCK_BYTES, GzipBody, takes_gzip

ACCEPTED = {
    "": False,
    "gzip": True,
    "GZIP": True,
    "x-gzip": True,
    "deflate, gzip;q=1.0, *;q=0.5": True,
    "gzip;q=0.001": True,
    "gzip; q=0": False,
    "gzip;q=0.000": False,
    "gzip;q=0, *": False,
    "*": True,
    "*;q=0": False,
    "identity": False,
    "br, zstd": False,
    "gzipped": False,
    ";;,=": False,
}


@pytest.mark.parametrize(("field", "expected"), ACCEPTED.items())
def test_who_takes_gzip(field: str, expected: bool) -> None:
    """Codings and their weights are read as RFC 9110 has them."""
    assert takes_gzip(field) is expected


@pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, 5 * BLOCK_BYTES + 1])
async def test_what_comes_out_is_what_went_in(size: int) -> None:
    """However long the body and however it is cut, gzip reads it back whole."""
    dice = random.Random(size)
    body = dice.randbytes(size)
    squeezed, gzip, left = b"", GzipBody(), body
    while left:
        cut = dice.randrange(1, BLOCK_BYTES)
        squeezed += await gzip.take(left[:cut])
        left = left[cut:]
    squeezed += await gzip.end()
    assert zlib.decompress(squeezed, wbits=16 + zlib.MAX_WBITS) == body


async def test_a_long_body_is_given_back_while_it_is_made() -> None:
    """What is ready is not kept until the end."""
    dice, gzip = random.Random(1), GzipBody()
    ready = [len(await gzip.take(dice.randbytes(BLOCK_BYTES))) for _ in range(20)]
    assert sum(ready) > 15 * BLOCK_BYTES
    await gzip.end()
