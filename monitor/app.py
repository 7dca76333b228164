"""The composition root: constructs everything, wires it, starts and stops it."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from monitor import __version__
from monitor.adapters.collectors.http_json import socket_budget
from monitor.adapters.direct_notification.messenger import Messenger
from monitor.adapters.report_process import ReportProcess
from monitor.adapters.system import SystemClock
from monitor.adapters.systemd import Systemd
from monitor.adapters.uplink_probe import TcpUplinkProbe
from monitor.assembly import (
    MakePolling,
    Parts,
    PollingClient,
    Receiver,
    Reloader,
    TicketPlace,
    collector_table,
    commit_path,
    freeze_gc,
    heartbeat_client,
    liveness_checks_of,
    receivers,
    silence_sources,
    tune_for_start,
)
from monitor.assembly.client_certificates import ClientCertificates
from monitor.assembly.digests import NO_BOXES, digest_boxes, digest_sender
from monitor.assembly.recording import recorder_of
from monitor.assembly.shop_directory import ShopDirectory
from monitor.assembly.source_changes import SourcesInForce
from monitor.assembly.state import State, blank_state, store_of
from monitor.config.settings import Settings
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.persistence.restoration import unheard
from monitor.domain.polling.recheck_queue import RecheckQueue
from monitor.domain.pushing.limits import PushLimits
from monitor.domain.suppression.foreign_silence import ForeignSilence
from monitor.domain.suppression.notifiable import NotifiableAlerts
from monitor.logs import lines_dropped
from monitor.ports.clock import Clock
from monitor.ports.collector import Collectors
from monitor.ports.service_manager import ServiceManager
from monitor.services.device_notes import DeviceNotes
from monitor.services.digest_sender import DigestSender
from monitor.services.event_replay import EventReplay
from monitor.services.foreign_silences import ForeignSilences
from monitor.services.liveness_watch import LivenessWatch
from monitor.services.notifier import Notifier
from monitor.services.on_call_desk import Desk
from monitor.services.pipeline import Pipeline
from monitor.services.push_intake import PushIntake
from monitor.services.recorder import Recorder
from monitor.services.roster import Roster
from monitor.services.scheduler import Listener, Scheduler
from monitor.services.source_rounds import SourceRounds
from monitor.services.trend_sampler import TrendSampler
from monitor.services.uplink import Uplink
from monitor.views.read_model import ReadModel
from monitor.web import RUNBOOKS, serve_web

DRAIN_S = 5.0
_STOPPED_FIRST = (
    "stop",
    "trend sampler",
    "digests",
    "vital signs",
    "reloader",
    "recollection",
    "uplink",
    "foreign silences",
    "sources",
    "scheduler",
    "pipeline",
)

log = structlog.get_logger()


async def run(load: Callable[[], Settings], *, polling: MakePolling = heartbeat_client) -> None:
    """Run the daemon until SIGTERM or SIGINT.

    `load` reads the configuration; it is called again, in a thread, at every reload. `polling` makes the
    collector. Raises InvalidDocument when configuration or inventory cannot be taken at the start, OSError
    when the web side cannot listen, and whatever ended a service that should not have ended.
    """
    tune_for_start()
    async with AsyncExitStack() as stack:
        daemon = await _assemble(stack, load, polling)
        await daemon.serve()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Services:
    """The running parts."""

    state: State
    evaluation: Evaluation
    scheduler: Scheduler
    intake: PushIntake
    pipeline: Pipeline
    recollection: EventReplay
    notifiable: NotifiableAlerts
    notifier: Notifier
    uplink: Uplink
    sources: SourceRounds
    reloader: Reloader
    liveness_watch: LivenessWatch
    desk: Desk
    devices: DeviceNotes
    foreign: ForeignSilences
    digests: DigestSender
    recorder: Recorder | None

    async def recall(self) -> None:
        """Go on from where the run before has left off."""
        remembered = await self.state.store.load(self.state.clock.now())
        self.evaluation.restore(remembered, self.state.clock.now())
        self.state.fleet.discovered.restore(remembered.discovered)
        self.notifiable.hold_back(unheard(remembered))
        self.state.trend.restore(remembered.samples)
        self.state.tickets.restore(remembered.tickets)
        self.notifier.restore(remembered)
        self.state.told.digests |= remembered.digests


class _Daemon:
    """The order in which the services start and stop."""

    def __init__(self, services: _Services, manager: ServiceManager) -> None:
        self._services = services
        self._manager = manager
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()

    async def serve(self) -> None:
        """Apply the inventory, poll until a signal to stop, then stop in order."""
        services = self._services
        self._heed_signals()
        await services.recall()
        await services.reloader.reload()
        freeze_gc()
        self._start("notifier", services.notifier.run())
        self._start("pipeline", services.pipeline.run())
        if services.recorder is not None:
            self._start("recorder", services.recorder.run())
        self._start("scheduler", services.scheduler.run())
        self._start("recollection", services.recollection.run())
        self._start("uplink", services.uplink.run())
        self._start("sources", services.sources.run())
        self._start("foreign silences", services.foreign.run())
        self._start("reloader", services.reloader.run())
        self._start("vital signs", services.liveness_watch.run())
        self._start("trend sampler", _trend_sampler(services.state).run())
        self._start("digests", services.digests.run())
        log.info("daemon.started", version=__version__)
        try:
            await self._until_stopped()
        finally:
            await self._stop_in_order()

    def _heed_signals(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._stop.set)
        loop.add_signal_handler(signal.SIGINT, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._services.reloader.request)
        # One that came earlier has waited (see monitor/__main__.py).
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})

    async def _until_stopped(self) -> None:
        self._start("stop", self._stopped())
        await asyncio.wait(self._tasks.values(), return_when=asyncio.FIRST_COMPLETED)
        for name, task in self._tasks.items():
            if task.done() and (error := task.exception()):
                log.critical("service.failed", service=name, exc_info=error)
                raise error

    async def _stopped(self) -> None:
        await self._stop.wait()

    async def _stop_in_order(self) -> None:
        log.info("daemon.stopping")
        self._manager.stopping()
        for name in _STOPPED_FIRST:
            await self._end(name)
        if (recorder := self._services.recorder) is not None:
            await self._end("recorder")
            await recorder.write()
        await self._services.pipeline.commit(at_once=True)
        await self._end("notifier")
        await self._services.notifier.drain(DRAIN_S)
        await self._services.pipeline.finish()
        log.info("daemon.stopped")

    def _start(self, name: str, service: Coroutine[Any, Any, None]) -> None:
        self._tasks[name] = asyncio.create_task(service, name=name)  # noqa: TID251 - the one place

    async def _end(self, name: str) -> None:
        task = self._tasks[name]
        task.cancel()
        await asyncio.wait({task})


async def _assemble(stack: AsyncExitStack, load: Callable[[], Settings], polling: MakePolling) -> _Daemon:
    """Construct everything; what must be closed goes on `stack`, the web side last."""
    settings = load()
    clock = SystemClock()
    store = await stack.enter_async_context(store_of(settings, clock))
    state = blank_state(settings, clock, store)
    sinks = [await stack.enter_async_context(receiver) for receiver in _receivers(settings, state)]
    boxes = await digest_boxes(stack, settings)
    http = await polling(stack, settings, clock)
    collectors = await collector_table(
        stack,
        http=http,
        mailbox=state.mailbox,
        boards=state.fleet.sources,
        polling=settings.polling,
        policy=settings.polling.address_policy(),
        clock=clock,
    )
    manager = stack.enter_context(Systemd())
    services = _wire(
        settings,
        load,
        state=state,
        http=http,
        collectors=collectors,
        sinks=sinks,
        boxes=boxes,
        manager=manager,
    )
    stack.push_async_callback(services.reloader.aclose)
    listener = await stack.enter_async_context(
        serve_web(
            read_model=_read_model(settings, state, services, http),
            store=state.store,
            reload=services.reloader.reload,
            settings=settings,
            statistics=state.access,
            push_limits=PushLimits(per_s=settings.web.push_rate),
            intake=services.intake,
            desk=services.desk,
            devices=services.devices,
            reports=_reports(settings, clock),
        )
    )
    state.advice.read_at(f"{settings.web.address(listener.port)}{RUNBOOKS}")
    return _Daemon(services, manager)


def _reports(settings: Settings, clock: Clock) -> ReportProcess:
    late_s = settings.reports.declared_late_s
    return ReportProcess(settings.storage.path, clock=clock, late_s=late_s)


def _receivers(settings: Settings, state: State) -> Iterator[Receiver]:
    return receivers(
        settings,
        state.clock,
        find_shop=ShopDirectory(state.fleet, ZoneInfo).find,
        told=state.told,
        tickets=TicketPlace(state.tickets, state.store),
    )


def _wire(
    settings: Settings,
    load: Callable[[], Settings],
    *,
    state: State,
    http: PollingClient,
    collectors: Collectors,
    sinks: Sequence[Receiver],
    manager: ServiceManager,
    boxes: Mapping[str, Messenger] = NO_BOXES,
) -> _Services:
    """Connect the services, each to those before it.

    evaluation → notifier → pipeline → scheduler → roster. What flows against this order passes through a
    small object that is made before both: `rechecks` (evaluation to scheduler), `state.polls` (scheduler to
    pipeline), the uncommitted transitions (pipeline to notifier).
    """
    clock, rechecks = state.clock, RecheckQueue()
    evaluation = _evaluation(settings, state, rechecks)
    path = commit_path(settings, state, evaluation, sinks, rechecks)
    pipeline, recorder = path.pipeline, recorder_of(settings, clock)
    accept = pipeline.accept if recorder is None else recorder.beside(pipeline.accept)
    scheduler = _scheduler(settings, state, collectors, accept=accept, rechecks=rechecks)
    roster = _roster(state, evaluation, scheduler, pipeline)
    sources = SourceRounds(clock=clock, compare=roster.compare)
    parts = Parts(
        scheduler=scheduler, polls=state.polls, pipeline=pipeline, notifier=path.notifier, store=state.store
    )
    liveness_checks = liveness_checks_of(parts, clock=clock, rules=evaluation.rules)
    return _Services(
        state=state,
        evaluation=evaluation,
        scheduler=scheduler,
        intake=_intake(state, evaluation, pipeline, rechecks),
        pipeline=pipeline,
        recollection=_recollection(state, evaluation, pipeline),
        notifiable=path.notifiable,
        notifier=path.notifier,
        uplink=_uplink(settings, pipeline, clock),
        sources=sources,
        reloader=_reloader(
            settings, load, http=http, sources=sources, roster=roster, state=state, manager=manager
        ),
        liveness_watch=LivenessWatch(liveness_checks=liveness_checks, manager=manager, clock=clock),
        desk=_desk(state, pipeline),
        devices=DeviceNotes(notebook=state.notebook, clock=clock, saved=pipeline.saved),
        foreign=_foreign(settings, sinks, clock),
        digests=digest_sender(settings, state, boxes, setting=evaluation.rules.setting, saved=pipeline.saved),
        recorder=recorder,
    )


def _roster(state: State, evaluation: Evaluation, scheduler: Scheduler, pipeline: Pipeline) -> Roster:
    return Roster(
        membership=evaluation.membership,
        fleet=state.fleet,
        schedule=scheduler,
        clock=state.clock,
        submit=pipeline.submit,
    )


def _scheduler(
    settings: Settings, state: State, collectors: Collectors, *, accept: Listener, rechecks: RecheckQueue
) -> Scheduler:
    return Scheduler(
        collectors=collectors,
        clock=state.clock,
        timetable=settings.polling.timetable(),
        concurrency=min(settings.polling.concurrency, socket_budget()),
        statistics=state.polls,
        rechecks=rechecks,
        listener=accept,
    )


def _evaluation(settings: Settings, state: State, rechecks: RecheckQueue) -> Evaluation:
    return Evaluation(
        fleet=state.fleet,
        book=state.book,
        rule_book=settings.rule_book(),
        advice=state.advice,
        event_tracker=state.event_tracker,
        rechecks=rechecks,
        unreadable=state.unreadable,
        suppression=state.suppression,
    )


def _intake(state: State, evaluation: Evaluation, pipeline: Pipeline, rechecks: RecheckQueue) -> PushIntake:
    return PushIntake(
        evaluation=evaluation,
        membership=evaluation.membership,
        fleet=state.fleet,
        event_tracker=state.event_tracker,
        clock=state.clock,
        submit=pipeline.submit,
        mailbox=state.mailbox,
        hasten=rechecks.hasten,
    )


def _foreign(settings: Settings, sinks: Sequence[Receiver], clock: Clock) -> ForeignSilences:
    labels = settings.alerting.external_labels
    return ForeignSilences(sources=silence_sources(sinks), clock=clock, external_labels=labels)


def _foreign_silences(state: State, foreign: ForeignSilences) -> Sequence[tuple[ForeignSilence, int]]:
    """Return the silences that people made elsewhere, with the number of open alerts that each matches."""
    labels = [alert.labels for alert in state.book]
    return [(silence, len(foreign.matched_by(silence, labels))) for silence in foreign.silences()]


def _desk(state: State, pipeline: Pipeline) -> Desk:
    return Desk(
        board=state.suppression.on_call,
        book=state.book,
        fleet=state.fleet,
        clock=state.clock,
        saved=pipeline.saved,
        tickets=state.tickets,
    )


def _recollection(state: State, evaluation: Evaluation, pipeline: Pipeline) -> EventReplay:
    return EventReplay(
        evaluation=evaluation,
        replay=state.event_tracker.replay,
        store=state.store,
        clock=state.clock,
        submit=pipeline.submit,
        done=freeze_gc,
    )


def _trend_sampler(state: State) -> TrendSampler:
    return TrendSampler(
        fleet=state.fleet,
        book=state.book,
        clock=state.clock,
        trend=state.trend,
        batteries=state.batteries,
    )


def _uplink(settings: Settings, pipeline: Pipeline, clock: Clock) -> Uplink:
    probes = [TcpUplinkProbe(str(place)) for place in settings.polling.uplinks]
    return Uplink(probes=probes, clock=clock, listener=pipeline.uplinks_probed)


def _reloader(
    settings: Settings,
    load: Callable[[], Settings],
    *,
    http: PollingClient,
    sources: SourceRounds,
    roster: Roster,
    state: State,
    manager: ServiceManager,
) -> Reloader:
    return Reloader(
        load=load,
        at_start=settings,
        certificates=ClientCertificates(http, settings.polling),
        sources=SourcesInForce(boards=state.fleet.sources, rounds=sources, clock=state.clock),
        roster=roster,
        status=state.reloads,
        clock=state.clock,
        manager=manager,
    )


def _read_model(settings: Settings, state: State, services: _Services, http: PollingClient) -> ReadModel:
    """Return the state for the read side."""
    return ReadModel(
        fleet=state.fleet,
        book=state.book,
        suppression=state.suppression,
        event_tracker=state.event_tracker,
        polls=state.polls,
        reloads=state.reloads,
        access=state.access,
        clock=state.clock,
        started_at=state.started_at,
        runbooks=state.runbooks,
        setting=services.evaluation.rules.setting,
        trend=state.trend,
        batteries=state.batteries,
        unreadable=state.unreadable.counts,
        tickets=state.tickets,
        notifications=services.notifier.counts,
        in_flight=lambda: services.scheduler.in_flight,
        connections_kept=lambda: http.kept_connections,
        outbox_entries=lambda: services.notifier.outbox_entries,
        log_lines_dropped=lines_dropped,
        store_health=lambda: state.store.health,
        ready=lambda: state.reloads.succeeded is not None,
        liveness_checks=services.liveness_watch.liveness_checks,
        last_taken=lambda: services.notifier.last_taken,
        held=lambda: services.notifiable.held,
        foreign_silences=lambda: _foreign_silences(state, services.foreign),
        tells_shops=settings.notify.shops.tells,
        recording=None if services.recorder is None else services.recorder.progress,
    )
