"""A body that is compressed while it is made, in a thread, so that no poll waits for it (RFC 1952)."""

import asyncio
import zlib

LEVEL = 1
"""The page of a fleet repeats itself so much that higher ones cost more time and save little."""

BLOCK_BYTES = 128 * 1024
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class GzipBody:
    """Takes a body piece by piece and gives back what it has become.

    At most two blocks of about BLOCK_BYTES are held: one in the thread, one that is being filled.
    """

    def __init__(self) -> None:
        self._compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
        self._block: list[bytes] = []
        self._size = 0
        self._under_way: asyncio.Future[bytes] | None = None

    async def take(self, piece: bytes) -> bytes:
        """Take a piece in; return the compressed bytes that are ready, often none."""
        self._block.append(piece)
        self._size += len(piece)
        if self._size < BLOCK_BYTES:
            return b""
        ready = await self._finished()
        block, self._block, self._size = self._block, [], 0
        self._under_way = asyncio.get_running_loop().run_in_executor(None, self._compressed, block)
        return ready

    async def end(self) -> bytes:
        """Return the rest."""
        ready = await self._finished()
        return ready + await asyncio.to_thread(self._rest)

    async def _finished(self) -> bytes:
        return b"" if self._under_way is None else await self._under_way

    def _compressed(self, block: list[bytes]) -> bytes:
        return self._compressor.compress(b"".join(block))

    def _rest(self) -> bytes:
        return self._compressed(self._block) + self._compressor.flush()


def takes_gzip(accept_encoding: str) -> bool:
    """Tell whether a field Accept-Encoding allows gzip (RFC 9110, section 12.5.3)."""
    weights = dict(map(_weighted, accept_encoding.lower().split(",")))
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", False)))


def _weighted(element: str) -> tuple[str, bool]:
    """Return a coding and whether it may be used."""
    coding, _, weight = element.partition(";")
    name, _, value = weight.partition("=")
    return coding.strip(), not (name.strip() == "q" and not value.strip().strip("0."))
