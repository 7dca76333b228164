"""How many calls a key may still make, by posmon's own count and by what the service says."""

from collections import deque
from collections.abc import Mapping

from monitor.ports.clock import Clock

_LONGEST_NUMBER = 15
_OTHERS = 6
"""One call in so many of the service's limit stays with the other users of the key."""


class CallBudget:
    """At most `calls` calls within any `window_s` seconds, and fewer where the service says so.

    A service says so in the fields X-RateLimit-Remaining (calls), X-RateLimit-Limit (calls a window) and
    X-RateLimit-Reset (unix milliseconds). Other programs may spend calls of the same key, so what the service
    says counts beside posmon's own count. It counts until the reset, or for one window where the reset is
    missing or makes no sense.
    """

    def __init__(self, *, calls: int, window_s: float, clock: Clock) -> None:
        self.calls = calls
        self.window_s = window_s
        self._clock = clock
        self._made: deque[float] = deque()
        self._told = 0
        self._told_limit = 0
        self._told_until = float("-inf")

    def spend(self) -> None:
        """Count one call."""
        self._made.append(self._clock.monotonic())

    def heed(self, headers: Mapping[str, str]) -> None:
        """Take what the header fields of an answer say of the key's calls."""
        remaining = _whole(headers.get("X-RateLimit-Remaining"))
        if remaining is None:
            return
        now = self._clock.now()
        reset_ms = _whole(headers.get("X-RateLimit-Reset"))
        until_reset_s = reset_ms / 1000 - now.wall if reset_ms is not None else 0.0
        self._told = remaining
        self._told_limit = _whole(headers.get("X-RateLimit-Limit")) or 0
        is_sensible = 0.0 < until_reset_s <= self.window_s
        self._told_until = now.monotonic + (until_reset_s if is_sensible else self.window_s)

    def left(self) -> int:
        """Return how many calls may be made now."""
        own = self._own_left()
        return max(0, min(own, self._told) if self._is_told() else own)

    def left_to_spare(self, kept: int) -> int:
        """Return how many calls may be made now by what can wait: `kept` calls stay for what cannot.

        A share of the service's limit stays for the other users of the key as well.
        """
        own = self._own_left() - kept
        told = self._told - max(kept, self._told_limit // _OTHERS)
        return max(0, min(own, told) if self._is_told() else own)

    def wait_s(self) -> float:
        """Return the seconds until the next call may be made; 0 when it may be made now."""
        now = self._clock.monotonic()
        wait_s = self._told_until - now if self._is_told() and self._told <= 0 else 0.0
        if self._own_left() <= 0:
            wait_s = max(wait_s, self._made[0] + self.window_s - now)
        return max(0.0, wait_s)

    def _own_left(self) -> int:
        begin = self._clock.monotonic() - self.window_s
        while self._made and self._made[0] <= begin:
            self._made.popleft()
        return self.calls - len(self._made)

    def _is_told(self) -> bool:
        return self._clock.monotonic() < self._told_until


def _whole(written: str | None) -> int | None:
    """Return a whole number that a header field holds, None for anything else."""
    said = (written or "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _LONGEST_NUMBER else None
