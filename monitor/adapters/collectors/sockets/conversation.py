"""What is said over one connection, without a socket."""

from typing import Protocol

from monitor.adapters.collectors.http_json.failures import Failure
from monitor.domain.heartbeat.reading import Reading


class Answered:
    """The terminal answered; `reading` is what it said, None where it says nothing but that it is there.

    `unreadable` has a phrase for each field that could not be read.
    """

    __slots__ = ("detail", "reading", "unreadable")

    def __init__(
        self, reading: Reading | None = None, detail: str = "", *, unreadable: tuple[str, ...] = ()
    ) -> None:
        self.reading = reading
        self.detail = detail
        self.unreadable = unreadable


class Conversation(Protocol):
    """One exchange with one terminal, fed with bytes as they come.

    `end` is None until it is known what the exchange came to. `may_close` says that nothing is owed to the
    terminal any more.
    """

    end: Answered | Failure | None
    may_close: bool

    def opening(self) -> bytes:
        """Return the first bytes to send; called once, as soon as the connection is open."""
        ...

    def receive(self, data: bytes) -> bytes:
        """Read bytes of the terminal; return the next bytes to send."""
        ...

    def timed_out(self) -> Answered | Failure | None:
        """Return what it means that the terminal has not finished in time; None for an ordinary time-out."""
        ...

    def closed(self) -> Answered | Failure | None:
        """Return what it means that the terminal closed or reset the connection; None: an ordinary reset."""
        ...
