"""What terminals, or others on their behalf, push to posmon."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.domain.events.patterns import Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSource:
    """Who pushes: the token's `name`, which becomes the label `source`.

    `terminal_id` is the one terminal that the token may speak for, "" for any.
    """

    name: str
    terminal_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a push (contract, section 2)."""

    accepted: int = 0
    duplicates: int = 0
    rejected: Sequence[Rejection] = ()


class Intake:
    """Takes in pushed events and heartbeats; a token never speaks for another terminal than its own."""

    def events(self, source: PushSource, terminal_id: str, documents: Sequence[object]) -> Receipt:
        """Count the events of one terminal."""
        raise NotImplementedError

    def heartbeat(self, source: PushSource, body: bytes) -> Receipt:
        """Judge one heartbeat document like a poll's answer; how well polls go is not touched."""
        raise NotImplementedError
