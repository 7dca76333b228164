"""Which alerts are meant, as the options say it."""

import re
from collections.abc import Iterable

from monitor.cli.output.text import inert

_COMMA = re.compile(r"(?<!\\),")


def read_term(text: str) -> tuple[str, tuple[str, ...]]:
    r"""Return key and values of `model=N910,N920`; `\,` is a comma in a value. Raises ValueError."""
    key, sign, written = text.partition("=")
    values = tuple(value.strip().replace("\\,", ",") for value in _COMMA.split(written))
    if not sign or not key.strip() or not all(values):
        raise ValueError(f"'{inert(text)}' is not a key and its values, such as site=mall or model=N910,N920")
    return key.strip(), values


def match_of(terms: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, list[str]]:
    """Return the match of several terms for the API; a key that stands twice has the values of both."""
    match: dict[str, list[str]] = {}
    for key, values in terms:
        known = match.setdefault(key, [])
        known += [value for value in values if value not in known]
    return match
