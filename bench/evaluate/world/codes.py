"""What hosts write when they mean something, by dialect: a table of the generator's own."""

from monitor.domain.events.response_codes import CodeCategory as C

_UNIONPAY = {
    C.APPROVED: "00",
    C.WRONG_PIN: "55",
    C.PIN_TRIES_EXCEEDED: "75",
    C.PIN_DATA_FAULT: "99",
    C.KEY_FAULT: "A0",
    C.UNKNOWN_TERMINAL: "97",
    C.INSUFFICIENT_FUNDS: "51",
    C.EXPIRED_CARD: "54",
    C.INVALID_CARD: "14",
    C.CHIP_FALLBACK: "45",
    C.ISSUER_TIMEOUT: "68",
    C.NETWORK: "91",
    C.OTHER: "Z9",
}
_GICC = _UNIONPAY | {
    C.UNKNOWN_TERMINAL: "58",
    C.KEY_FAULT: "97",
    C.CHIP_FALLBACK: "05",
    C.ISSUER_TIMEOUT: "91",
    C.NETWORK: "96",
}
_ISO_1993 = {
    C.APPROVED: "000",
    C.WRONG_PIN: "117",
    C.PIN_TRIES_EXCEEDED: "106",
    C.PIN_DATA_FAULT: "126",
    C.KEY_FAULT: "128",
    C.INSUFFICIENT_FUNDS: "116",
    C.EXPIRED_CARD: "101",
    C.INVALID_CARD: "111",
    C.CHIP_FALLBACK: "100",
    C.ISSUER_TIMEOUT: "911",
    C.NETWORK: "907",
    C.OTHER: "100",
}
CODES = {"unionpay": _UNIONPAY, "gicc": _GICC, "iso8583-1993": _ISO_1993}
OTHER_DIALECTS = ("gicc", "iso8583-1993")


def knows_unknown_terminals(dialect: str) -> bool:
    """Tell whether hosts of this dialect have a word for a terminal they do not know."""
    return C.UNKNOWN_TERMINAL in CODES[dialect]
