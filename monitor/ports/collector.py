"""Asking one terminal for its heartbeat."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from monitor.domain.polling.cadence import Cadence
from monitor.domain.polling.poll_result import PollResult


@dataclass(slots=True, kw_only=True, eq=False)
class PollTarget:
    """A terminal to poll.

    Of its `cadence`, `timeout_s` bounds the whole exchange, name look-up and TLS included. From `interval_s`,
    the time between polls, a client decides whether keeping a connection pays, unless `keep_alive` says so.
    `memory` is the client's own: it keeps there what it learns of the target between polls. A table
    beside the targets would take more memory than its entries.
    """

    endpoint: str
    cadence: Cadence
    memory: Any = field(default=None, init=False, repr=False)

    @property
    def terminal_id(self) -> str:
        """The terminal's id in the inventory; "" where only an endpoint is known."""
        return ""

    @property
    def printer(self) -> str:
        """The address of a receipt printer that is asked as well, "" for none."""
        return ""


class Collectors(Protocol):
    """The clients of all ways to observe a terminal."""

    def of(self, endpoint: str, *, printer: str = "") -> "HeartbeatClient":
        """Return the client that polls an endpoint, and the receipt printer of that address if there is one.

        It polls for as long as the endpoint stays.
        """
        ...


class HeartbeatClient(Protocol):
    """Polls endpoints. Callback style, because a task per poll costs more than the poll."""

    def begin(self, target: PollTarget, done: Callable[[PollResult], None]) -> None:
        """Start one exchange with `target`.

        `done` is called exactly once, from the event loop and never before `begin` returns,
        at the latest shortly after `target.cadence.timeout_s`. At most one exchange per target may be
        under way. Failures are results; nothing is raised.
        """
        ...

    def forget(self, target: PollTarget) -> None:
        """Close the connection kept for `target`; an exchange under way ends without calling `done`."""
        ...
