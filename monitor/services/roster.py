"""Who is watched: applies an inventory and rules to a running fleet."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

from monitor.domain.alerts.alert import Transition
from monitor.domain.calendars.plans import NO_PLANS, Plans
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.membership import Membership
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.inventory.inventory import Inventory, InventoryChange, difference
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.cadence import Timetable
from monitor.ports.clock import Clock
from monitor.ports.schedule import PollSchedule

TURN_EVERY = 100
"""So many terminals are changed before the event loop gets a turn."""


class Roster:
    """Makes the fleet and the schedule agree with an inventory.

    Added terminals start, removed ones stop, changed ones keep what is known of them. `submit`
    takes the transitions this makes. Invariant between calls of `apply`: the fleet watches exactly the
    polled terminals of `inventory`, and those that only push and have done so.
    """

    def __init__(
        self,
        *,
        membership: Membership,
        fleet: Fleet,
        schedule: PollSchedule,
        clock: Clock,
        submit: Callable[[Sequence[Transition]], None],
    ) -> None:
        self.inventory = Inventory()
        self._membership = membership
        self._fleet = fleet
        self._schedule = schedule
        self._clock = clock
        self._submit = submit

    async def apply(
        self,
        inventory: Inventory,
        *,
        rule_book: RuleBook,
        timetable: Timetable,
        plans: Plans = NO_PLANS,
    ) -> InventoryChange:
        """Take an inventory, rules, timetable and plans into force and return what changed.

        Long inventories are taken in portions, so that polling goes on meanwhile.
        """
        change = await asyncio.to_thread(difference, self.inventory, inventory)
        self._membership.replace_rules(rule_book)
        self._schedule.timetable = timetable
        self._fleet.follow(plans)
        self.inventory = inventory
        for portion in _portions(change.removed):
            for terminal in portion:
                self._remove(terminal)
            await self._clock.sleep(0)
        for portion in _portions(inventory):
            self._take(portion)
            await self._clock.sleep(0)
        self._submit(self._membership.end_restoration(self._clock.now()))
        self._submit(self._membership.close_disabled(self._clock.now()))
        return change

    def _take(self, terminals: Sequence[Terminal]) -> None:
        fleet, now = self._fleet, self._clock.now()
        newcomers = []
        for terminal in terminals:
            watched = fleet.get(terminal.terminal_id)
            if not terminal.is_polled and not self._is_heard(terminal, watched):
                self._remove(terminal)
                fleet.set_aside(terminal)
            elif watched is None:
                newcomers.append(self._membership.add(terminal, now))
            else:
                has_pushed = watched.terminal.is_push_only
                self._submit(self._membership.change(terminal, now))
                self._schedule.change(watched)
                newcomers += [watched] if has_pushed else []
        polled = [newcomer for newcomer in newcomers if newcomer.terminal.is_polled]
        self._schedule.add(polled, among=len(self.inventory))

    def _is_heard(self, terminal: Terminal, watched: WatchedTerminal | None) -> bool:
        """Tell whether a terminal that only pushes has done so, in this run or before it."""
        if not terminal.is_push_only:
            return False
        if watched is None:
            return self._membership.remembers(terminal.terminal_id)
        return watched.terminal.is_push_only

    def _remove(self, terminal: Terminal) -> None:
        self._fleet.drop_aside(terminal.terminal_id)
        if self._fleet.get(terminal.terminal_id) is not None:
            self._schedule.remove(terminal.terminal_id)
            self._submit(self._membership.remove(terminal.terminal_id, self._clock.now()))


def _portions(terminals: Iterable[Terminal]) -> Iterable[Sequence[Terminal]]:
    everybody = tuple(terminals)
    return (everybody[start : start + TURN_EVERY] for start in range(0, len(everybody), TURN_EVERY))
