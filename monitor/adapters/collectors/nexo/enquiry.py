"""`nexo+https://`: a sealed diagnosis of one terminal (nexo 3.0 in Adyen's Terminal API, local form)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from monitor.adapters.collectors.http_json.answer import Answer
from monitor.adapters.collectors.http_json.failures import Failure
from monitor.adapters.collectors.nexo.certificate import ANY_TERMINAL, Certificate, terminal_named_in
from monitor.adapters.collectors.sockets.conversation import Answered
from monitor.adapters.nexo.sealing import BadSeal, Sealing
from monitor.adapters.sources.nexo_diagnosis import NexoAnswer, diagnosis_of, diagnosis_request
from monitor.adapters.sources.reports import report_of, terminal_id_of
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.inventory.endpoint import Endpoint
from monitor.domain.polling.poll_result import Outcome

PATH = "/nexo"

_OTHER_TERMINAL = "another terminal answers"
_NO_TERMINAL = Failure(Outcome.TLS, "certificate is of no terminal of Adyen's")
_NOT_JSON = Failure(Outcome.PROTOCOL, "the answer is not JSON")
_GONE = Failure(Outcome.REPORTED_OFFLINE, "it says that it is not there for requests")
_UNAUTHORIZED = Failure(Outcome.HTTP_STATUS, "status 401")
_KEY_REFUSED = Failure(Outcome.HTTP_STATUS, "status 401: it does not know the key of polling.nexo")
_HEAD = (
    "POST {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: posmon\r\nAccept: application/json\r\n"
    "Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
)


class DiagnosisEnquiry:
    """Asks the terminal that `endpoint` names, which has shown `certificate`; a `Conversation`.

    A terminal with the certificate of another one is asked nothing.
    """

    def __init__(self, *, key: Sealing, endpoint: Endpoint, certificate: Certificate) -> None:
        self.may_close = True
        self.end: Answered | Failure | None = None
        self._key = key
        self._poi_id = endpoint.target
        self._host = endpoint.authority
        self._request = diagnosis_request(self._poi_id)
        self._answer = Answer()
        named = terminal_named_in(certificate)
        if named is None:
            self.end = _NO_TERMINAL
        elif named not in (self._poi_id, ANY_TERMINAL):
            self.end = _another(named)

    def opening(self) -> bytes:
        """Return the whole request."""
        if self.end is not None:
            return b""
        body = msgspec.json.encode(self._key.seal(self._request))
        return _HEAD.format(path=PATH, host=self._host, length=len(body)).encode() + body

    def receive(self, data: bytes) -> bytes:
        """Read the answer; there is nothing more to send."""
        if self.end is None and self._answer.feed(data):
            self.end = self._read()
        return b""

    def timed_out(self) -> None:
        """Nothing special."""

    def closed(self) -> Answered | Failure:
        """Take the end of the connection for the end of the answer."""
        self._answer.end()
        return self._read()

    def _read(self) -> Answered | Failure:
        failure = self._answer.failure
        if failure is not None:
            return _KEY_REFUSED if failure == _UNAUTHORIZED else failure
        try:
            document = msgspec.json.decode(self._answer.body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return _NOT_JSON
        try:
            message = self._key.unseal(document, request=self._request)
        except BadSeal as error:
            return Failure(Outcome.PROTOCOL, f"the answer {error}")
        named = _terminal_of(message)
        if named not in (None, self._poi_id):
            return _another(named)
        return _end_of(self._poi_id, diagnosis_of(message, self._poi_id))


def _end_of(poi_id: str, answer: NexoAnswer) -> Answered | Failure:
    """Return what a poll comes to that has brought this answer of the terminal `poi_id`."""
    if answer.is_away:
        return _GONE
    if not answer.fields and not answer.problems:
        # What only tells of the request: the terminal is there, and nothing more is known.
        return Answered(detail=answer.note)
    model, _, serial = poi_id.rpartition("-")
    said = {name: value for name, value in answer.fields.items() if value is not None}
    fields = {"model": model, "serial_number": serial, **said}
    report = report_of(poi_id, fields, problems=answer.problems)
    return Answered(report.reading, answer.note, unreadable=report.unreadable)


def _terminal_of(message: object) -> object:
    """Return the POIID that an answer names, None for one that names none."""
    response = message.get("SaleToPOIResponse") if type(message) is dict else None
    header: Mapping[str, Any] | None = response.get("MessageHeader") if type(response) is dict else None
    return header.get("POIID") if type(header) is dict else None


def _another(named: object) -> Answered | Failure:
    """Return what it comes to that the terminal `named` answers in place of the one that was asked."""
    terminal = terminal_id_of(named)
    if terminal is None:
        return Failure(Outcome.PROTOCOL, _OTHER_TERMINAL)
    return Answered(Reading(terminal_id=terminal), _OTHER_TERMINAL)
