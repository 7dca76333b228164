"""Faults of a terminal id that show without looking it up."""

from monitor.domain.inventory.terminal import TERMINAL_ID

_DEFAULTS = frozenset({"12345678", "87654321", "01234567", "FFFFFFFF", "DEFAULT", "TEST", "UNKNOWN"})


def id_shape(terminal_id: str) -> str:
    """Return `empty`, `garbled` or `default` (what makers put in before set-up), "" for one like any other.

    An id of one character repeated is a default; the other defaults are posmon's choice (unsourced).
    """
    stripped = terminal_id.strip(" ")
    if not stripped:
        return "empty"
    if TERMINAL_ID.fullmatch(stripped) is None:
        return "garbled"
    is_repeated = len(stripped) > 1 and len(set(stripped)) == 1
    return "default" if is_repeated or stripped.upper() in _DEFAULTS else ""
