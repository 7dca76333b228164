"""The outcome of the attempts to load configuration and inventory."""

from monitor.domain.instant import Instant


class ReloadStatus:
    """The last attempt, the first load included.

    `successful` says how it ended; `attempted` and `succeeded` when the last attempt and the last
    success were, None before the first.
    """

    def __init__(self) -> None:
        self.successful = False
        self.attempted: Instant | None = None
        self.succeeded: Instant | None = None

    def note(self, *, successful: bool, now: Instant) -> None:
        """Note the outcome of an attempt."""
        self.successful = successful
        self.attempted = now
        if successful:
            self.succeeded = now
