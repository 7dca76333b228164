"""`tcp://`: a port that takes a connection, and nothing else."""

from monitor.adapters.collectors.http_json.failures import Failure
from monitor.adapters.collectors.sockets.conversation import Answered


class Reachability:
    """Ends as soon as the connection is open. A terminal that is in use by its till is not disturbed."""

    def __init__(self) -> None:
        self.end: Answered | Failure | None = None
        self.may_close = True

    def opening(self) -> bytes:
        """Send nothing: the open connection is the answer."""
        self.end = Answered()
        return b""

    def receive(self, _data: bytes) -> bytes:
        """Ignore all bytes."""
        return b""

    def timed_out(self) -> None:
        """Nothing special."""

    def closed(self) -> None:
        """Nothing special."""
