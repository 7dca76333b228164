"""The few files that the pages need beside themselves."""

from hashlib import blake2b
from importlib.resources import files

from aiohttp import hdrs, web

from monitor.web.routing.problems import refused

_TYPES = {"page.css": "text/css", "icon.svg": "image/svg+xml", "live.js": "text/javascript"}


class Assets:
    """Holds the files of `web/static` in memory. An address contains a hash, so it may be kept for ever."""

    def __init__(self, root: str = "") -> None:
        self._root = root
        static = files("monitor.web").joinpath("static")
        self._bodies = {name: static.joinpath(name).read_bytes() for name in _TYPES}

    def url(self, name: str) -> str:
        """Return the address of a file; KeyError when there is no such file."""
        digest = blake2b(self._bodies[name], digest_size=8).hexdigest()
        return f"{self._root}/static/{name}?v={digest}"

    async def get(self, request: web.Request) -> web.Response:
        """Answer with a file."""
        name = request.match_info["name"]
        if name not in self._bodies:
            raise refused(404, "Not Found")
        response = web.Response(
            body=self._bodies[name],
            content_type=_TYPES[name],
            charset="utf-8",
            headers={
                "Cache-Control": "public, max-age=31536000, immutable",
                hdrs.VARY: hdrs.ACCEPT_ENCODING,
            },
        )
        response.enable_compression()
        return response
