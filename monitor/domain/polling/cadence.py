"""How often a terminal is polled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from monitor.domain.inventory.selector import Selector
from monitor.domain.inventory.terminal import Terminal

KeepAlive = Literal["auto", "always", "never"]
"""Whether connections are kept between polls: the setting `polling.keep_alive`."""

RETRY_S = 30.0
"""Slower polling than this is quickened after a failure until the outage is confirmed or over."""

_CONFIRMING_FAILURES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """Seconds between polls and for one poll; slower once it was down for `backoff_after_s`.

    `keep_alive` is None where the fleet's setting holds.
    """

    interval_s: float
    timeout_s: float
    backoff_after_s: float = 600.0
    backoff_max_s: float = 300.0
    keep_alive: KeepAlive | None = None

    def delay_s(self, *, failures: int, down_s: float) -> float:
        """Return seconds from this poll's due time to the next.

        `failures` in a row and `down_s` since the last good poll. Long offline, the interval grows
        with the time it has been down, up to `backoff_max_s` or the interval, whichever is longer.
        """
        if failures == 0:
            return self.interval_s
        if failures < _CONFIRMING_FAILURES:
            return min(self.interval_s, RETRY_S)
        if down_s < self.backoff_after_s:
            return self.interval_s
        slowest = max(self.interval_s, self.backoff_max_s)
        return min(slowest, self.interval_s * 2 ** min(30.0, down_s / self.backoff_after_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class CadenceOverride:
    """Another interval, timeout or `keep_alive` for some terminals; None leaves it as it is."""

    selector: Selector
    interval_s: float | None = None
    timeout_s: float | None = None
    keep_alive: KeepAlive | None = None


_NOTHING: Mapping[str, CadenceOverride] = MappingProxyType({})


class Timetable:
    """The cadence of the whole fleet and what differs from it; later overrides win, and `by_id` over all."""

    def __init__(
        self,
        default: Cadence,
        overrides: Sequence[CadenceOverride] = (),
        by_id: Mapping[str, CadenceOverride] = _NOTHING,
    ) -> None:
        self._default = default
        self._overrides = tuple(overrides)
        self._by_id = by_id

    def cadence_of(self, terminal: Terminal) -> Cadence:
        """Return how often and for how long `terminal` is asked; the default itself where nothing differs."""
        cadence = self._default
        for override in self._overrides:
            if override.selector.covers(terminal):
                cadence = _changed(cadence, override)
        own = self._by_id.get(terminal.terminal_id)
        return cadence if own is None else _changed(cadence, own)


def _changed(cadence: Cadence, override: CadenceOverride) -> Cadence:
    return replace(
        cadence,
        interval_s=override.interval_s or cadence.interval_s,
        timeout_s=override.timeout_s or cadence.timeout_s,
        keep_alive=override.keep_alive or cadence.keep_alive,
    )
