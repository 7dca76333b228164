"""Where arrivals of pushed heartbeats are noted for who watches over silence."""

from typing import Protocol


class HeartbeatMailbox(Protocol):
    """Learns when terminals that report by themselves have done so."""

    def file(self, terminal_id: str) -> None:
        """Note that a terminal has pushed a heartbeat now."""
        ...
