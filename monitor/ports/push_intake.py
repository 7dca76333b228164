"""The input of a push, and the receipt for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from monitor.domain.event_tracking.ingest_result import Rejection
from monitor.domain.pushing.source import PushSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a push (contract, section 2).

    `rejected` counts within the list `field` of the document, or is about the document itself where `field`
    is "". `unreadable` names the fields of a heartbeat that was accepted without them.
    """

    accepted: int = 0
    duplicates: int = 0
    rejected: Sequence[Rejection] = ()
    field: str = ""
    unreadable: Sequence[str] = ()


class PushIntakePort(Protocol):
    """Evaluates decoded documents, and makes sure that a source speaks for its own terminal only.

    Both methods raise WrongShape when the document has not the form of a push, and WrongTerminal when it
    names a terminal that the source may not speak for; then nothing has been taken in.
    """

    def events(self, source: PushSource, document: object, /) -> Iterator[Receipt]:
        """Evaluate the events of one terminal, a portion for each receipt; other tasks may run in between."""
        ...

    def heartbeat(self, source: PushSource, document: object, body: bytes, /) -> Receipt:
        """Evaluate one heartbeat; `document` is the decoded `body`."""
        ...
