"""Terminals to be polled again soon."""

from collections.abc import Iterable
from typing import NamedTuple

from monitor.domain.inventory.terminal import Terminal


class Rechecks(NamedTuple):
    """`soon` are polled within moments; `if_slow` only those of them whose interval is long."""

    soon: tuple[Terminal, ...]
    if_slow: tuple[Terminal, ...]


class RecheckQueue:
    """Passes terminals that are to be polled again from the evaluation to the scheduler.

    A terminal waits at most once in each of the two lists of `Rechecks`.
    """

    def __init__(self) -> None:
        self._soon: dict[str, Terminal] = {}
        self._if_slow: dict[str, Terminal] = {}

    @property
    def is_empty(self) -> bool:
        """Whether no terminal waits."""
        return not (self._soon or self._if_slow)

    def hasten(self, terminals: Iterable[Terminal]) -> None:
        """Have terminals polled soon: their outage seems to be over."""
        self._soon |= {terminal.terminal_id: terminal for terminal in terminals}

    def suspect(self, terminals: Iterable[Terminal]) -> None:
        """Have terminals polled soon that are polled seldom: their site may be down.

        The others are polled anyway before a page is due.
        """
        self._if_slow |= {terminal.terminal_id: terminal for terminal in terminals}

    def drain(self) -> Rechecks:
        """Return the terminals that wait; they do not wait any more."""
        rechecks = Rechecks(tuple(self._soon.values()), tuple(self._if_slow.values()))
        self._soon, self._if_slow = {}, {}
        return rechecks
