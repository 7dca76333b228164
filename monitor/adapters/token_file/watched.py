"""The tokens in force, read again whenever their file changes."""

import os

import structlog

from monitor.adapters.token_file.lines import InvalidTokens
from monitor.adapters.token_file.store import TokenFile
from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.access.tokens import Token, TokenRing
from monitor.ports.clock import Clock

LOOK_EVERY_S = 1.0
FAULTS_LOGGED = 20

log = structlog.get_logger()

_Seen = tuple[int, int, int] | None


class WatchedTokens:
    """The tokens of a file. A revoked one is of no use a second later, without a restart.

    A file that has become bad changes nothing and is logged; without a file every token is refused. Raises
    InvalidTokens when the file is bad at the start.
    """

    def __init__(self, *, file: TokenFile, clock: Clock, statistics: AccessStatistics) -> None:
        self._file = file
        self._clock = clock
        self._statistics = statistics
        self._seen = self._look()
        self._looked_at = clock.monotonic()
        self._ring = TokenRing(file.read())

    def present(self) -> TokenRing:
        """Return the tokens in force now."""
        now = self._clock.monotonic()
        if now - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = now
            seen = self._look()
            if seen != self._seen:
                self._seen = seen
                self._read_again(is_gone=seen is None)
        return self._ring

    def _look(self) -> _Seen:
        try:
            found = os.stat(self._file.path)  # noqa: PTH116 - asked once a second, and cheaper
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _read_again(self, *, is_gone: bool) -> None:
        try:
            ring = TokenRing() if is_gone else TokenRing(self._file.read())
        except InvalidTokens as error:
            self._statistics.tokens_readable = False
            _log_faults(error)
            return
        self._statistics.tokens_readable = not is_gone
        if is_gone:
            log.error("audit.tokens_gone", path=str(self._file.path))
        _log_changes(self._ring, ring)
        self._ring = ring


def _log_faults(error: InvalidTokens) -> None:
    for fault in error.faults[:FAULTS_LOGGED]:
        log.error("audit.tokens_refused", line=fault.line, field=fault.field, reason=fault.reason)


def _log_changes(before: TokenRing, after: TokenRing) -> None:
    old = {token.token_id: token for token in before}
    new = {token.token_id: token for token in after}
    for token_id, token in new.items():
        if token_id not in old:
            _log("audit.token_created", token, who=token.created_by)
        elif token.revoked_at is not None and old[token_id].revoked_at is None:
            _log("audit.token_revoked", token, who=token.revoked_by)
        elif token != old[token_id]:
            _log("audit.token_changed", token, who="")
    for token_id in old.keys() - new.keys():
        _log("audit.token_removed", old[token_id], who="")


def _log(event: str, token: Token, *, who: str) -> None:
    log.warning(
        event,
        who=who,
        token_id=token.token_id,
        name=token.name,
        scope=token.scope.value,
        terminal_id=token.terminal_id,
    )
