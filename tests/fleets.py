"""A fleet built by hand, with a real evaluation to open its alerts."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from monitor.adapters.runbook_files import load_runbooks
from monitor.domain.access.statistics import AccessStatistics
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.polling.statistics import PollStatistics
from monitor.domain.runbooks.advice import AdviceBook
from monitor.domain.self_monitoring.fleet_trend import BatteryTrends, FleetTrend
from monitor.domain.self_monitoring.liveness import LivenessCheck, PollingProgress
from monitor.domain.self_monitoring.reload_status import ReloadStatus
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.report import GOOD, UNAUTHORIZED, RoundResult, TerminalReport
from monitor.ports.alert_sink import Delivery
from monitor.views.read_model import ReadModel
from tests.fakes import START, FakeClock, MemoryStore
from tests.middle import NotedRechecks

POLL_S = 0.02
RUNBOOKS = load_runbooks()


def inventory_row(number: int, **fields: Any) -> Terminal:
    """Return a terminal `10000NNN` at shop-NN, five to a shop, with `fields` laid over it."""
    row = {
        "terminal_id": f"{10_000_000 + number}",
        "endpoint": f"http://192.0.2.{number % 250 + 1}:8080/heartbeat",
        "merchant_id": f"8983101481{number % 100_000:05}",
        "merchant_name": f"Merchant {number}",
        "site": f"shop-{number // 5:02}",
        "region": "north" if number % 2 else "south",
        "serial_number": f"N910-{number:08}",
        "vendor": "newland",
        "model": "N910",
    }
    return Terminal(**(row | fields))


class LivingFleet:
    """Terminals, their evaluation and the statistics, moved by hand."""

    def __init__(self, terminals: Iterable[Terminal]) -> None:
        self.clock = FakeClock()
        self.started_at = self.clock.now()
        self.fleet = Fleet()
        self.book = AlertBook()
        self.rechecks = NotedRechecks()
        self.evaluation = Evaluation(
            fleet=self.fleet,
            book=self.book,
            rule_book=RuleBook(),
            advice=AdviceBook(RUNBOOKS.advice()),
            rechecks=self.rechecks,
        )
        self.polls = PollStatistics()
        self.reloads = ReloadStatus()
        self.access = AccessStatistics()
        self.notifications: Counter[tuple[str, Delivery]] = Counter()
        self.store = MemoryStore()
        self.is_ready = True
        self.liveness_checks: list[LivenessCheck] = []
        self.trend = FleetTrend()
        self.batteries = BatteryTrends()
        for terminal in terminals:
            if terminal.is_polled:
                self.evaluation.membership.add(terminal, self.clock.now())
            else:
                self.fleet.set_aside(terminal)
        self.reloads.note(successful=True, now=self.clock.now())

    @property
    def read_model(self) -> ReadModel:
        """What the read side reads."""
        return ReadModel(
            fleet=self.fleet,
            book=self.book,
            suppression=self.evaluation.suppression,
            polls=self.polls,
            event_tracker=self.evaluation.event_tracker,
            reloads=self.reloads,
            access=self.access,
            clock=self.clock,
            started_at=self.started_at,
            runbooks=RUNBOOKS,
            setting=self.evaluation.rules.setting,
            notifications=self.notifications,
            trend=self.trend,
            batteries=self.batteries,
            unreadable=self.evaluation.unreadable.counts,
            ready=lambda: self.is_ready,
            liveness_checks=lambda: self.liveness_checks,
        )

    def hear(self, terminal_id: str, **document: Any) -> None:
        """Let a terminal answer with a heartbeat that has these fields beside its id."""
        self._take(terminal_id, PollResult(Outcome.OK, POLL_S, self.reading(terminal_id, **document)))

    def reading(self, terminal_id: str, **document: Any) -> Reading:
        """Return a heartbeat that has these fields beside its id."""
        return msgspec.convert({"terminal_id": terminal_id} | document, Reading)

    def lose(self, terminal_id: str, outcome: Outcome = Outcome.TIMEOUT, detail: str = "") -> None:
        """Let a poll of a terminal fail."""
        self._take(terminal_id, PollResult(outcome, POLL_S, None, detail))

    def hear_all(self, **document: Any) -> None:
        """Let every terminal answer alike."""
        for watched in self.fleet:
            self.hear(watched.terminal.terminal_id, **document)

    def wait(self, seconds: float) -> None:
        """Let time pass, and the rules see it."""
        now = self.clock.turn(seconds)
        self.store.journal += self.evaluation.tick(now, PollingProgress(silent_s=0.0))

    def make_offline(self, *terminal_ids: str) -> None:
        """Let polls fail until TerminalOffline fires, and what follows from it."""
        for _ in range(2):
            for terminal_id in terminal_ids:
                self.lose(terminal_id)
            self.wait(60)

    def watched(self, terminal_id: str) -> WatchedTerminal:
        """Return a terminal that must be there."""
        watched = self.fleet.get(terminal_id)
        assert watched is not None
        return watched

    def _take(self, terminal_id: str, result: PollResult) -> None:
        self.polls.count(result)
        now = self.clock.now()
        transitions, _ = self.evaluation.accept(self.watched(terminal_id), result, now)
        self.store.journal += transitions


def make_fleet(count: int = 3, *rows: Terminal, **fields: Any) -> LivingFleet:
    """Return `count` terminals as `inventory_row` numbers them, and `rows` beside them."""
    return LivingFleet([*(inventory_row(number, **fields) for number in range(count)), *rows])


SHOP_HOURS: dict[str, Any] = {"opening_hours": "Mo-Su 08:00-20:00", "timezone": "Asia/Shanghai"}
"""A living fleet begins at nine in the morning there."""


def make_closed_fleet(count: int = 3, *rows: Terminal) -> LivingFleet:
    """Return `count` terminals that went off when their shops closed a minute ago, and `rows` beside them."""
    living = make_fleet(count, *rows, **SHOP_HOURS)
    living.hear_all(battery={"percent": 50, "charging": True})
    living.wait(11 * 3600)
    living.hear_all(battery={"percent": 50, "charging": True})
    living.make_offline(*(f"{10_000_000 + number}" for number in range(count)))
    return living


def add_sources(fleet: Fleet, *extra: str) -> None:
    """Give a fleet three sources: one that answers, one that does not, and one that was never asked.

    The inventory names `b` and `gone` of the first; the source lists `a`, `b` and `extra`.
    """
    now = START
    for name in ("tills", "readers", "fresh"):
        fleet.sources[name] = SourceBoard(name=name, kind="square", interval_s=60.0, stale_after_s=180.0)
    tills, readers = fleet.sources["tills"], fleet.sources["readers"]
    reading, bad = Reading(terminal_id=""), ("battery.percent: not a number between 0 and 100",)
    tills.begin_round(now)
    tills.file([TerminalReport(name, reading, unreadable=bad) for name in ("a", "b", *extra)], now)
    tills.end_round(RoundResult(GOOD), now)
    tills.named = frozenset({"b", "gone"})
    tills.not_in_inventory, tills.not_listed = 1 + len(extra), 1
    readers.begin_round(now)
    readers.end_round(RoundResult(UNAUTHORIZED, "status 401"), now)
