"""A terminal's TLS in memory: the other end of a wire that is no socket."""

import datetime as dt
import ssl
from contextlib import suppress

import trustme

LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
NAME = "terminal.test"

VERSIONS = [
    ssl.TLSVersion.TLSv1_2,
    ssl.TLSVersion.TLSv1_3,
]


def server_settings(
    authority: trustme.CA,
    *names: str,
    version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    not_after: dt.datetime | None = None,
) -> ssl.SSLContext:
    """Return the settings of a server with a certificate for `names`, which speaks one version."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    certificate = authority.issue_cert(*(names or (NAME,)), not_before=LONG_AGO, not_after=not_after)
    certificate.configure_cert(context)
    return context


def client_settings(authority: trustme.CA) -> ssl.SSLContext:
    """Return the settings of a client that trusts `authority`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    return context


class TlsServer:
    """The wire's far end; `heard` is what the client said, `said_goodbye` whether it took its leave."""

    def __init__(self, settings: ssl.SSLContext) -> None:
        self.heard = b""
        self.said_goodbye = False
        self.written: list[bytes] = []
        self.is_shut = False
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = settings.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._is_open = False

    # The wire, as the client sees it.

    def is_closing(self) -> bool:
        """Whether the client has closed it."""
        return self.is_shut

    def write(self, data: bytes) -> None:
        """Take what the client sends."""
        self.written.append(data)
        self._incoming.write(data)

    def close(self) -> None:
        """Note that the client ended it."""
        self.is_shut = True

    abort = close

    # The server.

    def answer(self, *texts: bytes, goodbye: bool = False) -> bytes:
        """Read on, say each of `texts` in a record of its own, and return the bytes for the client."""
        with suppress(ssl.SSLWantReadError):
            if not self._is_open:
                self.tls.do_handshake()
                self._is_open = True
            while text := self.tls.read(65536):
                self.heard += text
            self.said_goodbye = True
        for text in texts:
            self.tls.write(text)
        if goodbye:
            with suppress(ssl.SSLError):
                self.tls.unwrap()
        return self._outgoing.read()
