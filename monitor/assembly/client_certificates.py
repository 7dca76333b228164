"""The authorities that posmon trusts for terminals, and its own client certificate; a reload renews them."""

import hashlib
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog

from monitor.adapters.collectors.http_json import client_tls
from monitor.config.sections import PollingSettings

log = structlog.get_logger()


class Trusting(Protocol):
    """A client that speaks TLS to terminals."""

    def trust(self, tls: ssl.SSLContext) -> None:
        """Speak TLS by other settings from now on."""
        ...


class ClientCertificates:
    """Notices when the content of the files that `polling` names has changed.

    Reads them at construction, as `client_tls` did a moment before; blocks.
    """

    def __init__(self, client: Trusting, polling: PollingSettings) -> None:
        self._client = client
        self._in_force = _fingerprint(polling)

    def prepare(self, polling: PollingSettings) -> Callable[[], None]:
        """Return a function that takes the files of `polling` into use, unless they are.

        Reads them; blocks. Raises InvalidConfiguration naming every file that cannot be used.
        """
        fingerprint = _fingerprint(polling)
        if fingerprint == self._in_force:
            return _nothing
        tls = terminal_tls(polling)

        def take() -> None:
            self._in_force = fingerprint
            self._client.trust(tls)
            log.info("reload.terminal_trust_renewed")

        return take


def terminal_tls(polling: PollingSettings) -> ssl.SSLContext:
    """Return the settings of TLS to terminals; reads files, raises InvalidConfiguration."""
    return client_tls(ca_file=polling.ca_file, client_cert=polling.client_cert, client_key=polling.client_key)


def _nothing() -> None:
    pass


def _fingerprint(polling: PollingSettings) -> tuple[bytes, ...]:
    return tuple(map(_digest, (polling.ca_file, polling.client_cert, polling.client_key)))


def _digest(path: Path | None) -> bytes:
    """Return a digest of the file; an unreadable file gets a digest that no readable file has."""
    try:
        return hashlib.sha256(path.read_bytes()).digest() if path is not None else b"unset"
    except OSError:
        return b"unreadable"
