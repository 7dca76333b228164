"""Counts fields that could not be read, and keeps which terminals have others than before."""

from collections import Counter
from collections.abc import Sequence

from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.fields import field_of
from monitor.domain.heartbeat.unreadable import UnreadableFields


class UnreadableTally:
    """`counts` are by source (`poll` or `push`) and field of the heartbeat."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self._changed: dict[str, WatchedTerminal] = {}

    def note(
        self, watched: WatchedTerminal, before: UnreadableFields, phrases: Sequence[str], *, source: str
    ) -> None:
        """Count a heartbeat's `phrases`; `before` has those of the heartbeat before it."""
        for phrase in phrases:
            self.counts[source, field_of(phrase)] += 1
        if watched.unreadable != before:
            self._changed[watched.terminal.terminal_id] = watched

    def drain_changed(self) -> list[WatchedTerminal]:
        """Return the terminals of which something else cannot be read than when this was last asked."""
        changed, self._changed = self._changed, {}
        return [*changed.values()]
