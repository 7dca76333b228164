"""Who is watched: applies an inventory and rules to a running fleet."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeVar

import structlog

from monitor.domain.alerts.alert import Transition
from monitor.domain.calendars.plans import NO_PLANS, Plans
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.device_replacements import DeviceReplacements
from monitor.domain.evaluation.membership import Membership
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.inventory.inventory import Inventory, InventoryChange, difference
from monitor.domain.inventory.parent_row import ParentRow
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.cadence import Timetable
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.discovery import Discoveries
from monitor.ports.clock import Clock
from monitor.ports.schedule import PollSchedule

TURN_EVERY = 100
"""So many terminals are changed before the event loop gets a turn."""

Thing = TypeVar("Thing")

log = structlog.get_logger()


class Roster:
    """Makes the fleet and the schedule agree with an inventory, and with what sources list beyond it.

    Added terminals start, removed ones stop, changed ones keep what is known of them. `submit`
    takes the transitions this makes. Invariant between calls of `apply`: the fleet watches exactly the
    polled terminals of `inventory`, those that only push and have done so, and the discovered ones.
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
        self._replacements = DeviceReplacements(fleet=fleet, membership=membership)
        self._one_at_a_time = asyncio.Lock()

    async def apply(
        self,
        inventory: Inventory,
        *,
        rule_book: RuleBook,
        timetable: Timetable,
        plans: Plans = NO_PLANS,
        parents: Sequence[ParentRow] = (),
    ) -> InventoryChange:
        """Take an inventory, rules, timetable, plans and parents into force and return what changed.

        Long inventories are taken in portions, so that polling goes on meanwhile.
        """
        async with self._one_at_a_time:
            change = await asyncio.to_thread(difference, self.inventory, inventory)
            named = await asyncio.to_thread(_ids_by_source, inventory, [*self._fleet.sources])
            self._membership.replace_rules(rule_book)
            self._schedule.timetable = timetable
            self._fleet.follow(plans)
            self._replace_parents(parents)
            self.inventory = inventory
            await self._discover_anew(named)
            # What a source lists goes on without its row.
            await self._remove_all(row for row in change.removed if row.terminal_id not in self._discovered)
            for portion in _portions([*inventory, *self._discovered]):
                self._take(portion)
                self._replacements.recall(portion)
                await self._clock.sleep(0)
            self._submit(self._membership.end_restoration(self._clock.now()))
            self._submit(self._membership.close_disabled(self._clock.now()))
        return change

    def _replace_parents(self, rows: Sequence[ParentRow]) -> None:
        change = self._fleet.parents.replace(rows, self._fleet.sources, self._clock.now())
        for watched in change.removed:
            self._schedule.remove(watched.terminal.terminal_id)
        for watched in change.kept:
            self._schedule.change(watched)
        if change.added:
            self._schedule.add(change.added)

    async def compare(self, board: SourceBoard) -> None:
        """Compare what a source lists with the inventory, and watch what it lists alone if it discovers."""
        async with self._one_at_a_time:
            await self._compare(board)

    async def _discover_anew(self, named: Mapping[str, Collection[str]]) -> None:
        """Make the discovered terminals agree with a new inventory."""
        sources = self._fleet.sources
        for name, board in sources.items():
            board.named = named.get(name, frozenset())
        dropped = self._discovered.give_way(self.inventory, sources)
        await self._remove_all(row for row in dropped if row.terminal_id not in self.inventory)
        for board in sources.values():
            await self._compare(board)

    async def _compare(self, board: SourceBoard) -> None:
        discovered, reports, matching = self._discovered, [*board], 0
        self._replacements.begin(board)
        was_full = discovered.is_full
        for portion in _portions(reports):
            beyond = [report for report in portion if report.terminal not in board.named]
            matching += len(portion) - len(beyond)
            self._replacements.see(board, portion, self._clock.now())
            if board.discovers:
                seen = [
                    discovered.see(board.name, report, self.inventory, dialect=board.dialect)
                    for report in beyond
                ]
                self._take([row for row in seen if row is not None])
            await self._clock.sleep(0)
        board.not_in_inventory = len(reports) - matching
        board.not_listed = len(board.named) - matching if board.has_list else 0
        if board.discovers:
            await self._remove_all(discovered.miss(board, self._clock.now()))
        everybody = chain(self.inventory, discovered)
        self._replacements.end(board, everybody, self._clock.now())
        if discovered.is_full and not was_full:
            log.error("discovery.full", source=board.name, discovered=len(discovered))

    async def _remove_all(self, terminals: Iterable[Terminal]) -> None:
        for portion in _portions(terminals):
            for terminal in portion:
                self._remove(terminal)
            await self._clock.sleep(0)

    @property
    def _discovered(self) -> Discoveries:
        return self._fleet.discovered

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
        self._schedule.add(polled, among=len(self.inventory) + len(self._discovered))

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


def _ids_by_source(inventory: Inventory, sources: Collection[str]) -> Mapping[str, set[str]]:
    """Return which ids of its terminals the inventory names of each source."""
    named: dict[str, set[str]] = defaultdict(set)
    for row in inventory:
        source, _, terminal = row.endpoint.partition(":")
        if source in sources:
            named[source].add(terminal)
    return named


def _portions(things: Iterable[Thing]) -> Iterable[Sequence[Thing]]:
    everybody = tuple(things)
    return (everybody[start : start + TURN_EVERY] for start in range(0, len(everybody), TURN_EVERY))
