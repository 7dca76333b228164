"""What the client knows of each terminal, and of each poll under way."""

from collections.abc import Callable

from monitor import __version__
from monitor.adapters.collectors.http_json.connection import Connection
from monitor.adapters.collectors.http_json.dialling import Dialling
from monitor.adapters.collectors.http_json.failures import Failure
from monitor.adapters.collectors.http_json.keep_alive import KeepAliveMemory
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.inventory.endpoint import BadEndpoint, Endpoint, parse_endpoint
from monitor.domain.polling.cadence import KeepAlive
from monitor.domain.polling.poll_result import CertificatePeriod, Outcome, PollResult
from monitor.ports.collector import PollTarget

_TAIL = (
    f"User-Agent: posmon/{__version__}\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n\r\n"
).encode()
_TAIL_CLOSING = b"Connection: close\r\n" + _TAIL


class Peer(KeepAliveMemory):
    """One terminal between polls, and what was learned of it. There is one for each, so it is kept small.

    `objection` says why this endpoint is never contacted. `exchange` is the poll under way.
    """

    __slots__ = ("_head", "exchange", "is_secure", "objection", "url")

    def __init__(self, *, url: str, policy: AddressPolicy) -> None:
        super().__init__()
        self.url = url
        self.exchange: Exchange | None = None
        self.objection: Failure | None = None
        self.is_secure = False
        self._head = b""
        try:
            endpoint = parse_endpoint(url)
        except BadEndpoint as error:
            self.objection = Failure(Outcome.REFUSED, f"endpoint not usable: {error}")
            return
        if endpoint.is_address and (reason := policy.refusal(endpoint.host)):
            self.objection = Failure(Outcome.REFUSED, f"address not allowed: {reason}")
        self.is_secure = endpoint.secure
        self._head = f"GET {endpoint.target} HTTP/1.1\r\nHost: {endpoint.authority}\r\n".encode()

    def destination(self) -> Endpoint:
        """Return where to connect to; only without an objection, else BadEndpoint."""
        # Found out anew each time: kept, it would take more room than all the rest of this object.
        return parse_endpoint(self.url)

    def request(self, *, keep: bool) -> bytes:
        """Return the bytes to send; without `keep` the terminal is told that no more will come."""
        return self._head + (_TAIL if keep else _TAIL_CLOSING)


class Exchange:
    """One poll from beginning to end. `is_over` guards that it ends once.

    `started` is in monotonic seconds. `is_reused`: the connection carried earlier polls. `mode` says what to
    do with the connection, and `keeps` that the terminal was asked to keep it. `slice_` is where its deadline
    waits. `certificate` is that of a new TLS connection.
    """

    __slots__ = (
        "certificate",
        "connection",
        "dialling",
        "done",
        "is_over",
        "is_reused",
        "keeps",
        "mode",
        "peer",
        "slice_",
        "started",
        "target",
    )

    def __init__(
        self, *, peer: Peer, target: PollTarget, done: Callable[[PollResult], None], started: float
    ) -> None:
        self.peer = peer
        self.target = target
        self.done = done
        self.started = started
        self.mode: KeepAlive = "never"
        self.keeps = False
        self.is_reused = False
        self.is_over = False
        self.connection: Connection[Peer] | None = None
        self.dialling: Dialling | None = None
        self.slice_: set[Exchange] | None = None
        self.certificate: CertificatePeriod | None = None
