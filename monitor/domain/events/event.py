"""One thing that happened at a terminal. No field for PIN, PIN block, track or card number exists."""

from enum import StrEnum

from msgspec import Struct


class EventType(StrEnum):
    """The values are the label `type` of `posmon_events_total`."""

    TRANSACTION = "transaction"
    OPERATOR_LOGIN = "operator_login"


class Transaction(Struct, frozen=True, gc=False, kw_only=True):
    """One card transaction as its terminal reports it.

    `at` is unix seconds by the terminal's clock; `response_code` ISO 8583 DE39 in the terminal's dialect;
    `card` the keyed hash of the card token in lower-case hex, "" when none was given. `amount_minor` is in
    the minor unit of `currency` (ISO 4217).
    """

    id: str
    at: float
    response_code: str
    card: str = ""
    operator_id: str = ""
    amount_minor: int | None = None
    currency: str = ""


class OperatorLogin(Struct, frozen=True, gc=False, kw_only=True):
    """An operator signed on to the terminal, or failed to; `at` as in Transaction."""

    id: str
    at: float
    operator_id: str
    success: bool


class UnknownIdGiven(Struct, frozen=True, gc=False, kw_only=True):
    """A source pushed for a terminal id that the inventory does not know; no terminal reports this.

    `id` is the id as people may see it, `at` unix seconds by posmon's clock.
    """

    id: str
    at: float


Event = Transaction | OperatorLogin
