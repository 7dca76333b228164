"""The heartbeat document as checked values. Absent means unknown, never faulty."""

from enum import StrEnum
from sys import intern
from typing import Annotated, Any

from msgspec import Meta, Struct

Percent = Annotated[float, Meta(ge=0, le=100)]
TerminalIdText = Annotated[str, Meta(max_length=64, extra_json_schema={"pattern": "^[A-Za-z0-9._:-]{1,64}$"})]
ShortText = Annotated[str, Meta(max_length=64)]
LongText = Annotated[str, Meta(max_length=128)]
Timestamp = Annotated[str, Meta(max_length=40, extra_json_schema={"format": "date-time"})]
Seconds = Annotated[int, Meta(ge=0, le=10**10)]
Dbm = Annotated[float, Meta(ge=-200, le=50)]
Count = Annotated[int, Meta(ge=0, le=10**9)]
Celsius = Annotated[float, Meta(ge=-100, le=300)]
PartName = Annotated[str, Meta(min_length=1, max_length=32)]
PartNames = Annotated[tuple[PartName, ...], Meta(max_length=16)]


class Activity(StrEnum):
    """What the terminal is doing."""

    IDLE = "idle"
    BUSY = "busy"
    MAINTENANCE = "maintenance"
    SLEEPING = "sleeping"
    LOCKED = "locked"


class PrinterStatus(StrEnum):
    """Receipt printer."""

    OK = "ok"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    PAPER_JAM = "paper_jam"
    COVER_OPEN = "cover_open"
    FAULT = "fault"


class RegistrationStatus(StrEnum):
    """Standing with the acquirer's host."""

    REGISTERED = "registered"
    PENDING = "pending"
    UNREGISTERED = "unregistered"
    SUSPENDED = "suspended"


class PinPadStatus(StrEnum):
    """PIN entry device; `TAMPERED` means its keys are erased."""

    OK = "ok"
    FAULT = "fault"
    TAMPERED = "tampered"


class ComponentStatus(StrEnum):
    """Card reader and display."""

    OK = "ok"
    FAULT = "fault"


class SelfTestStatus(StrEnum):
    """What the terminal's last test of itself came to."""

    OK = "ok"
    FAILED = "failed"


class NetworkType(StrEnum):
    """The link a terminal reports over."""

    ETHERNET = "ethernet"
    WIFI = "wifi"
    CELLULAR = "cellular"


class Battery(Struct, frozen=True, gc=False, omit_defaults=True):
    """`percent` 0-100; `charging` None when the terminal does not say."""

    percent: Percent | None = None
    charging: bool | None = None


class Printer(Struct, frozen=True, gc=False, omit_defaults=True):
    """The receipt printer's state."""

    status: PrinterStatus | None = None


class Registration(Struct, frozen=True, gc=False, omit_defaults=True):
    """Sign-in state with the host; `signed_in_at` is RFC 3339."""

    status: RegistrationStatus | None = None
    signed_in_at: Timestamp | None = None


class PinPad(Struct, frozen=True, gc=False, omit_defaults=True):
    """The PIN entry device's state."""

    status: PinPadStatus | None = None


class Component(Struct, frozen=True, gc=False, omit_defaults=True):
    """A card reader's or a display's state."""

    status: ComponentStatus | None = None


class Network(Struct, frozen=True, gc=False, omit_defaults=True):
    """`signal_dbm` in dBm; `host_reachable` is the terminal's own view of the acquirer's host."""

    type: NetworkType | None = None
    signal_dbm: Dbm | None = None
    host_reachable: bool | None = None


class SelfTest(Struct, frozen=True, gc=False, omit_defaults=True):
    """The last test of itself; `failed` names the parts that did not pass, as the terminal calls them."""

    status: SelfTestStatus | None = None
    failed: PartNames | None = None


_COMMON_WORDS = ("merchant_id", "vendor", "model", "firmware_version", "app_version")
_COMPONENTS = {part: part for part in map(Component, ComponentStatus)}
_COMMON_PARTS: dict[str, dict[Any, Any]] = {
    "printer": {part: part for part in map(Printer, PrinterStatus)},
    "pin_pad": {part: part for part in map(PinPad, PinPadStatus)},
    "card_reader": _COMPONENTS,
    "display": _COMPONENTS,
}


class Reading(Struct, gc=False, kw_only=True, omit_defaults=True):
    """One good heartbeat. Only `terminal_id` is always there.

    Only the terminal that keeps it changes it: see `keeps_up_with`.

    `terminal_id` is ISO 8583 DE41, right-stripped and in the form of `TERMINAL_ID`. Texts are printable,
    with spaces of any width.
    `sent_at` is RFC 3339 by the terminal's own clock; `uptime_seconds` since its last start. By that clock
    are also `settled_at`, when it last closed its batch with the host, and `operator_password_changed_at`.
    `boot_count` is how often the device has started since it was made or reset.
    """

    terminal_id: TerminalIdText
    merchant_id: ShortText | None = None
    serial_number: ShortText | None = None
    vendor: ShortText | None = None
    model: ShortText | None = None
    firmware_version: ShortText | None = None
    app_version: ShortText | None = None
    sent_at: Timestamp | None = None
    uptime_seconds: Seconds | None = None
    activity: Activity | None = None
    battery: Battery | None = None
    printer: Printer | None = None
    registration: Registration | None = None
    pin_pad: PinPad | None = None
    card_reader: Component | None = None
    display: Component | None = None
    network: Network | None = None
    unsent_transactions: Count | None = None
    self_test: SelfTest | None = None
    temperature_celsius: Celsius | None = None
    settled_at: Timestamp | None = None
    operator_password_changed_at: Timestamp | None = None
    boot_count: Count | None = None
    configuration_version: ShortText | None = None

    def keeps_up_with(self, later: "Reading") -> bool:
        """Take over the time and the uptime of a later heartbeat; return whether all else is equal.

        After False this reading is of no use any more.
        """
        self.sent_at = later.sent_at
        self.uptime_seconds = later.uptime_seconds
        return self == later

    def share(self) -> None:
        """Replace values that thousands of terminals share by one object each, to save memory."""
        for name in _COMMON_WORDS:
            word = getattr(self, name)
            if word is not None:
                setattr(self, name, intern(word))
        for name, shared in _COMMON_PARTS.items():
            part = getattr(self, name)
            if part is not None:
                setattr(self, name, shared.get(part, part))

    @property
    def battery_percent(self) -> float | None:
        """Charge in per cent, 0-100."""
        return self.battery.percent if self.battery else None

    @property
    def printer_status(self) -> PrinterStatus | None:
        """The printer's state."""
        return self.printer.status if self.printer else None

    @property
    def registration_status(self) -> RegistrationStatus | None:
        """The standing with the host."""
        return self.registration.status if self.registration else None

    @property
    def pin_pad_status(self) -> PinPadStatus | None:
        """The PIN entry device's state."""
        return self.pin_pad.status if self.pin_pad else None

    @property
    def card_reader_status(self) -> ComponentStatus | None:
        """The card reader's state."""
        return self.card_reader.status if self.card_reader else None

    @property
    def display_status(self) -> ComponentStatus | None:
        """The display's state."""
        return self.display.status if self.display else None
