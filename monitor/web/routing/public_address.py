"""The address that people use for the pages, and requests below its path."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from yarl import URL


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAddress:
    """`web.external_url`, taken apart.

    `host` is without port; `origin` is as browsers write it (RFC 6454, section 6.2); `root` is the path
    without a final slash, with which every link of the pages begins. All are empty where nothing is known.
    """

    host: str = ""
    origin: str = ""
    root: str = ""

    @classmethod
    def of(cls, external_url: str) -> Self:
        """Return the parts of a URL, "" for none."""
        if not external_url:
            return cls()
        url = URL(external_url)
        return cls(host=url.host or "", origin=str(url.origin()), root=url.raw_path.rstrip("/"))


NO_ADDRESS = PublicAddress()

MakeRequest = Callable[
    [RawRequestMessage, StreamReader, web.RequestHandler, AbstractStreamWriter, "asyncio.Task[None]"],
    web.BaseRequest,
]
"""What aiohttp makes a request with."""


def below(root: str, make: MakeRequest) -> MakeRequest:
    """Return what makes requests whose path may begin with `root`: they are served as if it did not.

    So a proxy may strip the path of `web.external_url` or leave it, whichever it does.
    """
    if not root:
        return make

    def make_request(
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: web.RequestHandler,
        writer: AbstractStreamWriter,
        task: "asyncio.Task[None]",
    ) -> web.BaseRequest:
        path = message.url.raw_path
        if path == root or path.startswith(f"{root}/"):
            rest = path[len(root) :] or "/"
            url = message.url.with_path(rest, encoded=True, keep_query=True)
            message = message._replace(url=url, path=str(url.relative() if url.absolute else url))
        return make(message, payload, protocol, writer, task)

    return make_request
