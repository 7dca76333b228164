"""`zvt://`: one status enquiry (05 01), from the till's side.

posmon sends 05 01 and acknowledgements, and nothing else ever: registration, diagnosis, initialisation and
end of day change what a terminal does.
"""

from collections.abc import Callable

from monitor.adapters.collectors.http_json.failures import Failure
from monitor.adapters.collectors.sockets.conversation import Answered
from monitor.adapters.collectors.zvt.apdu import Apdu, ApduReader, encode
from monitor.adapters.collectors.zvt.completion import read_error, read_status
from monitor.domain.heartbeat.reading import Activity, Reading
from monitor.domain.polling.poll_result import Outcome

ENQUIRY = 0x0501
ACKNOWLEDGED = 0x8000
REFUSED_CLASS = 0x84
COMPLETION, ABORT = 0x060F, 0x061E
PROGRESS = frozenset({0x04FF, 0x040F, 0x06D1, 0x06D3})
"""Intermediate status, status information and print lines: they may come before the completion."""

NOT_POSSIBLE = 0x8483
MOST_BYTES = 1 << 18
SEND_TLV = b"\x03\x04"
"""Service byte (BMP 03): bit 2 asks for the TLV container."""

_ACKNOWLEDGEMENT = encode(ACKNOWLEDGED)


def in_use(detail: str) -> Answered:
    """Return what a terminal comes to that is there and does not answer: a till holds it, in most cases.

    A ZVT terminal serves one connection. Taken for offline, each sale would be an outage.
    """
    return Answered(Reading(terminal_id="", activity=Activity.BUSY), f"in use by a till: {detail}")


class StatusEnquiry:
    """The till's side of one status enquiry.

    The terminal is the master from its acknowledgement to its completion, which can take minutes: the
    enquiry is its cue for what is due, such as the end of day. So the connection is not closed before.
    """

    def __init__(self, *, password: str = "") -> None:
        self.end: Answered | Failure | None = None
        self.may_close = True
        self._password = password
        self._frames = ApduReader()
        self._received = 0
        self._answers: dict[int, Callable[[Apdu], bytes]] = {
            ACKNOWLEDGED: self._accepted,
            COMPLETION: self._completed,
            ABORT: self._aborted,
            **dict.fromkeys(PROGRESS, self._progressed),
        }

    def opening(self) -> bytes:
        """Return the enquiry; with a password it also asks for the TLV container."""
        return encode(ENQUIRY, bytes.fromhex(self._password) + SEND_TLV if self._password else b"")

    def receive(self, data: bytes) -> bytes:
        """Read bytes of the terminal; return the acknowledgements that they require."""
        self._received += len(data)
        if self._received > MOST_BYTES:
            too_much = Failure(Outcome.PROTOCOL, f"more than {MOST_BYTES} bytes before a completion")
            self.end = self.end or too_much
            self.may_close = True
            return b""
        return b"".join(map(self._answer, self._frames.feed(data)))

    def timed_out(self) -> Answered | Failure | None:
        """Tell a terminal at work from one that a till holds."""
        if not self.may_close:
            at_work = Reading(terminal_id="", activity=Activity.MAINTENANCE)
            return Answered(at_work, "still at work on its own")
        return in_use("it took the connection and did not answer")

    def closed(self) -> Answered | Failure | None:
        """Tell a terminal that a till holds from one that broke off its answer."""
        if not self.may_close:
            return Failure(Outcome.RESET, "connection closed before the completion")
        return in_use("it closed the connection")

    def _answer(self, apdu: Apdu) -> bytes:
        if apdu.control >> 8 == REFUSED_CLASS:
            self.end = Answered(*read_error(apdu.control & 0xFF))
            self.may_close = True
            return b""
        answer = self._answers.get(apdu.control)
        return answer(apdu) if answer is not None else encode(NOT_POSSIBLE)

    def _accepted(self, _apdu: Apdu) -> bytes:
        self.may_close = False
        return b""

    def _progressed(self, _apdu: Apdu) -> bytes:
        self.may_close = False
        return _ACKNOWLEDGEMENT

    def _completed(self, apdu: Apdu) -> bytes:
        self._finish(Answered(*read_status(apdu.data)))
        return _ACKNOWLEDGEMENT

    def _aborted(self, apdu: Apdu) -> bytes:
        error = apdu.data[0] if apdu.data else 0
        self._finish(Answered(*read_error(error)))
        return _ACKNOWLEDGEMENT

    def _finish(self, end: Answered) -> None:
        self.end = end
        self.may_close = True
