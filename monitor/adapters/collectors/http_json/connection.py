"""One connection to one terminal."""

import asyncio
from math import inf
from typing import Generic, Protocol, TypeVar, cast

from monitor.adapters.collectors.http_json.answer import Answer

Owner = TypeVar("Owner")


class ConnectionListener(Protocol[Owner]):
    """Receives the events of a connection from the event loop."""

    def opened(self, connection: "Connection[Owner]") -> None:
        """Take note that `connection` can be asked."""
        ...

    def answered(self, connection: "Connection[Owner]", answer: Answer) -> None:
        """Take the answer to what `connection` was asked; its body or its failure is final."""
        ...

    def lost(self, connection: "Connection[Owner]", answer: Answer | None, error: Exception | None) -> None:
        """Take note that `connection` is gone; `answer` is the unfinished one, if it was asked."""
        ...


class Transport(Protocol):
    """What a connection needs of that which carries its bytes: a `Wire`, or a transport of the event loop."""

    def is_closing(self) -> bool:
        """Whether nothing can be sent any more."""
        ...

    def write(self, data: bytes) -> None:
        """Send `data`."""
        ...

    def close(self) -> None:
        """End it politely; `connection_lost` follows."""
        ...

    def abort(self) -> None:
        """End it at once; `connection_lost` follows."""
        ...


class Connection(asyncio.Protocol, Generic[Owner]):
    """Sends one request at a time to `peer`; idle, it holds neither parser nor buffer.

    Bytes without a request end it: they must not be taken for the answer to the next request. `has_opened` is
    true from the first contact on and stays so. One that is ended before it has opened never tells its
    listener anything. `address` is where it leads if a name was resolved for it, else "". From `due_at` on
    (monotonic seconds) its keeper looks whether it should be renewed; from `ends_at` on it is.
    """

    __slots__ = (
        "_answer",
        "_is_ended",
        "_listener",
        "_transport",
        "address",
        "due_at",
        "ends_at",
        "has_opened",
        "peer",
    )

    def __init__(self, *, listener: ConnectionListener[Owner], peer: Owner) -> None:
        self.peer = peer
        self.address = ""
        self.due_at = self.ends_at = inf
        self.has_opened = False
        self._is_ended = False
        self._listener = listener
        self._answer: Answer | None = None
        self._transport: Transport | None = None

    @property
    def received(self) -> int:
        """Bytes of the unfinished answer so far."""
        return self._answer.received if self._answer else 0

    @property
    def is_closed(self) -> bool:
        """Whether it takes no more requests."""
        return self._transport is None or self._transport.is_closing()

    @property
    def transport(self) -> Transport | None:
        """The transport of its bytes while it is open."""
        return self._transport

    def ask(self, request: bytes) -> bool:
        """Send `request`; False, with no answer to follow, when the connection is closed or closing."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return False
        self._answer = Answer()
        transport.write(request)
        return True

    def close(self) -> None:
        """Close it in order (TLS sends close_notify); after that only its loss is reported."""
        self._answer = None
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close it at once; after that only its loss is reported."""
        self._is_ended = True
        self._answer = None
        if self._transport is not None:
            self._transport.abort()

    # Called by the event loop.

    def connection_made(self, transport: asyncio.BaseTransport | Transport) -> None:
        """Be ready to ask."""
        self._transport = cast("Transport", transport)
        # The poll may have timed out, or its terminal may have left, while the connection opened.
        if self._is_ended:
            self._transport.abort()
            return
        self.has_opened = True
        self._listener.opened(self)

    def data_received(self, data: bytes) -> None:
        """Read on in the answer."""
        answer = self._answer
        if answer is None:
            # Bytes without a request: a late answer would pass for the answer to the next poll.
            self.abort()
        elif answer.feed(data):
            self._answer = None
            self._listener.answered(self, answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """Report the end, also where this side caused it."""
        self._transport = None
        answer, self._answer = self._answer, None
        if self.has_opened:
            self._listener.lost(self, answer, exc)
