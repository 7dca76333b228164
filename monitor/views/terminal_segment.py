"""A terminal id as one segment of a URL's path."""

from urllib.parse import quote

_DOTS = frozenset({".", ".."})
_MARK = "~"
"""No id begins with it. Clients take segments `.` and `..` out of a path, encoded or not (WHATWG URL)."""


def terminal_segment(terminal_id: str) -> str:
    """Return the segment that leads to a terminal: its id, quoted, but `~.` for `.` and `~..` for `..`."""
    if terminal_id in _DOTS:
        return f"{_MARK}{terminal_id}"
    # A command line may hold bytes that are no UTF-8.
    return quote(terminal_id, safe="", errors="surrogateescape")


def terminal_id_of(segment: str) -> str:
    """Return the id that an unquoted segment stands for."""
    return segment[1:] if segment[:1] == _MARK and segment[1:] in _DOTS else segment
