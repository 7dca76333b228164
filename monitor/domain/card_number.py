"""Recognising card numbers where none belong (PCI DSS 4, requirement 3: store as little as possible)."""

import re
import unicodedata
from functools import cache
from itertools import cycle

_WRITTEN = re.compile(
    r"(?<![0-9])(?:"
    r"[0-9]{14,19}"
    r"|[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{1,3})?"
    r"|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5}"
    r")(?![0-9])"
)
# Issuer ranges and lengths as the schemes publish them. A bare check digit would take every tenth
# shop, phone or merchant number for a card: 15 digits are an IMEI unless American Express issued
# them, 13 digits (the first Visa cards, long gone) are a shop's GS1 number.
_ISSUED = re.compile(
    r"3[47][0-9]{13}"
    r"|3(?:0[0-59]|[689][0-9])[0-9]{11}"
    r"|(?:2[2-7]|3[05689]|[4569][0-9]|81)[0-9]{14,17}"
)
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def contains_card_number(text: str) -> bool:
    """Tell whether `text` holds 14 to 19 digits, grouped or not, that an issuer could have given out.

    Digits, spaces and dashes of any script count: tills write full-width ones, too.
    """
    if not text.isascii():
        text = text.translate(_in_ascii())
    return any(_is_card_number(found.group()) for found in _WRITTEN.finditer(text))


@cache
def _in_ascii() -> dict[int, str]:
    """Return what digits, spaces and dashes beyond ASCII, up to U+FFFF, stand for."""
    table = {}
    for sign in map(chr, range(0x80, 0x10000)):
        match unicodedata.category(sign):
            case "Nd":
                table[ord(sign)] = str(unicodedata.decimal(sign))
            case "Zs":
                table[ord(sign)] = " "
            case "Pd":
                table[ord(sign)] = "-"
    return table


def _is_card_number(written: str) -> bool:
    digits = written.replace(" ", "").replace("-", "")
    return _ISSUED.fullmatch(digits) is not None and passes_luhn(digits)


def passes_luhn(digits: str) -> bool:
    """Tell whether the last of `digits` is their check digit (ISO/IEC 7812-1, annex B)."""
    pairs = zip(map(int, reversed(digits)), cycle((False, True)), strict=False)
    return sum(_DOUBLED[digit] if is_doubled else digit for digit, is_doubled in pairs) % 10 == 0
