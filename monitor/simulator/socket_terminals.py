"""Simulated terminals that speak another protocol than HTTP: ZVT terminals and receipt printers.

Each has a port of its own. What befalls a terminal in a scenario shows in what its protocol can say.
"""

import asyncio
from collections.abc import Callable

from monitor.domain.heartbeat.reading import (
    Activity,
    ComponentStatus,
    PinPadStatus,
    PrinterStatus,
    RegistrationStatus,
)
from monitor.simulator.document import Document

SayDocument = Callable[[], Document]
"""Returns what a terminal would say now."""

_ACKNOWLEDGEMENT = b"\x80\x00\x00"
_COMPLETION = b"\x06\x0f"
_ENQUIRY = b"\x05\x01"
_NOT_POSSIBLE = b"\x84\x83\x00"

_READY, _INITIALISE, _SUSPENDED, _ACTIVATE, _PRINTER = 0x00, 0x51, 0xC1, 0xE4, 0xCC
_CARD_INSERTED, _OUT_OF_ORDER, _REMOTE_MAINTENANCE, _READER = 0xDC, 0xDF, 0xE0, 0xE2
_BY_REGISTRATION = {
    RegistrationStatus.PENDING: _INITIALISE,
    RegistrationStatus.SUSPENDED: _SUSPENDED,
    RegistrationStatus.UNREGISTERED: _ACTIVATE,
}
_BY_ACTIVITY = {
    Activity.BUSY: _CARD_INSERTED,
    Activity.LOCKED: _OUT_OF_ORDER,
    Activity.MAINTENANCE: _REMOTE_MAINTENANCE,
}
_DEVICE_STATES = {PinPadStatus.FAULT: 0x02, PinPadStatus.TAMPERED: 0x03}
_PRINTS = frozenset({PrinterStatus.OK, PrinterStatus.PAPER_LOW})


class SocketTerminal(asyncio.Protocol):
    """One connection to a simulated terminal; `answer` turns what arrived into what is sent."""

    _transport: asyncio.Transport

    def __init__(self, say: SayDocument, connections: set[asyncio.Transport]) -> None:
        self._say = say
        self._connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; called by the event loop."""
        self._transport = transport  # type: ignore[assignment]
        self._connections.add(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- the protocol's signature
        """End; called by the event loop."""
        self._connections.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        """Take bytes; called by the event loop."""
        if sent := self.answer(data):
            self._transport.write(sent)

    def answer(self, data: bytes) -> bytes:
        """Return what is sent for `data`."""
        raise NotImplementedError


class ZvtTerminal(SocketTerminal):
    """Answers the status enquiry (05 01) and refuses every other command."""

    def answer(self, data: bytes) -> bytes:
        """Acknowledge the enquiry and complete it at once."""
        if data.startswith(_ENQUIRY):
            body = completion_of(self._say())
            return _ACKNOWLEDGEMENT + _COMPLETION + bytes([len(body)]) + body
        return b"" if data == _ACKNOWLEDGEMENT else _NOT_POSSIBLE


class EscposPrinter(SocketTerminal):
    """Answers DLE EOT 1 to 4 with one status byte each."""

    def answer(self, data: bytes) -> bytes:
        """Answer each question in `data`."""
        status = self._say().printer.status
        return bytes(status_byte(question[0], status) for question in data.split(b"\x10\x04")[1:] if question)


def completion_of(document: Document) -> bytes:
    """Return the data of a completion: software version, status byte and the device's description."""
    version = document.firmware_version.encode("ascii", "replace")
    model = document.model.encode("ascii", "replace")
    device = _tlv(0x1F40, model) + _tlv(0x1F43, bytes([_DEVICE_STATES.get(document.pin_pad.status, 0)]))
    container = _tlv(0xE4, device)
    return _lllvar(version) + bytes([_status_of(document), 0x06, len(container)]) + container


def _status_of(document: Document) -> int:
    """Return the one status byte: a ZVT terminal names only the first thing that is wrong."""
    if document.registration.status in _BY_REGISTRATION:
        return _BY_REGISTRATION[document.registration.status]
    if document.card_reader.status is ComponentStatus.FAULT:
        return _READER
    if document.printer.status not in _PRINTS:
        return _PRINTER
    return _BY_ACTIVITY.get(document.activity, _READY)


def _lllvar(text: bytes) -> bytes:
    return bytes(0xF0 + int(digit) for digit in f"{len(text):03d}") + text


def _tlv(tag: int, value: bytes) -> bytes:
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big") + bytes([len(value)]) + value


def status_byte(question: int, status: PrinterStatus) -> int:
    """Return the answer to DLE EOT `question` of a printer with that status."""
    bits = {
        PrinterStatus.PAPER_LOW: {4: 0x0C},
        PrinterStatus.PAPER_OUT: {1: 0x08, 2: 0x20, 4: 0x6C},
        PrinterStatus.COVER_OPEN: {1: 0x08, 2: 0x04},
        PrinterStatus.PAPER_JAM: {1: 0x08, 2: 0x40, 3: 0x08},
        PrinterStatus.FAULT: {1: 0x08, 2: 0x40, 3: 0x20},
    }
    return 0x12 | bits.get(status, {}).get(question, 0)
