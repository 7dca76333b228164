"""What the completion of a status enquiry says (PA00P015 section 2.56, chapter Terminal Status Codes)."""

from dataclasses import dataclass

import msgspec

from monitor.adapters.collectors.zvt.tlv import BadTlv, container_length, flatten
from monitor.domain.card_number import contains_card_number
from monitor.domain.heartbeat.reading import (
    Activity,
    Component,
    ComponentStatus,
    PinPad,
    PinPadStatus,
    Printer,
    PrinterStatus,
    Reading,
    Registration,
    RegistrationStatus,
)

TLV_BITMAP = 0x06
_LLLVAR_DIGITS = 3
_DIGITS = range(0xF0, 0xFA)
"""F0 to F9: the decimal digits of an LLLVAR length."""

_MOST_TEXT = 64

MODEL, SOFTWARE, SERIAL, DEVICE_STATE = 0x1F40, 0x1F41, 0x1F42, 0x1F43
"""Tags of the device's own description, within E4."""

_PIN_PAD_OK = PinPad(status=PinPadStatus.OK)
_PIN_PAD_FAULT = PinPad(status=PinPadStatus.FAULT)
_REGISTERED = Registration(status=RegistrationStatus.REGISTERED)
_PENDING = Registration(status=RegistrationStatus.PENDING)
_READER_FAULT = Component(status=ComponentStatus.FAULT)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one code says of a terminal: a phrase for people, and the parts of a reading it fixes."""

    says: str
    activity: Activity | None = None
    registration: Registration | None = None
    printer: Printer | None = None
    pin_pad: PinPad | None = None
    card_reader: Component | None = None

    def reading(self) -> Reading:
        """Return the reading that the code alone makes."""
        return Reading(
            terminal_id="",
            activity=self.activity,
            registration=self.registration,
            printer=self.printer,
            pin_pad=self.pin_pad,
            card_reader=self.card_reader,
        )


STATUS = {
    0x00: Meaning(
        "ready",
        activity=Activity.IDLE,
        registration=_REGISTERED,
        printer=Printer(status=PrinterStatus.OK),
        pin_pad=_PIN_PAD_OK,
        card_reader=Component(status=ComponentStatus.OK),
    ),
    0x51: Meaning("initialisation necessary", registration=_PENDING),
    0x62: Meaning("date or time wrong", registration=_REGISTERED),
    0x9C: Meaning("please wait", activity=Activity.MAINTENANCE),
    0x9D: Meaning("goods issued only in part", registration=_REGISTERED),
    0xB1: Meaning("memory full"),
    0xB2: Meaning("journal full"),
    0xBF: Meaning("voltage too low"),
    0xC0: Meaning("card lock defective", card_reader=_READER_FAULT),
    0xC1: Meaning("merchant card locked", registration=Registration(status=RegistrationStatus.SUSPENDED)),
    0xC2: Meaning("diagnosis required", registration=_PENDING),
    0xC4: Meaning("card profile invalid", registration=_PENDING),
    0xCC: Meaning("printer not ready", printer=Printer(status=PrinterStatus.FAULT)),
    0xDC: Meaning("card inserted", activity=Activity.BUSY),
    0xDF: Meaning("out of order", activity=Activity.LOCKED),
    0xE0: Meaning("remote maintenance", activity=Activity.MAINTENANCE),
    0xE1: Meaning("card not completely removed", activity=Activity.BUSY),
    0xE2: Meaning("card reader defective", card_reader=_READER_FAULT),
    0xE3: Meaning("shutter closed", activity=Activity.LOCKED),
    0xE4: Meaning("activation required", registration=Registration(status=RegistrationStatus.UNREGISTERED)),
    0xF0: Meaning("reconciliation required", registration=_REGISTERED),
    0xF6: Meaning("OPT data missing", registration=_PENDING),
}
"""The status byte. It names one condition; 00 says that none of them holds, which ends what they raised.

Every other byte leaves the parts unknown that it does not speak of.
"""

ERRORS = {
    0x6B: Meaning("function deactivated", registration=Registration(status=RegistrationStatus.UNREGISTERED)),
    0x7D: Meaning("communication module without contact"),
    0x83: Meaning("function not possible"),
    0x85: Meaning("key missing", pin_pad=_PIN_PAD_FAULT),
    0x89: Meaning("PIN pad defective", pin_pad=_PIN_PAD_FAULT),
    0x9B: Meaning("no connection to the host"),
    0x9C: Meaning("please wait", activity=Activity.MAINTENANCE),
    0xA1: Meaning("no connection to the host"),
    0xA3: Meaning("no connection to the host"),
    0xE2: Meaning("card reader defective", card_reader=_READER_FAULT),
    0xED: Meaning("PIN pad defective", pin_pad=_PIN_PAD_FAULT),
    0xFC: Meaning("a necessary device is missing"),
}
"""Error ids of 84 xx 00 and 06 1E 01 xx (PA00P015, chapter Error Messages).

Those about the host stand in the phrase only: no answer ever says that the host is reachable again.
"""

_DEVICE_STATES: dict[int, dict[str, object]] = {
    0x00: {"pin_pad": _PIN_PAD_OK},
    0x01: {"registration": _PENDING},
    0x02: {"pin_pad": _PIN_PAD_FAULT},
    0x03: {"pin_pad": PinPad(status=PinPadStatus.TAMPERED)},
}


def read_status(data: bytes) -> tuple[Reading, str]:
    """Return what the data of a completion says, and a phrase for people.

    A completion without a status byte, as some gateways send it, is an answer that says nothing. A status
    byte that the standard does not list leaves every part unknown and is named in the phrase. A TLV container
    that cannot be read costs only itself.
    """
    version, rest = _version(data)
    status, tlv = _status_and_tlv(rest)
    meaning = _named(status)
    parts: dict[str, object] = {"firmware_version": _text(version)} if version else {}
    says = meaning.says
    if tlv is not None:
        try:
            parts |= _described(flatten(tlv))
        except BadTlv:
            says = f"{says}; its TLV container cannot be read"
    return msgspec.structs.replace(meaning.reading(), **parts), says


def read_error(error: int) -> tuple[Reading, str]:
    """Return what an error id says, and a phrase for people; an unknown one leaves every part unknown."""
    meaning = ERRORS.get(error) or Meaning(f"error {error:02X}")
    return meaning.reading(), f"refused: {meaning.says}"


def _version(data: bytes) -> tuple[bytes, bytes]:
    """Cut off the software version: LLLVAR, whose first three bytes are F0 to F9 each.

    The status bytes F0 and F6 look like its first byte, so all three have to fit, and the length too.
    """
    digits = data[:_LLLVAR_DIGITS]
    if len(digits) < _LLLVAR_DIGITS or any(byte not in _DIGITS for byte in digits):
        return b"", data
    hundreds, tens, ones = (byte & 0xF for byte in digits)
    end = _LLLVAR_DIGITS + hundreds * 100 + tens * 10 + ones
    return (data[_LLLVAR_DIGITS:end], data[end:]) if end <= len(data) else (b"", data)


def _status_and_tlv(data: bytes) -> tuple[int | None, bytes | None]:
    """Tell status byte and container apart: 06 begins a container if the length behind it fits exactly."""
    tlv = _container(data)
    if tlv is not None or not data:
        return None, tlv
    return data[0], _container(data[1:])


def _container(data: bytes) -> bytes | None:
    if not data or data[0] != TLV_BITMAP:
        return None
    try:
        skip, length = container_length(data[1:])
    except BadTlv:
        return None
    body = data[1 + skip :]
    return body if len(body) == length else None


def _named(status: int | None) -> Meaning:
    if status is None:
        return Meaning("answered without a status")
    return STATUS.get(status) or Meaning(f"unknown status {status:02X}")


def _described(tags: dict[int, bytes]) -> dict[str, object]:
    """Return the parts of a reading that the device's own description holds."""
    parts: dict[str, object] = {}
    for name, tag in (("model", MODEL), ("firmware_version", SOFTWARE)):
        if text := _text(tags.get(tag, b"")):
            parts[name] = text
    # The standard calls the serial number BCD; a real terminal sent 11 E9 30 EC. Hexadecimal fits both.
    if serial := tags.get(SERIAL, b"")[: _MOST_TEXT // 2]:
        parts["serial_number"] = serial.hex()
    state = tags.get(DEVICE_STATE, b"")
    if state:
        parts.update(_DEVICE_STATES.get(state[0], {}))
    return parts


def _text(raw: bytes) -> str | None:
    """Return a printable text, None for anything else and for what could be a card number."""
    text = raw.decode("ascii", "replace").strip()[:_MOST_TEXT]
    return text if text.isprintable() and text.isascii() and not contains_card_number(text) else None
