"""An MQTT broker (MQTT 3.1.1) to which terminals, or agents beside them, publish their state."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from functools import partial
from secrets import token_hex
from typing import NamedTuple, Self, cast

import aiomqtt

from monitor.adapters.sources.mqtt_messages import Messages
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import GOOD, UNAUTHORIZED, RoundResult, TerminalReport
from monitor.ports.clock import Clock

PORT, TLS_PORT = 1883, 8883
"""The ports that IANA has assigned to MQTT."""

MOST_WAITING = 50_000
"""Messages that wait to be read; those beyond are lost, as with QoS 0 anywhere on their way."""

RETRY_S = 5.0
RETRY_REFUSED_S = 900.0
"""Some brokers lock an account after a few wrong passwords."""

_REFUSED_LOGIN = frozenset({4, 5, 134, 135})
"""Return codes of CONNACK: bad user name or password, not authorised (3.1.1 section 3.2.2.3, 5.0 3.2.2.2)."""

_REFUSED_SUBSCRIPTION = 0x80


class Broker(NamedTuple):
    """Where the broker is, and as whom posmon logs in; `tls` is None for a plain connection."""

    host: str
    port: int
    username: str | None
    password: str | None
    tls: ssl.SSLContext | None


class Inbox(asyncio.Queue[aiomqtt.Message]):
    """Messages that wait to be read; `lose` is called for one that finds no place."""

    def __init__(self, maxsize: int = 0, *, lose: Callable[[], None]) -> None:
        super().__init__(maxsize)
        self._lose = lose

    def put_nowait(self, item: aiomqtt.Message) -> None:
        """Keep a message, or lose it; the library would write a line to the log for each that is lost."""
        if self.full():
            self._lose()
        else:
            super().put_nowait(item)


class MqttTopics:
    """A `TerminalSource` that listens; an async context manager that owns its connection.

    `ask` begins to listen and after that says whether posmon does. Reports are delivered as `messages` come.
    A broker that hangs is found out within twice `keepalive_s` (MQTT 3.1.1 section 3.1.2.10).
    """

    def __init__(
        self,
        *,
        broker: Broker,
        messages: Messages,
        allowed: AddressPolicy,
        timeout_s: float,
        keepalive_s: int,
        clock: Clock,
    ) -> None:
        self._broker = broker
        self.messages = messages
        self._allowed = allowed
        self._timeout_s = timeout_s
        self._keepalive_s = keepalive_s
        self._clock = clock
        self._lost = 0
        self._state: RoundResult | None = None
        self._has_state = asyncio.Event()
        self._listener: asyncio.Task[None] | None = None
        self._deliver: Callable[[Sequence[TerminalReport]], None] = _drop

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.wait({self._listener})

    async def ask(self, deliver: Callable[[Sequence[TerminalReport]], None]) -> RoundResult:
        """Say whether posmon listens to the broker; see `TerminalSource.ask`."""
        self._deliver = deliver
        if self._listener is not None and self._listener.done():
            ended, self._listener = self._listener, None
            ended.result()  # it ends by an error of ours only: the caller logs it, the next call begins anew
        if self._listener is None:
            self._listener = asyncio.get_running_loop().create_task(self._keep_listening())
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._has_state.wait()
        except TimeoutError:
            return RoundResult(Outcome.TIMEOUT, "no answer in time")
        assert self._state is not None  # noqa: S101 - tells mypy: the event is set with it
        return self._state._replace(detail=self._losses()) if self._state.is_good else self._state

    def _losses(self) -> str:
        """Return how many messages came to nothing since the last call, "" for none."""
        unreadable, lost, self._lost = self.messages.drain_unreadable(), self._lost, 0
        phrases = (
            f"{unreadable} messages could not be read" if unreadable else "",
            f"{lost} messages were lost: more came than posmon reads" if lost else "",
        )
        return "; ".join(filter(None, phrases))

    def _lose(self) -> None:
        self._lost += 1

    async def _keep_listening(self) -> None:
        while True:
            try:
                self._note(await self._listen())
            except aiomqtt.MqttError as error:
                self._note(_failure(error))
            except (OSError, TimeoutError) as error:
                self._note(_failure_of_socket(error))
            is_refused = self._state is not None and self._state.result == UNAUTHORIZED
            await self._clock.sleep(RETRY_REFUSED_S if is_refused else RETRY_S)

    async def _listen(self) -> RoundResult:
        """Listen until the connection ends; return why there is none."""
        broker = self._broker
        if refusal := await self._refusal(broker.host, broker.port):
            return RoundResult(Outcome.REFUSED, refusal)
        client = aiomqtt.Client(
            broker.host,
            broker.port,
            username=broker.username,
            password=broker.password,
            identifier=f"posmon-{token_hex(6)}",
            tls_context=broker.tls,
            timeout=self._timeout_s,
            keepalive=self._keepalive_s,
            max_queued_incoming_messages=MOST_WAITING,
            queue_type=cast("type[asyncio.Queue[aiomqtt.Message]]", partial(Inbox, lose=self._lose)),
        )
        async with client:
            for topic in self.messages.filters:
                granted = await client.subscribe(topic)
                if any(_number(code) >= _REFUSED_SUBSCRIPTION for code in granted):
                    return RoundResult(UNAUTHORIZED, "the broker refuses the subscription")
            self._note(RoundResult(GOOD, is_complete=False))
            async for message in client.messages:
                self._take(message.topic.value, bytes(message.payload), is_retained=message.retain)
        return RoundResult(Outcome.RESET, "the broker closed the connection")

    async def _refusal(self, host: str, port: int) -> str:
        """Return why none of the addresses of `host` may be connected to, "" where each may be."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port)
        refused = [reason for *_, address in found if (reason := self._allowed.refusal(str(address[0])))]
        return f"address not allowed: {refused[0]}" if refused else ""

    def _note(self, state: RoundResult) -> None:
        self._state = state
        self._has_state.set()

    def _take(self, topic: str, payload: bytes, *, is_retained: bool) -> None:
        report = self.messages.read(topic, payload, is_retained=is_retained)
        if report is not None:
            self._deliver([report])


def _drop(_reports: Sequence[TerminalReport]) -> None:
    """Deliver to no one: nothing was asked yet."""


def _number(code: object) -> int:
    """Return a return code (3.1.1) or the value of a reason code (5.0), 0 where there is none."""
    number = getattr(code, "value", code)
    return number if type(number) is int else 0


def _failure(error: aiomqtt.MqttError) -> RoundResult:
    if isinstance(error, aiomqtt.MqttCodeError) and _number(error.rc) in _REFUSED_LOGIN:
        return RoundResult(UNAUTHORIZED, "the broker refuses the user name or the password")
    cause = error.__cause__ or error.__context__
    if isinstance(cause, OSError | TimeoutError):
        return _failure_of_socket(cause)
    return RoundResult(Outcome.RESET, "the broker closed the connection")


def _failure_of_socket(error: OSError | TimeoutError) -> RoundResult:
    if isinstance(error, TimeoutError):
        return RoundResult(Outcome.TIMEOUT, "no answer in time")
    if isinstance(error, ssl.SSLCertVerificationError):
        return RoundResult(Outcome.TLS, "its certificate is not trusted")
    if isinstance(error, ssl.SSLError):
        return RoundResult(Outcome.TLS, "handshake or record failed")
    if isinstance(error, ConnectionRefusedError):
        return RoundResult(Outcome.REFUSED, "no connection")
    is_name = type(error).__name__ == "gaierror"
    return (
        RoundResult(Outcome.DNS, "its name has no address")
        if is_name
        else RoundResult(Outcome.RESET, "no connection")
    )
