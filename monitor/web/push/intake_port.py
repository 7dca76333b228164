"""What pushing asks of the service behind it."""

from collections.abc import Sequence
from typing import Protocol

from monitor.services.push_intake import PushSource, Receipt
from monitor.web.routing.problems import refused


class PushIntakePort(Protocol):
    """Judges what was pushed; `rejected` counts within the documents it was given."""

    def events(self, source: PushSource, terminal_id: str, documents: Sequence[object], /) -> Receipt:
        """Count the events of one terminal."""
        ...

    def heartbeat(self, source: PushSource, body: bytes, /) -> Receipt:
        """Judge one heartbeat document."""
        ...


class NoIntake:
    """Stands where nobody takes what is pushed (503)."""

    def events(self, *_pushed: object) -> Receipt:
        """Refuse."""
        raise refused(503, "Service Unavailable", "Nothing is taken in yet.")

    def heartbeat(self, *_pushed: object) -> Receipt:
        """Refuse."""
        raise refused(503, "Service Unavailable", "Nothing is taken in yet.")
