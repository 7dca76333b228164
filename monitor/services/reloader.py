"""Taking a changed configuration and inventory into force, or leaving everything as it is."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.errors import Fault, InvalidDocument, InvalidInventory
from monitor.domain.inventory.inventory import Inventory, InventoryChange, shrink_refusal
from monitor.domain.polling.cadence import Timetable
from monitor.domain.self_monitoring.reload_status import ReloadStatus
from monitor.ports.clock import Clock
from monitor.ports.service_manager import ServiceManager

FAULTS_LOGGED = 20
"""A wrong column is wrong in every row; `posmon inventory check` names them all."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReloadPlan:
    """What a configuration and its inventory ask for. `source` is the inventory's file.

    `take_trust`, if there is one, makes true whom posmon trusts to be a terminal.
    """

    inventory: Inventory
    rule_book: RuleBook
    timetable: Timetable
    max_shrink: float
    source: str
    take_trust: Callable[[], None] | None = None


class Reloader:
    """Reads and applies; one reload at a time.

    `read` blocks and raises InvalidDocument; it runs in a thread and is given the inventory in
    force, which is what `present` returns. `apply` makes a plan true. `manager` hears when posmon is
    ready.
    """

    def __init__(
        self,
        *,
        read: Callable[[Inventory], ReloadPlan],
        apply: Callable[[ReloadPlan], Awaitable[InventoryChange]],
        present: Callable[[], Inventory],
        record: ReloadStatus,
        clock: Clock,
        manager: ServiceManager,
    ) -> None:
        self._read = read
        self._apply = apply
        self._present = present
        self._record = record
        self._clock = clock
        self._manager = manager
        self._turn = asyncio.Lock()
        self._requested = asyncio.Event()

    def request(self) -> None:
        """Ask for a reload soon, from a signal handler."""
        self._requested.set()

    async def run(self) -> None:
        """Serve requests until cancelled."""
        while True:
            await self._requested.wait()
            self._requested.clear()
            try:
                await self.reload()
            except InvalidDocument:
                outcome = "failed"  # told where it was refused; what is in force stays
            else:
                outcome = "done"
            log.warning("audit.reload", who="signal", what="SIGHUP", outcome=outcome)

    async def reload(self, *, confirm_shrink: bool = False) -> InventoryChange:
        """Read and apply once; return what changed.

        `confirm_shrink` takes an inventory that has lost more than the configured share. Raises
        InvalidDocument with every fault; then nothing has changed.
        """
        async with self._turn:
            self._announce(self._manager.reloading)
            try:
                return await self._take_in(confirm_shrink=confirm_shrink)
            finally:
                self._announce(lambda: self._manager.ready(self._status()))

    async def _take_in(self, *, confirm_shrink: bool) -> InventoryChange:
        try:
            plan = await asyncio.to_thread(self._acceptable, confirm_shrink=confirm_shrink)
        except InvalidDocument as error:
            self._refused(error)
            raise
        change = await self._apply(plan)
        self._record.note(successful=True, now=self._clock.now())
        log.info(
            "reload.done",
            terminals=len(plan.inventory),
            added=len(change.added),
            removed=len(change.removed),
            changed=len(change.changed),
        )
        return change

    def _acceptable(self, *, confirm_shrink: bool) -> ReloadPlan:
        """Read and judge; all that takes long, in a thread."""
        plan = self._read(self._present())
        if not confirm_shrink:
            self._guard(plan)
        return plan

    def _announce(self, say: Callable[[], None]) -> None:
        """Tell the service manager; before the first inventory is in force there is nothing to tell."""
        if self._record.succeeded is not None:
            say()

    def _status(self) -> str:
        watching = f"watching {len(self._present())} terminals"
        return watching if self._record.successful else f"{watching}; the last reload was refused"

    def _guard(self, plan: ReloadPlan) -> None:
        reason = shrink_refusal(self._present(), plan.inventory, max_shrink=plan.max_shrink)
        if reason is not None:
            advice = "if that is meant, reload with confirm_shrink=true or set inventory.max_shrink"
            raise InvalidInventory([Fault(source=plan.source, reason=f"{reason}; {advice}")])

    def _refused(self, error: InvalidDocument) -> None:
        self._record.note(successful=False, now=self._clock.now())
        for fault in error.faults[:FAULTS_LOGGED]:
            log.error(
                "reload.refused",
                source=fault.source,
                line=fault.line,
                field=fault.field,
                reason=fault.reason,
            )
        if len(error.faults) > FAULTS_LOGGED:
            log.error("reload.more_faults", more=len(error.faults) - FAULTS_LOGGED)
