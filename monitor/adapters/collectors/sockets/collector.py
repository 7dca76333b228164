"""Asks terminals over TCP, one connection an exchange."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Self

from monitor.adapters.collectors.http_json.dialling import Resolver
from monitor.adapters.collectors.http_json.failures import CLOSED_UNANSWERED, Failure, failure_of
from monitor.adapters.collectors.http_json.tls import period_of
from monitor.adapters.collectors.sockets.conversation import Answered, Conversation
from monitor.domain.inventory.address import parse_address, scheme_of
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.inventory.endpoint import BadEndpoint, Endpoint
from monitor.domain.polling.poll_result import CertificatePeriod, Outcome, PollResult
from monitor.ports.clock import Clock
from monitor.ports.collector import PollTarget

LINGER_S = 180.0
"""ZVT's T4: so long a terminal may work on between its acknowledgement and its next frame."""

LONGEST_LINGER_S = 1800.0
"""After so long posmon leaves a terminal that never finishes."""

_MOST_ADDRESSES = 4
_READ_BYTES = 4096
_TOO_MANY = Failure(Outcome.SHED, "too many polls under way")

OpenConversation = Callable[[], Conversation]


class OverTls(NamedTuple):
    """How terminals of a scheme are asked over TLS.

    `open` gets the endpoint, and the certificate that the terminal has shown (`ssl.SSLSocket.getpeercert`)
    and `tls` has verified.
    """

    tls: ssl.SSLContext
    open: Callable[[Endpoint, Mapping[str, Any]], Conversation]


class SocketCollector:
    """A `HeartbeatClient` for the schemes of `conversations`, and those of `over_tls`.

    Belongs to the event loop it was made in. An async context manager; leaving it ends everything without
    calling any `done`. At most `concurrency` connections are open; an exchange too many comes to SHED. A
    terminal that is still owed acknowledgements when its time is over keeps its connection, for
    LONGEST_LINGER_S at most; until it has finished, further polls of it come to the same result.
    """

    def __init__(
        self,
        *,
        conversations: Mapping[str, OpenConversation],
        over_tls: Mapping[str, OverTls],
        clock: Clock,
        policy: AddressPolicy,
        resolver: Resolver,
        concurrency: int,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._conversations = conversations
        self._over_tls = over_tls
        self._clock = clock
        self._policy = policy
        self._resolver = resolver
        self._concurrency = concurrency
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End everything, without calling any `done`, and wait until every connection is closed."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def begin(self, target: PollTarget, done: Callable[[PollResult], None]) -> None:
        """Start one exchange with `target`; see `HeartbeatClient.begin`."""
        under_way: _Exchange | None = target.memory
        if under_way is not None and under_way.lingering is not None:
            self._loop.call_soon(done, _result(under_way.lingering, 0.0))
            return
        if len(self._tasks) >= self._concurrency:
            self._loop.call_soon(done, _result(_TOO_MANY, 0.0))
            return
        exchange = target.memory = _Exchange(target=target, done=done, started=self._clock.monotonic())
        exchange.task = self._loop.create_task(self._run(exchange))
        self._tasks.add(exchange.task)
        exchange.task.add_done_callback(self._tasks.discard)

    def forget(self, target: PollTarget) -> None:
        """Close what is open for `target`; an exchange under way ends without calling `done`."""
        exchange: _Exchange | None = target.memory
        target.memory = None
        if exchange is not None and exchange.task is not None:
            exchange.done = None
            exchange.task.cancel()

    async def _run(self, exchange: "_Exchange") -> None:
        try:
            end = await self._ask(exchange)
            self._report(exchange, end)
        finally:
            if exchange.target.memory is exchange:
                exchange.target.memory = None

    def _report(self, exchange: "_Exchange", end: Answered | Failure) -> None:
        """Call `done`, once."""
        done, exchange.done = exchange.done, None
        if done is not None:
            done(_result(end, self._clock.monotonic() - exchange.started, exchange.certificate))

    async def _ask(self, exchange: "_Exchange") -> Answered | Failure:
        target = exchange.target
        try:
            endpoint = parse_address(target.endpoint)
        except BadEndpoint as error:
            return Failure(Outcome.REFUSED, f"endpoint not usable: {error}")
        assert endpoint is not None, "only schemes that lead to an address are asked here"  # noqa: S101
        scheme = scheme_of(target.endpoint)
        secured = self._over_tls.get(scheme)
        conversation = self._conversations[scheme]() if secured is None else None
        try:
            async with asyncio.timeout(target.cadence.timeout_s):
                connected = await self._connect(endpoint, secured.tls if secured is not None else None)
        except TimeoutError:
            return Failure(Outcome.TIMEOUT, f"no connection within {target.cadence.timeout_s:g} s")
        except ConnectionRefusedError as error:
            return (conversation.closed() if conversation is not None else None) or failure_of(error)
        except OSError as error:
            return failure_of(error)
        if isinstance(connected, Failure):
            return connected
        reader, writer = connected
        if secured is not None:
            shown = writer.get_extra_info("peercert")
            exchange.certificate = period_of(shown)
            conversation = secured.open(endpoint, shown)
        assert conversation is not None  # noqa: S101 - tells mypy: it is there in both cases
        try:
            return await self._talk(exchange, conversation, reader, writer)
        finally:
            writer.transport.abort()

    async def _connect(
        self, endpoint: Endpoint, tls: ssl.SSLContext | None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | Failure:
        """Open a connection to an address that the policy allows; the first that takes one."""
        addresses = await self._addresses(endpoint)
        if isinstance(addresses, Failure):
            return addresses
        *others, last = addresses
        for address in others:
            try:
                return await _connection(address, endpoint, tls)
            except OSError:
                continue
        return await _connection(last, endpoint, tls)

    async def _addresses(self, endpoint: Endpoint) -> list[str] | Failure:
        if endpoint.is_address:
            reason = self._policy.refusal(endpoint.host)
            return Failure(Outcome.REFUSED, f"address not allowed: {reason}") if reason else [endpoint.host]
        resolution = await self._resolver.resolve(endpoint.host)
        allowed = [address for address in resolution.addresses if self._policy.refusal(address) is None]
        refused = "name has no allowed address: polling.allowed_networks"
        return allowed[:_MOST_ADDRESSES] or Failure(Outcome.DNS, resolution.failure or refused)

    async def _talk(
        self,
        exchange: "_Exchange",
        conversation: Conversation,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> Answered | Failure:
        left_s = exchange.started + exchange.target.cadence.timeout_s - self._clock.monotonic()
        writer.write(conversation.opening())
        try:
            async with asyncio.timeout(left_s):
                return await _until_ended(conversation, reader, writer)
        except TimeoutError:
            pass
        silent = Failure(Outcome.TIMEOUT, f"no answer within {exchange.target.cadence.timeout_s:g} s")
        end = conversation.timed_out() or silent
        if not conversation.may_close:
            exchange.lingering = end
            self._report(exchange, end)
            await _linger(conversation, reader, writer)
        return end


class _Exchange:
    """One exchange from beginning to end. `lingering` is what it came to while it still goes on.

    `certificate` is the one that the terminal has shown, None without TLS.
    """

    __slots__ = ("certificate", "done", "lingering", "started", "target", "task")

    def __init__(
        self, *, target: PollTarget, done: Callable[[PollResult], None] | None, started: float
    ) -> None:
        self.target = target
        self.done = done
        self.started = started
        self.lingering: Answered | Failure | None = None
        self.certificate: CertificatePeriod | None = None
        self.task: asyncio.Task[None] | None = None


async def _connection(
    address: str, endpoint: Endpoint, tls: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    name = endpoint.host if tls is not None else None
    return await asyncio.open_connection(address, endpoint.port, ssl=tls, server_hostname=name)


async def _until_ended(
    conversation: Conversation, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Answered | Failure:
    while conversation.end is None:
        if not await _step(conversation, reader, writer):
            return conversation.end or conversation.closed() or CLOSED_UNANSWERED
    await _flushed(writer)
    return conversation.end


async def _step(
    conversation: Conversation, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Read some bytes and answer them; False when the terminal has closed the connection."""
    try:
        data = await reader.read(_READ_BYTES)
    except OSError:
        return False
    if data:
        writer.write(conversation.receive(data))
    return bool(data)


async def _flushed(writer: asyncio.StreamWriter) -> None:
    try:
        await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except OSError:
        pass  # the terminal has closed the connection: it waits for nothing any more


async def _linger(
    conversation: Conversation, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Acknowledge what comes until the terminal has finished, or has been silent for too long."""
    try:
        async with asyncio.timeout(LONGEST_LINGER_S):
            while conversation.end is None:
                async with asyncio.timeout(LINGER_S):
                    is_open = await _step(conversation, reader, writer)
                if not is_open:
                    return
    except TimeoutError:
        return
    await _flushed(writer)


def _result(
    end: Answered | Failure, duration_s: float, certificate: CertificatePeriod | None = None
) -> PollResult:
    if isinstance(end, Answered):
        return PollResult(
            Outcome.OK,
            duration_s,
            end.reading,
            end.detail,
            unreadable=end.unreadable,
            certificate=certificate,
        )
    return PollResult(end.outcome, duration_s, None, end.detail)
