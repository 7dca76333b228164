"""Terminals that are off because their shop is closed."""

from collections.abc import Iterator
from math import inf

from monitor.domain.calendars.trading_hours import TradingHours
from monitor.domain.calendars.trading_hours_book import TradingHoursBook
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant

LOOKED_AT = 2000
"""So many terminals are judged again in one tick, in ten milliseconds: shops of one zone open together."""

ASKED_BEFORE_S = 60.0
"""So long before it counts again, a terminal that is off is polled once more."""


class ClosedTerminals:
    """Which silent terminals are expected to be off.

    A terminal is judged when it moves (`moved`), and again whenever the answers of its trading hours change
    (`turned`). Invariant: `in` tells what the latest judgement said; who answers is never in it. Costs memory
    for silent terminals only.
    """

    def __init__(self, hours: TradingHoursBook) -> None:
        self._hours = hours
        self._silent: dict[TradingHours, dict[str, WatchedTerminal]] = {}
        self._turns: dict[TradingHours, float] = {}
        self._asked: dict[TradingHours, float] = {}
        self._hours_of: dict[str, TradingHours] = {}
        self._due: dict[str, None] = {}
        self._off: dict[str, float] = {}

    def __contains__(self, terminal_id: object) -> bool:
        return terminal_id in self._off

    def __len__(self) -> int:
        return len(self._off)

    def moved(self, watched: WatchedTerminal, now: Instant) -> bool:
        """Judge a terminal that has moved or joined; tell whether it is expected to be off."""
        terminal_id = watched.terminal.terminal_id
        self.forget(terminal_id)
        hours = self._hours.of(watched.terminal) if watched.is_silent else None
        if hours is None:
            return False
        if hours not in self._silent:
            self._turns[hours] = hours.next_turn(now.wall)
        self._follow(watched, hours)
        return self._judge(watched, hours, now)

    def forget(self, terminal_id: str) -> None:
        """Forget a terminal, if it was silent."""
        hours = self._hours_of.pop(terminal_id, None)
        if hours is None:
            return
        self._off.pop(terminal_id, None)
        self._due.pop(terminal_id, None)
        members = self._silent[hours]
        del members[terminal_id]
        if not members:
            del self._silent[hours], self._turns[hours]
            self._asked.pop(hours, None)

    def until(self, terminal_id: str) -> float | None:
        """Return until when (unix seconds) a terminal is expected to be off, None when it is not."""
        return self._off.get(terminal_id)

    def renew(self) -> None:
        """Find all trading hours anew, by other calendars; all of the silent are judged again in `turned`."""
        followed = [watched for members in self._silent.values() for watched in members.values()]
        self._silent, self._turns, self._asked, self._hours_of = {}, {}, {}, {}
        for watched in followed:
            hours = self._hours.of(watched.terminal)
            if hours is not None:
                self._turns[hours] = -inf
                self._follow(watched, hours)

    def turned(self, now: Instant) -> Iterator[WatchedTerminal]:
        """Yield terminals that are judged otherwise from now on; LOOKED_AT are judged at most."""
        for hours, turn in self._turns.items():
            next_turn = hours.next_turn(now.wall)
            if next_turn != turn:
                self._turns[hours] = next_turn
                self._due.update(dict.fromkeys(self._silent[hours]))
        for _ in range(min(LOOKED_AT, len(self._due))):
            terminal_id = next(iter(self._due))
            del self._due[terminal_id]
            hours = self._hours_of[terminal_id]
            watched = self._silent[hours][terminal_id]
            was_off = terminal_id in self._off
            if self._judge(watched, hours, now) is not was_off:
                yield watched

    def waking(self, now: Instant) -> Iterator[WatchedTerminal]:
        """Yield once the terminals that may count again within ASKED_BEFORE_S: they may be on by now."""
        for hours, turn in self._turns.items():
            if turn - ASKED_BEFORE_S <= now.wall and self._asked.get(hours) != turn:
                self._asked[hours] = turn
                members = self._silent[hours]
                yield from (members[terminal_id] for terminal_id in members if terminal_id in self._off)

    def _follow(self, watched: WatchedTerminal, hours: TradingHours) -> None:
        terminal_id = watched.terminal.terminal_id
        self._silent.setdefault(hours, {})[terminal_id] = watched
        self._hours_of[terminal_id] = hours

    def _judge(self, watched: WatchedTerminal, hours: TradingHours, now: Instant) -> bool:
        until = hours.expected_off(watched.unreachable_since.wall, now.wall)
        if until is None:
            self._off.pop(watched.terminal.terminal_id, None)
            return False
        self._off[watched.terminal.terminal_id] = until
        return True
