"""Certificate and key, taken anew whenever their files change."""

import os
import ssl
import stat
from pathlib import Path

import structlog

from monitor.adapters.server_tls.validity import expiry_of
from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.errors import Fault, InvalidConfiguration
from monitor.ports.clock import Clock

LOOK_EVERY_S = 5.0

log = structlog.get_logger()

_Seen = tuple[tuple[int, int], ...] | None


class _Bad(Exception):
    """Certificate and key cannot be used; `str()` says why."""


class ServerTls:
    """TLS 1.2 and later with a certificate that may be renewed under a running server.

    `context` is the listener's; each handshake is given the newest good certificate. A pair that
    cannot be used changes nothing but the log. Raises InvalidConfiguration at the start.
    """

    def __init__(
        self, *, cert_file: Path, key_file: Path, clock: Clock, statistics: AccessStatistics
    ) -> None:
        self._cert_file = cert_file
        self._key_file = key_file
        self._clock = clock
        self._statistics = statistics
        self._seen = self._look()
        self._looked_at = clock.monotonic()
        try:
            self.context = self._current = self._load()
        except _Bad as bad:
            fault = Fault(source=str(cert_file), field="web.tls", reason=str(bad))
            raise InvalidConfiguration([fault]) from bad
        self.context.sni_callback = self._choose

    def refresh(self) -> None:
        """Take changed files now."""
        self._looked_at = self._clock.monotonic()
        seen = self._look()
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._current = self._load()
        except _Bad as bad:
            log.error("tls.certificate_refused", path=str(self._cert_file), reason=str(bad))  # noqa: TRY400 - the reason says it
        else:
            log.info("tls.certificate_taken", path=str(self._cert_file))

    def look(self) -> None:
        """Take changed files if it is time to look for them."""
        if self._clock.monotonic() - self._looked_at >= LOOK_EVERY_S:
            self.refresh()

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _listening: ssl.SSLContext) -> None:
        """Give a handshake its certificate; the bounds on versions stay those of `context`."""
        self.look()
        connection.context = self._current

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # The curve that everybody has (RFC 8446 section 9.1) and no other group: of the finite fields that
        # OpenSSL takes by itself the largest costs a hundred times as much, and anybody may ask for it.
        context.set_ecdh_curve("prime256v1")
        context.set_alpn_protocols(["http/1.1"])
        try:
            # Without a password OpenSSL would ask for one on the terminal.
            context.load_cert_chain(self._cert_file, self._key_file, password="")
            expires_at = expiry_of(self._cert_file.read_text("ascii"))
        except (OSError, ValueError) as error:
            raise _Bad("certificate and key are not PEM, not a pair, or the key needs a password") from error
        if expires_at <= self._clock.now().wall:
            log.warning("tls.certificate_expired", path=str(self._cert_file))
        self._statistics.certificate_expires_at = expires_at
        self._warn_of_open_key()
        return context

    def _warn_of_open_key(self) -> None:
        if self._key_file.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
            log.warning("tls.key_open_to_others", path=str(self._key_file), advice="chmod 600")

    def _look(self) -> _Seen:
        try:
            found = [os.stat(path) for path in (self._cert_file, self._key_file)]  # noqa: PTH116 - a pair
        except OSError:
            return None
        return tuple((status.st_ino, status.st_mtime_ns) for status in found)
