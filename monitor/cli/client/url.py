"""The URL of a daemon."""

from typing import NamedTuple
from urllib.parse import urlsplit

from monitor.cli.output.text import inert

DEFAULT_URL = "http://127.0.0.1:7676"
_PORTS = {"http": 80, "https": 443}


class DaemonUrl(NamedTuple):
    """Where a daemon listens; `path` is a prefix of its paths, without a final slash."""

    secure: bool
    host: str
    port: int
    path: str

    def __str__(self) -> str:
        scheme = "https" if self.secure else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[scheme] else f":{self.port}"
        return f"{scheme}://{host}{port}{self.path}"


def read_url(text: str) -> DaemonUrl:
    """Return the parts of a URL, `http://` may be left out; raises ValueError with the reason."""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc or not text.isprintable():
        raise ValueError(f"'{inert(text)}' is not a URL such as {DEFAULT_URL}")
    secure = parts.scheme == "https"
    return DaemonUrl(secure, parts.hostname, port or _PORTS[parts.scheme], parts.path.rstrip("/"))
