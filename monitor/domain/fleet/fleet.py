"""All watched terminals, and the groups they fail in."""

from collections.abc import Iterator

from monitor.domain.alerts.rules import TerminalRules
from monitor.domain.calendars.escalation_policy import EscalationPolicy
from monitor.domain.calendars.planned_window import PlannedWindow
from monitor.domain.calendars.plans import Plans
from monitor.domain.calendars.trading_hours_book import TradingHoursBook
from monitor.domain.fleet.clock_skew import ClockReference
from monitor.domain.fleet.closed_terminals import ClosedTerminals
from monitor.domain.fleet.firmware_cohort import FirmwareCohort
from monitor.domain.fleet.grouping import Grouping, Groups
from monitor.domain.fleet.outage import Outage
from monitor.domain.fleet.parents import Parents
from monitor.domain.fleet.spares import SpareShelf
from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.contacts import ContactBook
from monitor.domain.inventory.terminal import InventoryStatus, Terminal
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.discovery import Discoveries


class Fleet:
    """The inventory as it is being watched.

    `groups` counts every terminal that is polled and paged for, by all that can go down at once: `whole` is
    the group of them all, `sites` those by site (terminals without a site are in none). Terminals that only
    push, watched from their first push on, say nothing of lines. `unpolled` are inventory rows that are not
    polled: spare, retired, no endpoint and no push yet; `spares` are the spare ones. A terminal is watched
    or unpolled, never both. `trading_hours` says when a terminal's shop is open; `closed` has the terminals
    that are off because it is closed. `planned_windows` are the windows of the configuration, `escalation`
    its policies, `contacts` whom to call. `sources` are the boards of what speaks for many terminals, by
    name; `discovered` are terminals that stand in no inventory and are watched because a source lists them.
    `revision` grows whenever a terminal joins or leaves. `clocks` says whose clock is wrong. `parents`
    are what terminals hang on.
    """

    def __init__(self) -> None:
        self.groups = Groups()
        self.whole = self.groups.whole
        self.sites = self.groups.sites
        self.unpolled: dict[str, Terminal] = {}
        self.spares = SpareShelf()
        self.contacts = ContactBook()
        self.sources: dict[str, SourceBoard] = {}
        self.trading_hours = TradingHoursBook()
        self.closed = ClosedTerminals(self.trading_hours)
        self.planned_windows: tuple[PlannedWindow, ...] = ()
        self.escalation: tuple[EscalationPolicy, ...] = ()
        self.discovered = Discoveries()
        self.revision = 0
        self.clocks = ClockReference()
        self.parents = Parents()
        self._watched: dict[str, WatchedTerminal] = {}
        self._cohorts: dict[str, FirmwareCohort] = {}

    def __iter__(self) -> Iterator[WatchedTerminal]:
        """Iterate over watched terminals in inventory order."""
        return iter(self._watched.values())

    def __len__(self) -> int:
        return len(self._watched)

    def __getitem__(self, terminal_id: str) -> WatchedTerminal:
        """Return a watched terminal; KeyError when it is not watched."""
        return self._watched[terminal_id]

    def get(self, terminal_id: str) -> WatchedTerminal | None:
        """Return a watched terminal, None when it is not watched."""
        return self._watched.get(terminal_id)

    def add(
        self, terminal: Terminal, *, rules: TerminalRules, now: Instant, memory: TerminalMemory | None = None
    ) -> WatchedTerminal:
        """Start watching a terminal, with its memory; ValueError when it is watched already."""
        if terminal.terminal_id in self._watched:
            raise ValueError("the terminal is watched already")
        self.drop_aside(terminal.terminal_id)
        watched = WatchedTerminal(terminal, rules=rules, now=now)
        watched.follow_hours(self.trading_hours)
        if memory is not None:
            watched.recall(memory, now)
        self._watched[terminal.terminal_id] = watched
        self.revision += 1
        self.groups.join(watched, is_closed=self.closed.moved(watched, now))
        self.parents.join(watched)
        watched.count_firmware(self._cohorts)
        return watched

    def remove(self, terminal_id: str) -> None:
        """Stop watching a terminal; KeyError when it is not watched."""
        watched = self._watched.pop(terminal_id)
        self.revision += 1
        self.groups.leave(watched)
        self.groups.drop_empty(watched.terminal)
        self.parents.leave(watched.terminal)
        self.closed.forget(terminal_id)
        watched.leave_cohort()

    def change(self, terminal: Terminal, *, rules: TerminalRules, now: Instant) -> None:
        """Give a watched terminal its new inventory row and rules; what is known of it stays.

        KeyError when it is not watched.
        """
        watched = self._watched[terminal.terminal_id]
        left = watched.terminal
        if terminal == left:
            watched.change(terminal, rules, now)
            return
        self.groups.leave(watched)
        if terminal.model != left.model:
            watched.leave_cohort()
        self.parents.leave(left)
        watched.change(terminal, rules, now)
        self.parents.join(watched)
        self.groups.join(watched, is_closed=self.closed.moved(watched, now))
        self.groups.drop_empty(left)
        watched.count_firmware(self._cohorts)

    def follow(self, plans: Plans) -> None:
        """Take calendars and windows into force."""
        if self.trading_hours.replace(plans.calendars):
            self.closed.renew()
        self.planned_windows = plans.windows
        self.escalation = plans.escalation
        self.contacts = ContactBook(plans.contacts)

    def set_aside(self, terminal: Terminal) -> None:
        """Keep the row of a terminal that is not watched."""
        self.unpolled[terminal.terminal_id] = terminal
        self.spares.put(terminal)

    def drop_aside(self, terminal_id: str) -> None:
        """Forget a row that was set aside, if it was."""
        self.unpolled.pop(terminal_id, None)
        self.spares.drop(terminal_id)

    def group_by(self, grouping: Grouping) -> None:
        """Group the terminals by one thing more, for as long as they are watched."""
        self.groups.group_by(grouping, self, self.closed)

    def groups_of(self, watched: WatchedTerminal) -> tuple[Outage, ...]:
        """Return the groups a terminal is counted in, the narrowest first."""
        return self.groups.counting(watched.terminal)

    def groups_around(self, subject: str) -> tuple[Outage, ...]:
        """Return the groups whose outage explains what befalls `subject`, the largest first."""
        watched = self._watched.get(subject)
        groups = self.groups.around(subject) if watched is None else self.groups.of(watched.terminal)
        return groups[::-1]

    def count_firmware(self, watched: WatchedTerminal) -> None:
        """Count a terminal with the firmware it runs now; one of unknown model is compared with none."""
        watched.count_firmware(self._cohorts)

    def statuses(self) -> dict[InventoryStatus, int]:
        """Return how many inventory rows have each status."""
        counts = dict.fromkeys(InventoryStatus, 0)
        for watched in self._watched.values():
            counts[watched.terminal.status] += 1
        for terminal in self.unpolled.values():
            counts[terminal.status] += 1
        return counts
