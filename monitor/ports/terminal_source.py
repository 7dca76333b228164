"""Asking a source for its terminals."""

from collections.abc import Callable, Sequence
from typing import Protocol

from monitor.domain.sources.report import RoundResult, TerminalReport


class TerminalSource(Protocol):
    """One account at a vendor's cloud, or another service that knows many terminals."""

    async def ask(self, deliver: Callable[[Sequence[TerminalReport]], None]) -> RoundResult:
        """Ask once for all terminals, and `deliver` their reports page by page.

        A failure is a result; nothing but cancellation is raised. What was delivered before it counts.
        """
        ...
