"""The composition root: constructs everything, wires it, starts and stops it."""

import asyncio
import signal
import ssl
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import structlog

from monitor import __version__
from monitor.adapters.alertmanager import AlertmanagerSink
from monitor.adapters.heartbeat_client import HttpHeartbeatClient, client_tls, socket_budget
from monitor.adapters.inventory_files import load_inventory
from monitor.adapters.memory_store import MemoryStore
from monitor.adapters.resolver import ThreadedResolver
from monitor.adapters.system import SystemClock
from monitor.adapters.uplink_probe import TcpUplinkProbe
from monitor.config.settings import Settings
from monitor.domain.alert_book import AlertBook
from monitor.domain.evaluation import Evaluation
from monitor.domain.fleet import Fleet
from monitor.domain.heartbeat import decode_heartbeat
from monitor.domain.instant import Instant
from monitor.domain.inventory import InventoryChange
from monitor.domain.reload_record import ReloadRecord
from monitor.domain.statistics import PollStatistics
from monitor.services.notifier import Notifier
from monitor.services.pipeline import Pipeline
from monitor.services.reloader import Plan, Reloader
from monitor.services.roster import Roster
from monitor.services.scheduler import Scheduler
from monitor.services.uplink import Uplink
from monitor.views.sources import Sources
from monitor.web import serve_web

DRAIN_S = 5.0

log = structlog.get_logger()


async def run(load: Callable[[], Settings]) -> None:
    """Run the daemon until SIGTERM or SIGINT.

    `load` reads the configuration; it is called again, in a thread, at every reload. Raises
    InvalidDocument when configuration or inventory cannot be taken at the start, OSError when the
    web side cannot listen, and whatever ended a service that should not have ended.
    """
    async with AsyncExitStack() as stack:
        daemon = await _assemble(stack, load)
        await daemon.serve()


class _Daemon:
    """The wired services, and the order in which they start and stop."""

    def __init__(
        self,
        *,
        scheduler: Scheduler,
        pipeline: Pipeline,
        notifier: Notifier,
        uplink: Uplink,
        reloader: Reloader,
    ) -> None:
        self._scheduler = scheduler
        self._pipeline = pipeline
        self._notifier = notifier
        self._uplink = uplink
        self._reloader = reloader
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()

    async def serve(self) -> None:
        """Take the inventory into force, poll until told to stop, then stop in order."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._reloader.request)
        await self._reloader.reload()
        self._start("notifier", self._notifier.run())
        self._start("pipeline", self._pipeline.run())
        self._start("scheduler", self._scheduler.run())
        self._start("uplink", self._uplink.run())
        self._start("reloader", self._reloader.run())
        log.info("daemon.started", version=__version__)
        try:
            await self._until_stopped()
        finally:
            await self._stop_in_order()

    async def _until_stopped(self) -> None:
        stop = asyncio.ensure_future(self._stop.wait())
        services = set(self._tasks.values()) - {self._tasks["uplink"]}
        await asyncio.wait({stop, *services}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        for name, task in self._tasks.items():
            if task.done() and (error := task.exception()):
                log.critical("service.failed", service=name, exc_info=error)
                raise error

    async def _stop_in_order(self) -> None:
        log.info("daemon.stopping")
        for name in ("reloader", "uplink", "scheduler", "pipeline"):
            await self._end(name)
        await self._pipeline.commit()
        await self._end("notifier")
        await self._notifier.drain(DRAIN_S)
        log.info("daemon.stopped")

    def _start(self, name: str, service: Coroutine[Any, Any, None]) -> None:
        self._tasks[name] = asyncio.create_task(service, name=name)  # noqa: TID251 - the one place

    async def _end(self, name: str) -> None:
        task = self._tasks[name]
        task.cancel()
        await asyncio.wait({task})


async def _assemble(stack: AsyncExitStack, load: Callable[[], Settings]) -> _Daemon:
    """Construct everything; what must be closed goes on `stack`, the web side last."""
    settings = load()
    clock = SystemClock()
    fleet, book, polls, reloads = Fleet(), AlertBook(), PollStatistics(), ReloadRecord()
    evaluation = Evaluation(fleet=fleet, book=book, rule_book=settings.rule_book())
    store = MemoryStore()
    sinks = [await stack.enter_async_context(sink) for sink in _sinks(settings)]
    client = await _heartbeat_client(stack, settings, clock)

    pipeline = Pipeline(
        evaluation=evaluation,
        store=store,
        clock=clock,
        last_progress=lambda: scheduler.last_finished,
        tell=lambda transitions: notifier.notify(transitions),  # noqa: PLW0108 - constructed below
        hasten=lambda terminals: scheduler.hasten(terminals),  # noqa: PLW0108 - constructed below
    )
    scheduler = Scheduler(
        client=client,
        clock=clock,
        timetable=settings.polling.timetable(),
        concurrency=settings.polling.concurrency,
        statistics=polls,
        listener=pipeline.accept,
    )
    notifier = Notifier(
        sinks=sinks,
        clock=clock,
        snapshot=pipeline.tellable,
        resend_interval_s=settings.alerting.resend_interval_s,
        external_labels=settings.alerting.external_labels,
    )
    roster = Roster(evaluation=evaluation, schedule=scheduler, clock=clock, tell=pipeline.add)
    reloader = Reloader(
        read=lambda: _read_plan(load, settings),
        apply=lambda plan: _apply(roster, plan),
        present=lambda: roster.inventory,
        record=reloads,
        clock=clock,
    )

    def uplinks_probed(answers: Mapping[str, bool], now: Instant) -> None:
        pipeline.add(evaluation.uplinks_probed(answers, now))

    uplink = Uplink(
        probes=[TcpUplinkProbe(str(place)) for place in settings.polling.uplinks],
        clock=clock,
        listener=uplinks_probed,
    )
    sources = Sources(
        fleet=fleet,
        book=book,
        polls=polls,
        reloads=reloads,
        clock=clock,
        started_at=clock.now(),
        notifications=notifier.counts,
        in_flight=lambda: scheduler.in_flight,
        connections_kept=lambda: client.kept_connections,
        outbox_entries=lambda: notifier.outbox_entries,
        ready=lambda: reloads.succeeded is not None,
    )
    await stack.enter_async_context(
        serve_web(sources=sources, store=store, reload=reloader.reload, settings=settings)
    )
    return _Daemon(
        scheduler=scheduler, pipeline=pipeline, notifier=notifier, uplink=uplink, reloader=reloader
    )


def _sinks(settings: Settings) -> Iterable[AlertmanagerSink]:
    alerting = settings.alerting
    basic_auth = alerting.basic_auth
    for url in alerting.alertmanagers:
        yield AlertmanagerSink(
            url=url,
            username=basic_auth.username if basic_auth else "",
            password=basic_auth.password.get_secret_value() if basic_auth else "",
            bearer_token=alerting.bearer_token.get_secret_value() if alerting.bearer_token else "",
            tls=ssl.create_default_context(cafile=alerting.ca_file) if alerting.ca_file else None,
        )


async def _heartbeat_client(
    stack: AsyncExitStack, settings: Settings, clock: SystemClock
) -> HttpHeartbeatClient:
    polling = settings.polling
    resolver = await stack.enter_async_context(ThreadedResolver(clock=clock))
    return await stack.enter_async_context(
        HttpHeartbeatClient(
            decode=decode_heartbeat,
            clock=clock,
            policy=polling.address_policy(),
            resolver=resolver,
            tls=client_tls(
                ca_file=polling.ca_file, client_cert=polling.client_cert, client_key=polling.client_key
            ),
            concurrency=polling.concurrency,
            max_sockets=socket_budget(),
            keep_alive=polling.keep_alive,
        )
    )


def _read_plan(load: Callable[[], Settings], at_start: Settings) -> Plan:
    settings = load()
    _warn_of_fixed(settings, at_start)
    path = settings.inventory.path
    return Plan(
        inventory=load_inventory(path, policy=settings.polling.address_policy()),
        rule_book=settings.rule_book(),
        timetable=settings.polling.timetable(),
        max_shrink=settings.inventory.max_shrink,
        source=str(path),
    )


_FIXED_SECTIONS = ("web", "storage", "alerting", "metrics", "logging")
_FIXED_POLLING = (
    "concurrency",
    "keep_alive",
    "allowed_networks",
    "ca_file",
    "client_cert",
    "client_key",
    "uplinks",
)


def _warn_of_fixed(settings: Settings, at_start: Settings) -> None:
    """Say which changed settings a reload cannot bring into force."""
    changed = [name for name in _FIXED_SECTIONS if getattr(settings, name) != getattr(at_start, name)]
    changed += [
        f"polling.{name}"
        for name in _FIXED_POLLING
        if getattr(settings.polling, name) != getattr(at_start.polling, name)
    ]
    if changed:
        log.warning("reload.needs_restart", settings=changed)


async def _apply(roster: Roster, plan: Plan) -> InventoryChange:
    return await roster.apply(plan.inventory, rule_book=plan.rule_book, timetable=plan.timetable)
