"""Many terminals that get no answer from the network at once: one incident, not many faults."""

from collections import Counter
from collections.abc import Iterable
from math import inf

from monitor.domain.instant import Instant, rfc3339

WINDOW_S = 600.0
MIN_TERMINALS = 5
MIN_SHARE = 0.2
_COUNT_EVERY_S = 5.0
_MOST = 100_000


class NetworkIncident:
    """Terminals whose transactions lately ended in a link code (issuer or network did not answer).

    It is on while at least MIN_TERMINALS, and MIN_SHARE of those with transactions, have had one in the last
    WINDOW_S seconds (unsourced). It opens no alert. The terminals' own alerts and the metrics name it.
    """

    def __init__(self) -> None:
        self.since: Instant | None = None
        self._heard: dict[str, tuple[float, str]] = {}
        self._counted_at = -inf
        self._active = 0

    @property
    def is_on(self) -> bool:
        """Whether there is one now."""
        return self.since is not None

    @property
    def terminals(self) -> int:
        """How many terminals had a link code lately."""
        return len(self._heard)

    def add(self, terminal_id: str, code: str, now: Instant) -> None:
        """Count a transaction that ended in a link code."""
        self._heard.pop(terminal_id, None)
        self._heard[terminal_id] = (now.monotonic, code)
        if len(self._heard) > _MOST:
            del self._heard[next(iter(self._heard))]

    def update(self, last_events: Iterable[float], now: Instant) -> None:
        """Decide whether it is on; `last_events` is when each terminal last had a transaction (monotonic)."""
        start = now.monotonic - WINDOW_S
        while self._heard and next(iter(self._heard.values()))[0] <= start:
            del self._heard[next(iter(self._heard))]
        if len(self._heard) < MIN_TERMINALS:
            self.since = None
            return
        if now.monotonic >= self._counted_at + _COUNT_EVERY_S:
            self._counted_at = now.monotonic
            self._active = sum(at > start for at in last_events)
        if len(self._heard) < MIN_SHARE * self._active:
            self.since = None
        elif self.since is None:
            self.since = now

    def words(self) -> str:
        """Return its description for people, "" while there is none."""
        if self.since is None:
            return ""
        codes = Counter(code for _, code in self._heard.values()).most_common(3)
        shown = " ".join(code for code, _ in codes)
        count = f"{len(self._heard)} of {max(self._active, len(self._heard))} terminals"
        return f"{count} get no answer from the network since {rfc3339(self.since.wall)} (codes {shown})"
