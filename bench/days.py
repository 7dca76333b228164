"""What posmon's memory does over days: `python -m bench.days --hours 60`.

A fleet is polled once a minute in virtual time, without a network and a store. What remains is what posmon
remembers of terminals, events, cards and alerts.
"""

import argparse
import gc
import json
import os
import sys
from collections import deque
from dataclasses import dataclass, field
from random import Random

from bench.processes import rss_bytes
from monitor.adapters.runbook_files import load_runbooks
from monitor.config.settings import Settings
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.events.card_hash import CardHasher
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.heartbeat.decoding import read_heartbeat
from monitor.domain.instant import Instant, rfc3339
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.runbooks.advice import AdviceBook
from monitor.domain.self_monitoring.liveness import PollingProgress

INTERVAL_S, HOUR_S, DAY_S = 60.0, 3600.0, 86_400.0
START = Instant(monotonic=10_000.0, wall=1_795_222_800.0)
REPEATED, LOST, WRONG = 12, 0.003, 0.015
PRINTER = (*["ok"] * 50, "paper_low", "paper_out")


@dataclass(slots=True, kw_only=True)
class Till:
    """A terminal, and the last events that it repeats in each heartbeat."""

    terminal_id: str
    events: deque[dict[str, object]] = field(default_factory=lambda: deque(maxlen=REPEATED))
    sold: int = 0

    def answer(self, random: Random, now: Instant, a_day: int) -> bytes:
        """Return a heartbeat; now and then there was a customer."""
        if random.random() < a_day * INTERVAL_S / DAY_S:
            self.sold += 1
            self.events.append(
                {
                    "id": f"e{self.sold}",
                    "at": rfc3339(now.wall),
                    "type": "transaction",
                    "response_code": "55" if random.random() < WRONG else "00",
                    "card_token": f"tok_{self.terminal_id}_{self.sold}",
                    "amount_minor": random.randrange(100, 90_000),
                    "currency": "CNY",
                }
            )
        said = {
            "terminal_id": self.terminal_id,
            "sent_at": rfc3339(now.wall),
            "battery": {"percent": random.randrange(8, 100), "charging": False},
            "printer": {"status": random.choice(PRINTER)},
            "network": {"type": "cellular", "signal_dbm": -random.randrange(60, 112), "host_reachable": True},
            "events": list(self.events),
        }
        return json.dumps(said).encode()


class Days:
    """A fleet of `count` tills with `a_day` customers each."""

    def __init__(self, *, count: int, a_day: int, seed: int) -> None:
        self.now = START
        self.fleet, self.book = Fleet(), AlertBook()
        self.tracker = EventTracker(
            fleet=self.fleet, codes=Settings().response_codes(), hasher=CardHasher([b"k" * 32])
        )
        self.evaluation = Evaluation(
            fleet=self.fleet,
            book=self.book,
            rule_book=RuleBook(),
            advice=AdviceBook(load_runbooks().advice()),
            event_tracker=self.tracker,
        )
        self._a_day = a_day
        self._random = Random(seed)
        self._tills = [Till(terminal_id=f"{10_000_000 + number}") for number in range(count)]
        for place, till in enumerate(self._tills):
            row = Terminal(
                terminal_id=till.terminal_id, endpoint=f"http://192.0.2.1:{place + 1}/", site=f"s{place // 3}"
            )
            self.evaluation.membership.add(row, self.now)

    def minute(self) -> None:
        """Poll everybody once."""
        for till in self._tills:
            result = PollResult(Outcome.TIMEOUT, 5.0)
            if self._random.random() >= LOST:
                reading, events = read_heartbeat(till.answer(self._random, self.now, self._a_day))[:2]
                result = PollResult(Outcome.OK, 0.02, reading, "", events)
            self.evaluation.accept(self.fleet[till.terminal_id], result, self.now)
        self.evaluation.tick(self.now, PollingProgress(silent_s=0.0))
        self.tracker.drain_unsaved()
        self.now = Instant(self.now.monotonic + INTERVAL_S, self.now.wall + INTERVAL_S)

    def line(self) -> str:
        """Return hours, memory and what is remembered."""
        gc.collect()
        histories = [watched.events for watched in self.fleet if watched.events]
        return "".join(
            f"{number:>14}"
            for number in (
                f"{(self.now.monotonic - START.monotonic) / HOUR_S:.0f}",
                f"{rss_bytes(os.getpid()) / 1e6:.1f}",
                sys.getallocatedblocks(),
                sum(len(history.times) for history in histories),
                len(self.tracker.windows.cards),
                len(list(self.book)),
            )
        )


def main() -> None:
    """Print a line for every second hour."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=int, default=60)
    parser.add_argument("--terminals", type=int, default=300)
    parser.add_argument("--transactions-per-day", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    days = Days(count=given.terminals, a_day=given.transactions_per_day, seed=given.seed)
    names = ("hours", "resident, MB", "blocks", "transactions", "cards", "alerts")
    print("".join(f"{name:>14}" for name in names))
    for minute in range(given.hours * 60 + 1):
        if minute % 120 == 0:
            print(days.line(), flush=True)
        days.minute()


if __name__ == "__main__":
    main()
