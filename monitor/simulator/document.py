"""The heartbeat document as a terminal writes it (contract section 1); absent parts are not written."""

from msgspec import Struct, json

from monitor.domain.heartbeat.reading import (
    Activity,
    ComponentStatus,
    NetworkType,
    PinPadStatus,
    PrinterStatus,
    RegistrationStatus,
    SelfTestStatus,
)


class Battery(Struct, frozen=True, gc=False):
    """`percent` 0-100."""

    percent: float
    charging: bool


class Printer(Struct, frozen=True, gc=False):
    """Receipt printer."""

    status: PrinterStatus


class Registration(Struct, frozen=True, gc=False, omit_defaults=True):
    """`signed_in_at` is RFC 3339; None when the terminal has no valid sign-in."""

    status: RegistrationStatus
    signed_in_at: str | None = None


class PinPad(Struct, frozen=True, gc=False):
    """PIN entry device."""

    status: PinPadStatus


class Component(Struct, frozen=True, gc=False):
    """Card reader or display."""

    status: ComponentStatus


class Network(Struct, frozen=True, gc=False, omit_defaults=True):
    """`signal_dbm` None on a cable."""

    type: NetworkType
    host_reachable: bool
    signal_dbm: int | None = None


class SelfTest(Struct, frozen=True, gc=False, omit_defaults=True):
    """The last test of itself; `failed` names parts."""

    status: SelfTestStatus
    failed: tuple[str, ...] = ()


class TransactionEvent(Struct, frozen=True, gc=False, tag_field="type", tag="transaction"):
    """One transaction (contract section 2); `card_token` stands for a card, and never is its number."""

    id: str
    at: str
    response_code: str
    card_token: str
    operator_id: str
    amount_minor: int
    currency: str = "CNY"


class LoginEvent(Struct, frozen=True, gc=False, tag_field="type", tag="operator_login"):
    """One operator's sign-on at the terminal (contract section 2)."""

    id: str
    at: str
    operator_id: str
    success: bool


class Document(Struct, kw_only=True, omit_defaults=True):
    """One heartbeat, mutable so that faults can be worked into it; its parts are replaced whole."""

    terminal_id: str
    merchant_id: str
    serial_number: str
    vendor: str
    model: str
    firmware_version: str
    app_version: str
    sent_at: str
    uptime_seconds: int
    activity: Activity
    battery: Battery | None = None
    printer: Printer
    registration: Registration
    pin_pad: PinPad
    card_reader: Component
    display: Component
    network: Network
    unsent_transactions: int
    self_test: SelfTest
    temperature_celsius: float
    settled_at: str
    operator_password_changed_at: str
    boot_count: int
    configuration_version: str
    events: tuple[TransactionEvent | LoginEvent, ...]


encode = json.Encoder().encode
"""Return a document as UTF-8 JSON bytes."""
