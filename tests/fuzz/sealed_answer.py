"""What a terminal of Adyen's answers in the local network, in the clear and sealed with the right key."""

from typing import Any

import msgspec

from monitor.adapters.collectors.http_json.failures import Failure
from monitor.adapters.collectors.nexo.enquiry import DiagnosisEnquiry
from monitor.adapters.nexo.sealed_message import NexoKey
from monitor.domain.inventory.endpoint import Endpoint

_KEY = NexoKey(identifier="fuzz", version=1, passphrase="fuzz" * 3)
_ENDPOINT = Endpoint(secure=True, host="192.0.2.7", port=8443, target="V400m-1", is_address=True)
_CERTIFICATE = {"subject": ((("commonName", "V400m-1.test.terminal.adyen.com"),),)}
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


def read_answers(data: bytes, mark: str) -> None:
    """Read `data` as an answer, and as the content of a sealed one; no detail may repeat `mark`."""
    _read(data, mark)
    try:
        content = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return
    for name in ("SaleToPOIResponse", "SaleToPOIRequest"):
        message = content.get(name) if type(content) is dict else None
        if type(message) is dict:
            _read(None, mark, {name: message})


def _read(body: bytes | None, mark: str, message: dict[str, Any] | None = None) -> None:
    enquiry = DiagnosisEnquiry(key=_KEY, endpoint=_ENDPOINT, certificate=_CERTIFICATE)
    asked = msgspec.json.decode(enquiry.opening().partition(b"\r\n\r\n")[2])["SaleToPOIRequest"]
    for name, content in (message or {}).items():
        # Its number is random, and a sealed answer has to have it.
        found = content.get("MessageHeader")
        header = (found if type(found) is dict else {}) | {"ServiceID": asked["MessageHeader"]["ServiceID"]}
        body = msgspec.json.encode(_KEY.seal({name: {**content, "MessageHeader": header}}))
    body = body or b""
    enquiry.receive(_HEAD % len(body) + body)
    end = enquiry.end or enquiry.closed()
    assert mark not in end.detail
    if not isinstance(end, Failure):
        assert all(mark not in phrase for phrase in end.unreadable)
