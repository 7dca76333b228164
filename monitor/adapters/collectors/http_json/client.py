"""Polling over HTTP and HTTPS."""

import asyncio
import ssl
from collections.abc import Callable
from functools import partial
from typing import Self

from monitor.adapters.collectors.http_json.answer import Answer
from monitor.adapters.collectors.http_json.connection import Connection
from monitor.adapters.collectors.http_json.deadlines import Deadlines
from monitor.adapters.collectors.http_json.dialling import Dialler, Resolver
from monitor.adapters.collectors.http_json.failures import CLOSED_UNANSWERED, Failure, failure_of
from monitor.adapters.collectors.http_json.kept_connections import MOST_SECURE, KeptConnections
from monitor.adapters.collectors.http_json.peer import Exchange, Peer
from monitor.adapters.collectors.http_json.renewal import Renewal
from monitor.adapters.collectors.http_json.sharing_trials import SharingTrials
from monitor.adapters.collectors.http_json.tls import TlsLayer
from monitor.domain.heartbeat.decoding import BadHeartbeat, Heartbeat
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.polling.cadence import KeepAlive
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.clock import Clock
from monitor.ports.collector import PollTarget

_TOO_MANY = Failure(Outcome.SHED, "too many polls under way")
_HELD_UP = Failure(Outcome.SHED, "more TLS handshakes than posmon gets through")


class HttpHeartbeatClient:
    """Asks terminals for their heartbeat; a `HeartbeatClient`.

    Belongs to the event loop it was made in. An async context manager; leaving it ends everything
    without calling any `done`.

    `decode` turns a body into a heartbeat or raises BadHeartbeat. At most `concurrency` polls are under
    way and at most `max_sockets` sockets in use or kept; a poll too many comes to SHED. An idle
    connection gives way to a poll that needs its descriptor; of TLS connections at most `max_kept_tls` are
    kept, and as many sessions of terminals whose connections are not. `keep_alive`, unless the target says
    otherwise: `always` keeps every connection that the terminal keeps, `auto` only those of terminals that
    serve others meanwhile and keep theirs until the next poll, `never` closes each.
    """

    def __init__(
        self,
        *,
        decode: Callable[[bytes], Heartbeat],
        clock: Clock,
        policy: AddressPolicy,
        resolver: Resolver,
        tls: ssl.SSLContext,
        concurrency: int,
        max_sockets: int,
        keep_alive: KeepAlive = "auto",
        max_kept_tls: int = MOST_SECURE,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._decode = decode
        self._clock = clock
        self._policy = policy
        self._keep_alive = keep_alive
        self._max_in_flight = min(concurrency, max_sockets)
        self._max_sockets = max_sockets
        self._tls = TlsLayer(settings=tls, clock=clock, most_sessions=max_kept_tls)
        self._dialler = Dialler(policy=policy, resolver=resolver, tls=self._tls)
        self._deadlines = Deadlines(clock=clock, expire=self._expire)
        # Keeping fewer than there are sockets spares most polls the search for one to close.
        self._kept = KeptConnections(most=max_sockets * 3 // 4, most_secure=max_kept_tls)
        self._trials = SharingTrials(dialler=self._dialler, verdict=self._tried)
        self._renewal = Renewal(dialler=self._dialler, kept=self._kept)
        self._in_flight = 0
        self._is_closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End everything, without calling any `done`, and wait until every descriptor is free."""
        self._is_closed = True
        self._tls.close()
        for exchange in [*self._deadlines]:
            if not exchange.is_over:
                self._release(exchange)
        self._deadlines.close()
        self._renewal.close()
        self._trials.close()
        self._kept.close()
        await self._dialler.aclose()

    @property
    def in_flight(self) -> int:
        """Polls under way."""
        return self._in_flight

    @property
    def sockets(self) -> int:
        """Connections open or being opened."""
        return len(self._dialler)

    @property
    def kept_connections(self) -> int:
        """Idle connections held for the next poll."""
        return len(self._kept)

    @property
    def trials(self) -> int:
        """Terminals that are just being asked over a second connection."""
        return len(self._trials)

    def begin(self, target: PollTarget, done: Callable[[PollResult], None]) -> None:
        """Start one exchange with `target`; see `HeartbeatClient.begin`.

        A second one with the same target while the first is under way comes to SHED.
        """
        peer: Peer | None = target.memory
        if peer is None or peer.url != target.endpoint:
            peer = self._meet(target)
        if peer.exchange is not None:
            self._loop.call_soon(done, PollResult(Outcome.SHED, 0.0, None, "a poll is already under way"))
            return
        started = self._clock.monotonic()
        exchange = Exchange(peer=peer, target=target, done=done, started=started)
        exchange.slice_ = self._deadlines.add(exchange, started + target.cadence.timeout_s)
        lacks = self._in_flight >= self._max_in_flight or self._is_closed
        peer.exchange = exchange
        self._in_flight += 1
        if lacks:
            self._loop.call_soon(self._end, exchange, _TOO_MANY)
        elif peer.objection is not None:
            self._loop.call_soon(self._end, exchange, peer.objection)
        else:
            mode = exchange.mode = target.cadence.keep_alive or self._keep_alive
            exchange.keeps = peer.wants() if mode == "auto" else mode == "always"
            kept = self._kept.take(peer)
            if kept is None or not self._ask_again(exchange, kept):
                self._dial(exchange)

    def forget(self, target: PollTarget) -> None:
        """Close the connection kept for `target`; an exchange under way ends without calling `done`."""
        peer: Peer | None = target.memory
        target.memory = None
        if peer is None:
            return
        self._trials.forget(peer)
        kept = self._kept.take(peer)
        if kept is not None:
            kept.close()
        if peer.exchange is not None:
            self._release(peer.exchange)

    def trust(self, tls: ssl.SSLContext) -> None:
        """Use other TLS settings; a connection made under the old ones carries no new poll."""
        self._tls.trust(tls)

    # How an exchange gets its answer.

    def _meet(self, target: PollTarget) -> Peer:
        """Use the present endpoint of `target`, and forget what was learned of another one."""
        earlier: Peer | None = target.memory
        if earlier is not None and earlier.exchange is not None:
            return earlier
        self.forget(target)
        peer = target.memory = Peer(url=target.endpoint, policy=self._policy)
        return peer

    def _ask_again(self, exchange: Exchange, kept: Connection[Peer]) -> bool:
        """Ask over the kept connection; False when it is gone, or not to be trusted any more."""
        if exchange.peer.is_secure and self._tls.is_outdated(kept.transport):
            kept.close()
            return False
        if kept.due_at <= exchange.started and self._renewal.is_over(kept, exchange.started):
            exchange.peer.is_shared = False  # terminals get updated: what it serves at once is tried anew
            kept.close()
            return False
        if not kept.ask(exchange.peer.request(keep=exchange.keeps)):
            exchange.peer.lost()
            return False
        exchange.connection = kept
        exchange.is_reused = True
        return True

    def _dial(self, exchange: Exchange) -> None:
        peer = exchange.peer
        if peer.is_secure and self._tls.is_behind():
            self._loop.call_soon(self._end, exchange, _HELD_UP)
            return
        if self._in_flight + len(self._kept) + len(self._trials) > self._max_sockets:
            self._make_room()
        exchange.is_reused = False
        exchange.connection = None
        exchange.dialling = self._dialler.dial(
            peer.destination(),
            make=partial(Connection, listener=self, peer=peer),
            within_s=exchange.started + exchange.target.cadence.timeout_s - self._clock.monotonic(),
            failed=partial(self._end, exchange),
        )

    # Called by connections.

    def opened(self, connection: Connection[Peer]) -> None:
        """Send the request at once: every connection is opened for a request."""
        exchange = connection.peer.exchange
        assert exchange is not None, "a poll that ends also ends its dialling"  # noqa: S101
        exchange.connection = connection
        if not connection.ask(connection.peer.request(keep=exchange.keeps)):
            self._end(exchange, CLOSED_UNANSWERED)

    def answered(self, connection: Connection[Peer], answer: Answer) -> None:
        """End the exchange by what the answer holds."""
        peer = connection.peer
        exchange = peer.exchange
        assert exchange is not None, "a connection that is asked belongs to an exchange"  # noqa: S101
        if exchange.is_reused:
            peer.reused()
        elif peer.is_secure:
            exchange.certificate = self._tls.certificate_of(connection.transport)
        if answer.failure is not None:
            self._end(exchange, answer.failure)
            return
        end = self._read(answer)
        exchange.connection = None
        if self._is_kept(exchange, answer):
            self._kept.add(peer, connection)
            if not exchange.is_reused:
                self._renewal.begin(connection, exchange.started)
            if not peer.is_shared:
                self._try_sharing(exchange, connection)
        else:
            connection.close()
        self._end(exchange, end)

    def lost(self, connection: Connection[Peer], answer: Answer | None, error: Exception | None) -> None:
        """End the exchange, or ask once more if it was the keeping of the connection that failed."""
        peer = connection.peer
        if self._kept.holds(connection):
            self._kept.take(peer)
            peer.lost()
            return
        exchange = peer.exchange
        if exchange is None or exchange.connection is not connection:
            return
        if answer is not None and error is None:
            answer.end()
            if answer.failure is None:
                self._end(exchange, self._read(answer))
                return
        failure = failure_of(error) if answer is None or answer.failure is None else answer.failure
        if exchange.is_reused and failure.outcome is Outcome.RESET and answer and not answer.received:
            peer.lost()
            self._dial(exchange)
        else:
            self._end(exchange, failure)

    # Kept connections.

    def _is_kept(self, exchange: Exchange, answer: Answer) -> bool:
        peer = exchange.peer
        if not (exchange.keeps and answer.is_persistent and self._kept.has_room(peer)):
            return False
        # The exchange that ends still counts as under way: its place is the connection's.
        if self._in_flight + len(self._kept) > self._max_sockets:
            return False
        if exchange.mode == "always":
            return True
        return peer.accepts(answer.kept_for_s, interval_s=exchange.target.cadence.interval_s) and (
            peer.is_shared or peer in self._trials or self._may_try(peer)
        )

    def _may_try(self, peer: Peer) -> bool:
        is_free = self._in_flight + len(self._kept) + len(self._trials) < self._max_sockets
        return is_free and self._trials.has_room and not (peer.is_secure and self._tls.is_behind())

    def _try_sharing(self, exchange: Exchange, kept: Connection[Peer]) -> None:
        if exchange.mode == "auto" and exchange.peer not in self._trials:
            took_s = self._clock.monotonic() - exchange.started
            self._trials.begin(exchange.peer, kept, answered_within_s=took_s)

    def _tried(self, peer: Peer, kept: Connection[Peer], is_served: bool) -> None:
        peer.tried(is_served=is_served)
        if is_served:
            return
        if self._kept.holds(kept):
            self._kept.take(peer)
            kept.close()
        elif peer.exchange is not None and peer.exchange.connection is kept:
            peer.exchange.keeps = False

    def _make_room(self) -> None:
        """Close idle connections until one more socket may be opened."""
        while self._in_flight + len(self._kept) + len(self._trials) > self._max_sockets:
            if self._kept:
                self._kept.close_newest()
            elif self._trials:
                self._trials.forget_newest()
            else:
                return

    # How an exchange ends.

    def _read(self, answer: Answer) -> Heartbeat | Failure:
        try:
            return self._decode(answer.body)
        except BadHeartbeat as error:
            return Failure(Outcome.PROTOCOL, str(error))

    def _end(self, exchange: Exchange, end: Heartbeat | Failure) -> None:
        if exchange.is_over:
            return
        self._release(exchange)
        duration_s = self._clock.monotonic() - exchange.started
        if isinstance(end, Failure):
            exchange.done(PollResult(end.outcome, duration_s, None, end.detail))
        else:
            reading, events, unreadable = end
            exchange.done(
                PollResult(Outcome.OK, duration_s, reading, "", events, 0.0, unreadable, exchange.certificate)
            )

    def _expire(self, exchange: Exchange) -> None:
        if exchange.is_over:
            return
        if self._is_closed:
            self._release(exchange)
            return
        connection, dialling = exchange.connection, exchange.dialling
        within = f"within {exchange.target.cadence.timeout_s:g} s"
        if dialling is not None and dialling.is_resolving:
            failure = Failure(Outcome.DNS, f"name not resolved {within}")
        elif dialling is not None and dialling.is_held_up:
            failure = _HELD_UP
        elif connection is None:
            failure = Failure(Outcome.TIMEOUT, f"no connection {within}")
        elif connection.received:
            failure = Failure(Outcome.TIMEOUT, f"answer not whole {within}")
        else:
            failure = Failure(Outcome.TIMEOUT, f"no answer {within}")
            if exchange.is_reused:
                exchange.peer.lost()
        self._end(exchange, failure)

    def _release(self, exchange: Exchange) -> None:
        """Let go of everything the exchange holds; a connection it left to be kept is not its any more."""
        exchange.is_over = True
        exchange.peer.exchange = None
        self._in_flight -= 1
        if exchange.slice_ is not None:
            exchange.slice_.discard(exchange)
        if exchange.connection is not None:
            exchange.connection.abort()
        elif exchange.dialling is not None:
            exchange.dialling.cancel()
        # It knows the exchange: left so, each poll would be one more piece of work for the garbage collector.
        exchange.dialling = None
