"""Where people on call say what they do."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.action import Author, OnCallRule
from monitor.domain.on_call.silence import Silence
from monitor.domain.on_call.window import OperatorWindow

Rule = TypeVar("Rule", bound=OnCallRule)


class OverError(Exception):
    """What somebody wants to acknowledge is over, or was never there; `str()` says it in words."""


class UnknownRuleError(Exception):
    """Nothing of that id is in force."""


class OnCallDesk(Protocol):
    """Takes what people say into force. Everything it returns is durable, as far as the disk lets it.

    The documents are as the API has them. A wrong one raises InvalidAction with every fault.
    """

    async def silence(self, written: object, author: Author) -> Silence:
        """Put a silence in force."""
        ...

    async def open_window(self, written: object, author: Author) -> OperatorWindow:
        """Open a window of planned work."""
        ...

    async def acknowledge(self, written: object, author: Author) -> Sequence[Acknowledgement]:
        """Acknowledge one alert, or each that a ticket tells of.

        Raises OverError when there is no such alert any more, UnknownRuleError for an unknown ticket.
        """
        ...

    async def end(self, kind: type[Rule], rule_id: str, author: Author) -> Rule:
        """End a rule of a kind before its time; raises UnknownRuleError."""
        ...
