"""The meaning of response codes (ISO 8583 DE39), in the dialect of the host that gave them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class CodeCategory(StrEnum):
    """The category of a response code in any dialect; the label `category` of `posmon_events_total`."""

    APPROVED = "approved"
    WRONG_PIN = "wrong_pin"
    PIN_TRIES_EXCEEDED = "pin_tries_exceeded"
    PIN_DATA_FAULT = "pin_data_fault"
    KEY_FAULT = "key_fault"
    UNKNOWN_TERMINAL = "unknown_terminal"
    UNKNOWN_MERCHANT = "unknown_merchant"
    SIGN_IN_REQUIRED = "sign_in_required"
    NOT_PERMITTED = "not_permitted"
    PARAMETER_DOWNLOAD = "parameter_download"
    FRAUD_SUSPECTED = "fraud_suspected"
    CAPTURE_CARD = "capture_card"
    INVALID_CARD = "invalid_card"
    EXPIRED_CARD = "expired_card"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    CHIP_FALLBACK = "chip_fallback"
    ISSUER_TIMEOUT = "issuer_timeout"
    NETWORK = "network"
    HOST_MAINTENANCE = "host_maintenance"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCode:
    """One code of one dialect; `source` names where its meaning was published."""

    code: str
    category: CodeCategory
    text: str
    text_zh: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The codes that one kind of host gives, by code."""

    name: str
    codes: Mapping[str, ResponseCode] = field(default_factory=dict)


class ResponseCodes:
    """Every known dialect; a code that its dialect does not know is OTHER."""

    def __init__(self, dialects: Iterable[Dialect] = ()) -> None:
        self._dialects = {dialect.name: dialect for dialect in dialects}

    @property
    def dialects(self) -> tuple[str, ...]:
        """The names of the dialects, in the order given."""
        return tuple(self._dialects)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ResponseCodes):
            return NotImplemented
        return self._dialects == other._dialects

    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, dialect: str) -> Dialect:
        """Return a dialect; KeyError when there is none of that name."""
        return self._dialects[dialect]

    def find(self, dialect: str, code: str) -> ResponseCode | None:
        """Return a code of a dialect, None where code or dialect are not known."""
        known = self._dialects.get(dialect)
        return known.codes.get(code) if known else None

    def category(self, dialect: str, code: str) -> CodeCategory:
        """Return the category of a code."""
        found = self.find(dialect, code)
        return found.category if found else CodeCategory.OTHER
