"""How a recording gets on."""

from typing import NamedTuple


class RecordingProgress(NamedTuple):
    """Polls written and given up in this run, bytes written, and whether nothing can be written now."""

    recorded: int
    lost: int
    written_bytes: int
    is_failing: bool
