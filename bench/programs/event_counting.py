"""Counts a million events, of 5 000 terminals or as many as its argument says; prints the cost as JSON.

A fleet sells around the clock: 1.5 % wrong PINs, a fault or a time-out now and then. Events come in
heartbeats of `PER_LIST`, as JSON, and go through decoding, windows and detectors. Then the same lists come
again, as terminals repeat the last events they remember.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from random import Random

import msgspec

from bench.fleet import RESPONSE_CODES
from bench.processes import rss_bytes
from monitor.config.dialect_files import load_response_codes
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.event_tracking.event_tracker import EventTracker
from monitor.domain.events.card_hash import CardHasher
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant, rfc3339
from monitor.domain.inventory.terminal import Terminal

TERMINALS = 5_000
EVENTS = 1_000_000
PER_LIST = 20
REPEATED_LISTS = 20_000
DAY_S = 86_400.0
START = Instant(monotonic=10_000.0, wall=1_795_222_800.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Events a second on one core; bytes that stay per event; µs for a list that is known."""

    events_per_s: float
    bytes_per_event: float
    repeated_list_us: float


def stage(terminals: int) -> tuple[Evaluation, Fleet]:
    """Return an evaluation and the fleet that it watches."""
    fleet = Fleet()
    event_tracker = EventTracker(
        fleet=fleet, codes=load_response_codes(), hasher=CardHasher([b"a key of the bench"])
    )
    evaluation = Evaluation(fleet=fleet, book=AlertBook(), rule_book=RuleBook(), event_tracker=event_tracker)
    for number in range(terminals):
        evaluation.membership.add(Terminal(terminal_id=f"{number:08}", site=f"s{number // 5}"), START)
    return evaluation, fleet


def lists(terminals: int) -> Iterator[tuple[Instant, str, bytes]]:
    """Yield moment, terminal and JSON of each list; the fleet's day passes once."""
    dice = Random(1)
    count = EVENTS // PER_LIST
    for number in range(count):
        now = START.ago(-number * DAY_S / count)
        span_s = min(DAY_S / 2, DAY_S * terminals * PER_LIST / EVENTS)  # older ones would be refused
        events = [
            {
                "id": f"{number}-{place:06}",
                "at": rfc3339(now.wall - span_s * (PER_LIST - place) / PER_LIST),
                "type": "transaction",
                "response_code": dice.choice(RESPONSE_CODES),
                "card_token": f"tok_{dice.randrange(200_000):08x}",
                "operator_id": "01",
                "amount_minor": dice.randrange(100, 50_000),
                "currency": "CNY",
            }
            for place in range(PER_LIST)
        ]
        yield now, f"{number % terminals:08}", msgspec.json.encode(events)


def measure(terminals: int) -> Cost:
    """Count a million events, then some lists of them again."""
    evaluation, fleet = stage(terminals)
    gc.collect()
    gc.freeze()
    before = rss_bytes(os.getpid())
    took_s = 0.0
    last: list[tuple[Instant, WatchedTerminal, list[object]]] = []
    for now, terminal_id, body in lists(terminals):
        watched = fleet[terminal_id]
        began = time.process_time()
        evaluation.ingest_push(watched, msgspec.json.decode(body), now)
        took_s += time.process_time() - began
        evaluation.event_tracker.drain_unsaved()  # as the store does, a few times a second
        last = [*last[-REPEATED_LISTS // 100 :], (now, watched, msgspec.json.decode(body))]
    gc.collect()
    kept = rss_bytes(os.getpid()) - before
    began = time.process_time()
    for number in range(REPEATED_LISTS):
        now, watched, documents = last[number % len(last)]
        evaluation.ingest_push(watched, documents, now)
    repeated_s = time.process_time() - began
    return Cost(
        events_per_s=EVENTS / took_s,
        bytes_per_event=kept / EVENTS,
        repeated_list_us=1e6 * repeated_s / REPEATED_LISTS,
    )


if __name__ == "__main__":
    print(json.dumps(asdict(measure(int(sys.argv[1]) if sys.argv[1:] else TERMINALS))))
