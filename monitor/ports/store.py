"""Where transitions are made durable before anyone is told."""

from collections.abc import Sequence
from typing import Protocol

from monitor.domain.alert import Transition


class Store(Protocol):
    """The journal of alert transitions. A transition is committed before its alert is sent."""

    async def commit(self, transitions: Sequence[Transition]) -> None:
        """Make `transitions` durable, all or none, in order."""
        ...

    async def history(self, subject: str, *, limit: int) -> Sequence[Transition]:
        """Return the last `limit` transitions about `subject`, newest first."""
        ...
