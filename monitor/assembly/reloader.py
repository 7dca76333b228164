"""A reload, from the files to the running fleet."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from monitor.adapters.inventory_files import load_inventory
from monitor.assembly.client_certificates import ClientCertificates
from monitor.assembly.source_changes import SourcesInForce
from monitor.config.parent_settings import parent_names, parent_rows
from monitor.config.restarts import restart_needed
from monitor.config.settings import Settings
from monitor.domain.errors import Fault, InvalidDocument, InvalidInventory
from monitor.domain.inventory.inventory import Inventory, InventoryChange, shrink_refusal
from monitor.domain.self_monitoring.reload_status import ReloadStatus
from monitor.ports.clock import Clock
from monitor.ports.service_manager import ServiceManager
from monitor.services.roster import Roster

FAULTS_LOGGED = 20
"""A wrong column is wrong in every row; `posmon inventory check` names them all."""
REST_S = 0.002
"""After a millisecond of reading. A thread that computes makes the event loop wait at each system call."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """What the files ask for, read and found good; `use_certificates` takes client certificates into use."""

    settings: Settings
    inventory: Inventory
    use_certificates: Callable[[], None]


class Reloader:
    """Takes a changed configuration and inventory into use, or changes nothing; one reload at a time.

    `load` reads the configuration; it blocks, so a thread calls it, and raises InvalidDocument. Settings that
    need a restart stay as they were in `at_start`; the log names those that differ. The first inventory comes
    into use by a reload as well. posmon reports to `manager` when it reloads and when it is ready.
    """

    def __init__(
        self,
        *,
        load: Callable[[], Settings],
        at_start: Settings,
        certificates: ClientCertificates,
        sources: SourcesInForce,
        roster: Roster,
        status: ReloadStatus,
        clock: Clock,
        manager: ServiceManager,
    ) -> None:
        self._load = load
        self._at_start = at_start
        self._certificates = certificates
        self._sources = sources
        self._roster = roster
        self._status = status
        self._clock = clock
        self._manager = manager
        self._one_at_a_time = asyncio.Lock()
        self._requested = asyncio.Event()

    def request(self) -> None:
        """Ask for a reload soon, from a signal handler."""
        self._requested.set()

    async def aclose(self) -> None:
        """Close what reloads have opened."""
        await self._sources.aclose()

    async def run(self) -> None:
        """Serve requests until cancelled."""
        while True:
            await self._requested.wait()
            self._requested.clear()
            try:
                await self.reload()
            except InvalidDocument:
                outcome = "failed"  # `reload` has logged the faults; everything stays as it was
            else:
                outcome = "done"
            log.warning("audit.reload", who="signal", what="SIGHUP", outcome=outcome)

    async def reload(self, *, confirm_shrink: bool = False) -> InventoryChange:
        """Read, check and apply once; return what changed.

        `confirm_shrink` accepts an inventory that has lost more than the configured share. Raises
        InvalidDocument with every fault; then nothing has changed.
        """
        async with self._one_at_a_time:
            self._announce(self._manager.reloading)
            try:
                checked = await asyncio.to_thread(self._check, confirm_shrink=confirm_shrink)
                change = await self._apply(checked)
            except InvalidDocument as error:
                self._record_refusal(error)
                raise
            finally:
                self._announce(lambda: self._manager.ready(self._state()))
        return change

    def _check(self, *, confirm_shrink: bool) -> _Checked:
        """Read configuration, inventory and certificates; blocks, changes nothing, raises InvalidDocument."""
        settings = self._load()
        if changed := restart_needed(self._at_start, settings):
            log.warning("reload.needs_restart", settings=changed)
        present = self._roster.inventory
        inventory = load_inventory(
            settings.inventory.path,
            # The client polls the networks of the start only: a row that it would never poll must not come
            # into use. The same holds for dialects, whose codes would say nothing.
            policy=self._at_start.polling.address_policy(),
            dialects=self._at_start.response_codes().dialects,
            sources=[source.name for source in settings.sources],
            calendars=[calendar.name for calendar in settings.calendars],
            parents=parent_names(settings.parents, settings.sources),
            present=present,
            rest=_rest if present else None,
        )
        use_certificates = self._certificates.prepare(settings.polling)
        if not confirm_shrink:
            _refuse_shrink(present, inventory, settings)
        return _Checked(settings=settings, inventory=inventory, use_certificates=use_certificates)

    async def _apply(self, checked: _Checked) -> InventoryChange:
        await self._sources.replace(checked.settings.sources)
        checked.use_certificates()
        change = await self._roster.apply(
            checked.inventory,
            rule_book=checked.settings.rule_book(),
            timetable=checked.settings.timetable(),
            plans=checked.settings.plans(),
            parents=parent_rows(checked.settings.parents),
        )
        self._sources.begin()
        self._status.note(successful=True, now=self._clock.now())
        log.info(
            "reload.done",
            terminals=len(checked.inventory),
            added=len(change.added),
            removed=len(change.removed),
            changed=len(change.changed),
        )
        return change

    def _record_refusal(self, error: InvalidDocument) -> None:
        self._status.note(successful=False, now=self._clock.now())
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

    def _announce(self, say: Callable[[], None]) -> None:
        """Report to the service manager, unless the first inventory has yet to come into use."""
        if self._status.succeeded is not None:
            say()

    def _state(self) -> str:
        watching = f"watching {len(self._roster.inventory)} terminals"
        return watching if self._status.successful else f"{watching}; the last reload was refused"


def _refuse_shrink(present: Inventory, inventory: Inventory, settings: Settings) -> None:
    reason = shrink_refusal(present, inventory, max_shrink=settings.inventory.max_shrink)
    if reason is not None:
        advice = "if that is meant, reload with confirm_shrink=true or set inventory.max_shrink"
        raise InvalidInventory([Fault(source=str(settings.inventory.path), reason=f"{reason}; {advice}")])


def _rest() -> None:
    time.sleep(REST_S)
