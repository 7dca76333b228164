import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.collectors.zvt.completion import ERRORS, STATUS, read_error, read_status
from monitor.domain.heartbeat.reading import (
    Activity,
    ComponentStatus,
    PinPadStatus,
    PrinterStatus,
    Reading,
    RegistrationStatus,
)

DEVICE = "E4 12 1F40 04 56583832 1F42 04 11E930EC 1F43 01 00"
"""A device's description: model VX82, serial number 11e930ec, state ready."""


def lllvar(text: str) -> bytes:
    """Return a text with its length in three digits."""
    return bytes(0xF0 + int(digit) for digit in f"{len(text):03d}") + text.encode()


def container(written: str) -> bytes:
    """Return bitmap 06 with a container."""
    data = bytes.fromhex(written)
    return bytes([0x06, len(data)]) + data


@pytest.mark.parametrize(
    ("data", "version", "says"),
    [
        (b"", None, "answered without a status"),
        (b"\xdc", None, "card inserted"),
        (b"\x06", None, "unknown status 06"),
        (b"\xf0", None, "reconciliation required"),
        (b"\xf6" + container("1F4301 00"), None, "OPT data missing"),
        (lllvar("2.0.9"), "2.0.9", "answered without a status"),
        (lllvar("2.0.9") + b"\x00", "2.0.9", "ready"),
        (lllvar("2.0.9") + b"\x06", "2.0.9", "unknown status 06"),
        (lllvar("2.0.9") + b"\xf0" + container("1F4301 00"), "2.0.9", "reconciliation required"),
        (b"\xf0\xf9\xf9", None, "reconciliation required"),
        (b"\xf0\xfa\xf1A", None, "reconciliation required"),
        (container("1F4301 00"), None, "answered without a status"),
        (b"\x00\x06\x81\x01", None, "ready"),
    ],
)
def test_what_stands_where(data: bytes, version: str | None, says: str) -> None:
    """Version, status byte and container are each optional, and are told apart by their form."""
    reading, phrase = read_status(data)
    assert (reading.firmware_version, phrase) == (version, says)


def test_the_device_describes_itself() -> None:
    """The container holds model, serial number and state of the device."""
    reading, _ = read_status(b"\x00" + container(DEVICE))
    assert (reading.model, reading.serial_number) == ("VX82", "11e930ec")
    assert reading.registration_status is RegistrationStatus.REGISTERED
    assert reading.pin_pad_status is PinPadStatus.OK


@pytest.mark.parametrize(
    ("state", "pin_pad"), [("02", PinPadStatus.FAULT), ("03", PinPadStatus.TAMPERED), ("07", PinPadStatus.OK)]
)
def test_a_device_without_keys(state: str, pin_pad: PinPadStatus | None) -> None:
    """State 02 is a terminal without keys, 03 one whose tamper detection has fired; others change nothing."""
    reading, _ = read_status(b"\x00" + container(f"1F4301 {state}"))
    assert reading.pin_pad_status is pin_pad


def test_ready_ends_what_other_statuses_raised() -> None:
    """A terminal that is ready has a printer, a card reader and a PIN pad that work."""
    reading, _ = read_status(bytes([0x00]))
    assert reading.printer_status is PrinterStatus.OK
    assert reading.card_reader_status is ComponentStatus.OK
    assert reading.pin_pad_status is PinPadStatus.OK


def test_a_broken_container_costs_itself_only() -> None:
    """The status byte counts all the same."""
    reading, says = read_status(b"\x00" + container("1F40 7F"))
    assert (reading.activity, says) == (Activity.IDLE, "ready; its TLV container cannot be read")


def test_a_card_number_is_no_version() -> None:
    """A text that could be a card number is dropped."""
    reading, _ = read_status(lllvar("4111111111111111") + b"\x00")
    assert reading.firmware_version is None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (0x51, RegistrationStatus.PENDING),
        (0xC1, RegistrationStatus.SUSPENDED),
        (0xE4, RegistrationStatus.UNREGISTERED),
        (0xCC, PrinterStatus.FAULT),
        (0xE2, ComponentStatus.FAULT),
        (0xDF, Activity.LOCKED),
        (0xE0, Activity.MAINTENANCE),
    ],
)
def test_each_status_byte_fixes_its_part(status: int, expected: object) -> None:
    """A status byte says something of one part and leaves the others unknown."""
    reading, _ = read_status(bytes([status]))
    known = {
        reading.registration_status,
        reading.printer_status,
        reading.card_reader_status,
        reading.activity,
    }
    assert known - {None} == {expected}


@pytest.mark.parametrize(("error", "pin_pad"), [(0x85, PinPadStatus.FAULT), (0x89, PinPadStatus.FAULT)])
def test_an_error_id_fixes_its_part(error: int, pin_pad: PinPadStatus) -> None:
    """A terminal without keys refuses the enquiry with error 85."""
    reading, says = read_error(error)
    assert reading.pin_pad_status is pin_pad
    assert says == f"refused: {ERRORS[error].says}"


def test_an_unknown_error_leaves_everything_unknown() -> None:
    """Never ok: an id that no standard lists is named, and says nothing."""
    assert read_error(0x77) == (Reading(terminal_id=""), "refused: error 77")


@given(status=st.integers(min_value=0, max_value=255).filter(lambda status: status not in STATUS))
def test_an_unknown_status_byte_is_never_ok(status: int) -> None:
    """A byte that the standard does not list leaves every part unknown."""
    assert read_status(bytes([status]))[0] == Reading(terminal_id="")


@given(data=st.binary(max_size=300))
def test_any_completion_is_read(data: bytes) -> None:
    """Whatever a terminal sends, there is a reading whose texts are short and printable."""
    reading, says = read_status(data)
    for text in (reading.model, reading.firmware_version, reading.serial_number, says):
        assert text is None or (text.isprintable() and len(text) <= 100)
