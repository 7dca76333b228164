"""An Adyen that is not there: who is connected, the inventory, and diagnoses of the simulated fleet.

It follows the descriptions of Adyen's Cloud Device API v1 and Management API v3. It shares no code with
posmon's client. Any key and any merchant is good.
"""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

import msgspec

from monitor.domain.heartbeat.reading import (
    Activity,
    ComponentStatus,
    PinPadStatus,
    PrinterStatus,
    RegistrationStatus,
)
from monitor.domain.instant import rfc3339
from monitor.simulator.document import Document
from monitor.simulator.listing import Listing

LARGEST_PAGE = 100

_CONNECTED = re.compile(r"/v1/merchants/([^/]+)/connectedDevices")
_SYNC = re.compile(r"/v1/merchants/([^/]+)/devices/([^/]+)/sync")
_TERMINALS = "/v3/terminals"
_SERVICE_ID = re.compile(r"[A-Za-z0-9]{1,10}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_HEAD = "HTTP/1.1 {status} {phrase}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
_STATUSES = {
    RegistrationStatus.REGISTERED: "boarded",
    RegistrationStatus.PENDING: "deployed",
    RegistrationStatus.UNREGISTERED: "inventory",
    RegistrationStatus.SUSPENDED: "boarded",
}
_PRINTERS = {
    PrinterStatus.OK: "OK",
    PrinterStatus.PAPER_LOW: "PaperLow",
    PrinterStatus.PAPER_OUT: "NoPaper",
    PrinterStatus.PAPER_JAM: "PaperJam",
    PrinterStatus.COVER_OPEN: "OutOfOrder",
    PrinterStatus.FAULT: "OutOfOrder",
}
_AWAY = "Did not receive a response from the POI."
_NO_DIAGNOSIS = "Only a diagnosis of the device in the path is served."


def adyen_id(terminal_id: str) -> str:
    """Return the POIID of a terminal: a model, a dash, and what is unique."""
    return f"SIM-{terminal_id}"


def respond_as_adyen(request: bytes, fleet: Callable[[], Listing]) -> bytes:
    """Return the whole response to a request: its target, a line with its key, its body."""
    target, _, rest = request.partition(b"\n")
    key, _, body = rest.partition(b"\n")
    path, _, query = target.decode("ascii", "replace").partition("?")
    path = unquote(path)
    if not key:
        return _problem(HTTPStatus.UNAUTHORIZED, "The key is missing.")
    if path == _TERMINALS:
        return _page(parse_qs(query), fleet())
    if _CONNECTED.fullmatch(path):
        online = [adyen_id(document.terminal_id) for document, is_online, _ in fleet() if is_online]
        return _response(HTTPStatus.OK, {"uniqueDeviceIds": online})
    asked = _SYNC.fullmatch(path)
    if asked is None:
        return _problem(HTTPStatus.NOT_FOUND, "There is nothing here.")
    return _sync(asked[2], body, fleet)


def _page(query: Mapping[str, list[str]], fleet: Listing) -> bytes:
    number, size = (_whole(query, name, usual) for name, usual in (("pageNumber", "1"), ("pageSize", "20")))
    if number < 1 or not 1 <= size <= LARGEST_PAGE:
        return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The page is none.")
    rows = [_row(document, seen) for document, _, seen in fleet[(number - 1) * size : number * size]]
    pages = -(-len(fleet) // size)
    return _response(HTTPStatus.OK, {"itemsTotal": len(fleet), "pagesTotal": pages, "data": rows})


def _whole(query: Mapping[str, list[str]], name: str, usual: str) -> int:
    """Return a whole number from 0 on, -1 for what is none."""
    written = query.get(name, [usual])[0]
    return int(written) if _NUMBER.fullmatch(written) else -1


def _row(document: Document, seen: float) -> dict[str, object]:
    assignment = {"companyId": "SimulatedCompany", "status": _STATUSES[document.registration.status]}
    return {
        "id": adyen_id(document.terminal_id),
        "model": document.model,
        "serialNumber": document.serial_number,
        "firmwareVersion": document.firmware_version,
        "assignment": assignment,
        "connectivity": {},
        "lastActivityAt": rfc3339(seen),
    }


def _sync(device: str, body: bytes, fleet: Callable[[], Listing]) -> bytes:
    try:
        message = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _problem(HTTPStatus.BAD_REQUEST, "The body is no JSON.")
    request = message.get("SaleToPOIRequest") if type(message) is dict else None
    header = request.get("MessageHeader") if type(request) is dict else None
    if type(request) is not dict or type(header) is not dict:
        return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The message has no header.")
    if not is_diagnosis(request, header, device):
        return _response(HTTPStatus.OK, event(header, _NO_DIAGNOSIS))
    for document, is_online, _ in fleet():
        if adyen_id(document.terminal_id) == device:
            answer = diagnosed(header, document) if is_online else event(header, _AWAY)
            return _response(HTTPStatus.OK, answer)
    return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "There is no such device.")


def is_diagnosis(request: Mapping[str, Any], header: Mapping[str, Any], device: str) -> bool:
    """Tell whether a message asks `device` for a diagnosis, and for nothing else."""
    wanted = {
        "ProtocolVersion": "3.0",
        "MessageClass": "Service",
        "MessageCategory": "Diagnosis",
        "MessageType": "Request",
        "POIID": device,
    }
    is_whole = all(header.get(name) == value for name, value in wanted.items()) and header.get("SaleID")
    service = header.get("ServiceID")
    is_named = type(service) is str and _SERVICE_ID.fullmatch(service) is not None
    return bool(is_whole) and is_named and request.keys() == {"MessageHeader", "DiagnosisRequest"}


def event(header: Mapping[str, Any], details: str) -> dict[str, object]:
    """Return the message that a request was rejected."""
    event = {"EventToNotify": "Reject", "EventDetails": urlencode({"message": details})}
    answer = {"MessageClass": "Event", "MessageCategory": "Event", "MessageType": "Notification"}
    return {"SaleToPOIRequest": {"MessageHeader": {**header, **answer}, "EventNotification": event}}


def diagnosed(header: Mapping[str, Any], document: Document) -> dict[str, object]:
    """Return what a terminal answers to a request with that header."""
    aside = {
        "firmwareVersion": document.firmware_version,
        "terminalId": header["POIID"],
        "unconfirmedBatchCount": document.unsent_transactions,
    }
    if document.battery is not None:
        aside["batteryLevel"] = f"{round(document.battery.percent)}%"
    diagnosis = {
        "Response": {"Result": "Success", "AdditionalResponse": urlencode(aside)},
        "POIStatus": _status(document),
    }
    answer = {**header, "MessageType": "Response"}
    return {"SaleToPOIResponse": {"MessageHeader": answer, "DiagnosisResponse": diagnosis}}


def _status(document: Document) -> dict[str, object]:
    words = {Activity.BUSY: "Busy", Activity.MAINTENANCE: "Maintenance"}
    is_pad_ok = document.pin_pad.status is PinPadStatus.OK
    reachable = words.get(document.activity, "OK") if document.network.host_reachable else "Unreachable"
    return {
        "GlobalStatus": reachable,
        "CommunicationOKFlag": document.network.host_reachable,
        "PrinterStatus": _PRINTERS[document.printer.status],
        "PEDOKFlag": is_pad_ok,
        "CardReaderOKFlag": document.card_reader.status is ComponentStatus.OK,
        "SecurityOKFlag": document.pin_pad.status is not PinPadStatus.TAMPERED,
        "FraudPreventionFlag": False,
    }


def _problem(status: HTTPStatus, detail: str) -> bytes:
    return _response(status, {"title": status.phrase, "status": int(status), "detail": detail})


def _response(status: HTTPStatus, document: Mapping[str, object]) -> bytes:
    body = msgspec.json.encode(document)
    head = _HEAD.format(status=int(status), phrase=status.phrase, length=len(body))
    return head.encode() + body
