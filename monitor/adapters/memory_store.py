"""A journal that lasts as long as the process."""

from collections import deque
from collections.abc import Sequence
from itertools import islice

from monitor.domain.alert import Transition

CAPACITY = 20_000


class MemoryStore:
    """The Store port in memory; keeps the last `capacity` transitions of the whole fleet."""

    def __init__(self, *, capacity: int = CAPACITY) -> None:
        self._journal: deque[Transition] = deque(maxlen=capacity)

    async def commit(self, transitions: Sequence[Transition]) -> None:
        """Append `transitions`; the oldest make room."""
        self._journal.extend(transitions)

    async def history(self, subject: str, *, limit: int) -> Sequence[Transition]:
        """Return the last `limit` transitions about `subject`, newest first."""
        about = (transition for transition in reversed(self._journal) if transition.subject == subject)
        return list(islice(about, max(0, limit)))
