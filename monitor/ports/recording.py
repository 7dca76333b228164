"""Where finished polls are recorded."""

from collections.abc import Sequence
from typing import Protocol

from monitor.domain.recording.recorded_poll import NotedPoll


class Recording(Protocol):
    """Keeps polls for `posmon backtest`."""

    @property
    def fault(self) -> str:
        """Why nothing can be written now, "" while all is well."""
        ...

    @property
    def written_bytes(self) -> int:
        """Bytes written in this run."""
        ...

    def write(self, polls: Sequence[NotedPoll]) -> bool:
        """Append polls, one or more; False when they are lost. Blocks: call it from a thread."""
        ...
