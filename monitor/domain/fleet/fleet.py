"""All watched terminals, and the groups they fail in."""

from collections.abc import Iterator

from monitor.domain.alerts.rules import TerminalRules
from monitor.domain.fleet.firmware_cohort import FirmwareCohort
from monitor.domain.fleet.outage import FleetOutage, Outage
from monitor.domain.fleet.terminal_memory import TerminalMemory
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import InventoryStatus, Terminal


class Fleet:
    """The inventory as it is being watched.

    `whole` counts every terminal that is polled and paged for, `sites` the same by site (terminals without
    a site are in none); those that only push, watched from their first push on, say nothing of lines.
    `unpolled` are inventory rows that nobody polls: spare, retired, no endpoint and no push yet. A terminal
    is watched or unpolled, never both.
    `revision` grows whenever a terminal joins or leaves.
    """

    def __init__(self) -> None:
        self.whole = FleetOutage()
        self.sites: dict[str, Outage] = {}
        self.unpolled: dict[str, Terminal] = {}
        self.revision = 0
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
        """Begin to watch a terminal, with what is remembered of it; ValueError when it is watched already."""
        if terminal.terminal_id in self._watched:
            raise ValueError("the terminal is watched already")
        self.unpolled.pop(terminal.terminal_id, None)
        watched = WatchedTerminal(terminal, rules=rules, now=now)
        if memory is not None:
            watched.recall(memory, now)
        self._watched[terminal.terminal_id] = watched
        self.revision += 1
        self._join_groups(watched)
        self.moved_firmware(watched)
        return watched

    def remove(self, terminal_id: str) -> None:
        """Stop watching a terminal; KeyError when it is not watched."""
        watched = self._watched.pop(terminal_id)
        self.revision += 1
        self._leave_groups(watched)
        self._drop_empty(watched.terminal.site)
        self._leave_cohort(watched)

    def change(self, terminal: Terminal, *, rules: TerminalRules, now: Instant) -> None:
        """Give a watched terminal its new inventory row and rules; what is known of it stays.

        KeyError when it is not watched.
        """
        watched = self._watched[terminal.terminal_id]
        watched.rules = rules
        watched.judged = None
        if terminal == watched.terminal:
            return
        left = watched.terminal.site
        self._leave_groups(watched)
        if terminal.model != watched.terminal.model:
            self._leave_cohort(watched)
        watched.moved_to(terminal, now)
        self._join_groups(watched)
        self._drop_empty(left)
        self.moved_firmware(watched)

    def set_aside(self, terminal: Terminal) -> None:
        """Keep the row of a terminal that is not watched and that nobody polls."""
        self.unpolled[terminal.terminal_id] = terminal

    def drop_aside(self, terminal_id: str) -> None:
        """Forget a row that was set aside, if it was."""
        self.unpolled.pop(terminal_id, None)

    def groups_of(self, watched: WatchedTerminal) -> tuple[Outage, ...]:
        """Return the groups a terminal is counted in."""
        if not _is_counted(watched.terminal):
            return ()
        site = self.sites.get(watched.terminal.site)
        return (self.whole,) if site is None else (site, self.whole)

    def groups_around(self, subject: str) -> tuple[Outage, ...]:
        """Return the groups whose outage explains one of `subject`, the largest first."""
        watched = self._watched.get(subject)
        site = self.sites.get(watched.terminal.site) if watched is not None else None
        return (self.whole,) if site is None else (self.whole, site)

    def moved_firmware(self, watched: WatchedTerminal) -> None:
        """Count a terminal with the firmware it runs now; one of unknown model is compared with none."""
        reading = watched.reading
        version = watched.firmware_version if reading is None else reading.firmware_version
        if version == watched.counted_firmware:
            return
        if watched.cohort is None:
            model = watched.model
            if not model:
                return
            watched.cohort = self._cohorts.setdefault(model, FirmwareCohort())
        watched.cohort.moved(watched.counted_firmware, version)
        watched.counted_firmware = version

    def statuses(self) -> dict[InventoryStatus, int]:
        """Return how many inventory rows have each status."""
        counts = dict.fromkeys(InventoryStatus, 0)
        for watched in self._watched.values():
            counts[watched.terminal.status] += 1
        for terminal in self.unpolled.values():
            counts[terminal.status] += 1
        return counts

    def _join_groups(self, watched: WatchedTerminal) -> None:
        terminal = watched.terminal
        if not _is_counted(terminal):
            return
        self.whole.add(watched)
        if terminal.site:
            self.sites.setdefault(terminal.site, Outage(terminal.site)).add(watched)

    def _leave_groups(self, watched: WatchedTerminal) -> None:
        for group in self.groups_of(watched):
            group.remove(watched)

    def _drop_empty(self, site: str) -> None:
        if site in self.sites and not self.sites[site].members:
            del self.sites[site]

    def _leave_cohort(self, watched: WatchedTerminal) -> None:
        if watched.cohort is not None:
            watched.cohort.moved(watched.counted_firmware, None)
        watched.cohort = None
        watched.counted_firmware = None


def _is_counted(terminal: Terminal) -> bool:
    return terminal.is_paged and terminal.is_polled
