"""How the notifier tells its sinks, with the clock in the test's hand."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.domain.alerts.alert import Alert, AlertState, Category, Severity
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.suppression.notifiable import Notifiable
from monitor.ports.alert_sink import AlertSink, Delivery
from monitor.services.notifier import BATCH, Notifier
from tests.fakes import START, FakeClock, FakeSink, loop_settled
from tests.running import running


def alert(subject: str = "1", **changes: Any) -> Alert:
    """Return a firing alert."""
    values: dict[str, Any] = {
        "alertname": "PaperOut",
        "subject": subject,
        "labels": {"alertname": "PaperOut", "terminal_id": subject},
        "severity": Severity.CRITICAL,
        "category": Category.PRINTER,
        "since": START.ago(60),
        "state": AlertState.FIRING,
        "last_present": START,
        "fired_at": START,
        "annotations": {"summary": "paper is out"},
    }
    return Alert(**values | changes)


def resolve(firing: Alert, clock: FakeClock) -> Alert:
    """Resolve an alert now."""
    firing.state = AlertState.RESOLVED
    firing.resolved_at = clock.now()
    return firing


def notifier(
    *sinks: AlertSink, clock: FakeClock, snapshot: Callable[[], Iterable[Alert]] = tuple, **more: Any
) -> Notifier:
    """Return a notifier whose retries come in the middle of their span."""
    return Notifier(
        sinks=sinks,
        clock=clock,
        snapshot=lambda _now: map(Notifiable, snapshot()),
        chance=lambda: 0.5,
        **more,
    )


@asynccontextmanager
async def started(service: Notifier) -> AsyncIterator[None]:
    """Run a notifier for the length of a block, its first look at the snapshot behind it."""
    async with running(service.run()):
        await loop_settled()
        yield


async def drain(service: Notifier) -> None:
    """Drain with a deadline of the clock that stands; a few real seconds bound the test."""
    async with asyncio.timeout(5):
        await service.drain(5.0)


def told(sink: FakeSink) -> list[tuple[str, bool]]:
    """Return whom a sink was told of and whether as resolved, in order."""
    return [(notice.labels["terminal_id"], notice.resolved) for batch in sink.batches for notice in batch]


class StuckSink(FakeSink):
    """A receiver that takes the batch and does not answer until `answer` is set."""

    def __init__(self, name: str = "stuck") -> None:
        super().__init__(name)
        self.answer = asyncio.Event()

    async def send(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Answer when allowed to."""
        delivery = await super().send(notices)
        await self.answer.wait()
        return delivery


class PickySink(FakeSink):
    """A receiver that refuses every batch with a terminal of `refused` in it."""

    def __init__(self, *refused: str) -> None:
        super().__init__("picky")
        self.refused = set(refused)
        self.taken: list[str] = []

    async def send(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Take all or none."""
        await super().send(notices)
        subjects = [notice.labels["terminal_id"] for notice in notices]
        if self.refused.intersection(subjects):
            return Delivery.REJECTED
        self.taken += subjects
        return Delivery.SENT


class BrokenSink(FakeSink):
    """A receiver whose code is at fault."""

    async def send(self, notices: Sequence[PostableAlert]) -> Delivery:
        """Break the promise that failures are results."""
        await super().send(notices)
        raise ZeroDivisionError


async def test_a_fired_alert_is_sent_to_every_sink_at_once() -> None:
    """No time passes between the call and the sending."""
    clock, one, two = FakeClock(), FakeSink("one"), FakeSink("two")
    service = notifier(one, two, clock=clock, external_labels={"monitor": "north"})
    async with started(service):
        service.notify([alert()])
        assert service.outbox_entries == 2
        await loop_settled()
    for sink in (one, two):
        ((notice,),) = sink.batches
        assert notice.labels == {"alertname": "PaperOut", "terminal_id": "1", "monitor": "north"}
        assert notice.starts_at == START.wall - 60
        assert notice.ends_at == START.wall + 240
    assert service.counts == {("one", Delivery.SENT): 1, ("two", Delivery.SENT): 1}
    assert service.outbox_entries == 0


async def test_a_sink_that_hangs_delays_no_other() -> None:
    """Each sink has its own queue and its own loop."""
    clock, stuck, free = FakeClock(), StuckSink(), FakeSink("free")
    service = notifier(stuck, free, clock=clock)
    async with started(service):
        for subject in ("1", "2", "3"):
            service.notify([alert(subject)])
            await loop_settled()
        assert told(free) == [("1", False), ("2", False), ("3", False)]
        assert told(stuck) == [("1", False)]
        stuck.answer.set()
        await loop_settled()
        assert told(stuck) == told(free)


async def test_a_sink_that_is_away_is_tried_again_ever_more_slowly_and_for_ever() -> None:
    """Full jitter around a wait that doubles up to a minute; nothing is given up."""
    clock = FakeClock()
    sink = FakeSink("away", *[Delivery.RETRY] * 12)
    firing = alert()
    service = notifier(sink, clock=clock, snapshot=lambda: [firing])
    moments: list[float] = []
    async with started(service):
        moments.append(0.0)
        for _ in range(600):
            before = len(sink.batches)
            await clock.advance(0.5)
            moments += [clock.monotonic() - START.monotonic] * (len(sink.batches) - before)
    waits = [round(later - earlier) for earlier, later in pairwise(moments)]
    assert waits[:11] == [1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30]
    assert service.counts["away", Delivery.RETRY] == 12
    assert service.counts["away", Delivery.SENT] >= 1
    assert service.outbox_entries == 0


async def test_back_off_starts_anew_after_a_success() -> None:
    """A sink that answered once is trusted again."""
    clock = FakeClock()
    sink = FakeSink("shaky", *[Delivery.RETRY] * 3, Delivery.SENT, Delivery.RETRY)
    service = notifier(sink, clock=clock)
    async with started(service):
        service.notify([alert("1")])
        await clock.advance(7)
        service.notify([alert("2")])
        await clock.advance(1)
    assert len(sink.batches) == 6


async def test_fired_and_resolved_while_a_sink_was_away_is_delivered_as_that() -> None:
    """One notice, resolved, with the true beginning and end; new alerts come along."""
    clock = FakeClock()
    sink = FakeSink("away", Delivery.RETRY, Delivery.RETRY)
    service = notifier(sink, clock=clock)
    async with started(service):
        service.notify([short := alert("short")])
        await clock.advance(0.5)
        service.notify([resolve(short, clock), alert("new")])
        ended = clock.now().wall
        await clock.advance(3600)
    last = sink.batches[2]
    assert [(n.labels["terminal_id"], n.resolved) for n in last] == [("short", True), ("new", False)]
    assert (last[0].starts_at, last[0].ends_at) == (START.wall - 60, ended)


async def test_what_fires_is_sent_again_every_interval() -> None:
    """A receiver that was restarted hears of it within an interval."""
    clock, sink, firing = FakeClock(), FakeSink(), alert()
    service = notifier(sink, clock=clock, snapshot=lambda: [firing])
    async with started(service):
        await clock.advance(300)
    assert [batch[0].ends_at - START.wall for batch in sink.batches] == [240, 300, 360, 420, 480, 540]


async def test_a_resolved_alert_is_sent_again_for_a_quarter_of_an_hour() -> None:
    """And then no more."""
    clock, sink, firing = FakeClock(), FakeSink(), alert()
    service = notifier(sink, clock=clock)
    async with started(service):
        service.notify([firing])
        await loop_settled()
        service.notify([resolve(firing, clock)])
        await clock.advance(3600)
    assert told(sink) == [("1", False)] + [("1", True)] * 15
    assert {notice.ends_at for (notice,) in sink.batches[1:]} == {START.wall}


async def test_an_alert_that_becomes_suppressed_is_sent_no_more_and_not_resolved() -> None:
    """It is left to expire at the receiver, and is news once it is released."""
    clock, sink, firing = FakeClock(), FakeSink(), alert()
    snapshot = [firing]
    service = notifier(sink, clock=clock, snapshot=lambda: snapshot)
    async with started(service):
        snapshot.clear()
        await clock.advance(3600)
        assert told(sink) == [("1", False)]
        snapshot.append(firing)
        await clock.advance(10)
        assert told(sink) == [("1", False)] * 2


async def test_an_alert_suppressed_all_its_life_is_never_sent() -> None:
    """Its resolve reaches the notifier, but nobody heard of it."""
    clock, sink = FakeClock(), FakeSink()
    service = notifier(sink, clock=clock)
    async with started(service):
        service.notify([resolve(alert(), clock)])
        await clock.advance(3600)
    assert sink.batches == []


async def test_a_batch_is_split_until_only_what_is_refused_is_left_out() -> None:
    """Two bad alerts of a hundred cost two alerts."""
    clock, sink = FakeClock(), PickySink("13", "77")
    service = notifier(sink, clock=clock)
    async with started(service):
        with capture_logs() as logs:
            service.notify([alert(str(number)) for number in range(100)])
            await loop_settled()
    assert sorted(sink.taken, key=int) == [str(n) for n in range(100) if n not in (13, 77)]
    assert service.counts == {("picky", Delivery.SENT): 98, ("picky", Delivery.REJECTED): 2}
    assert service.outbox_entries == 0
    assert [entry["event"] for entry in logs] == ["notification.rejected"] * 2


async def test_a_sink_that_goes_away_in_the_middle_of_a_split_gets_the_rest_later() -> None:
    """What was taken is settled, what was not waits."""
    clock = FakeClock()
    sink = FakeSink("shaky", Delivery.REJECTED, Delivery.SENT, Delivery.RETRY)
    service = notifier(sink, clock=clock)
    async with started(service):
        service.notify([alert(str(number)) for number in range(4)])
        await loop_settled()
        assert service.outbox_entries == 2
        await clock.advance(1)
    assert [len(batch) for batch in sink.batches] == [4, 2, 2, 2]
    assert service.counts == {("shaky", Delivery.SENT): 4, ("shaky", Delivery.RETRY): 2}


async def test_an_alert_no_receiver_would_take_is_not_sent_and_costs_nothing_else() -> None:
    """It is counted as rejected and named in the log by its alert name only."""
    clock, sink = FakeClock(), FakeSink()
    service = notifier(sink, clock=clock)
    bad = alert(labels={"alertname": "PaperOut", "bad-name": "secret\x1b"})
    async with started(service):
        with capture_logs() as logs:
            service.notify([bad, alert("2")])
            await loop_settled()
    assert told(sink) == [("2", False)]
    assert service.counts == {("fake", Delivery.SENT): 1, ("fake", Delivery.REJECTED): 1}
    assert logs == [
        {
            "event": "notification.rejected",
            "log_level": "error",
            "sink": "fake",
            "alertname": "PaperOut",
            "reason": "a name that is none",
        }
    ]


async def test_a_sink_at_fault_is_retried_and_the_others_go_on() -> None:
    """Even a programming error in one sink silences no other."""
    clock, broken, sink = FakeClock(), BrokenSink("broken"), FakeSink()
    service = notifier(broken, sink, clock=clock)
    async with started(service):
        with capture_logs() as logs:
            service.notify([alert()])
            await clock.advance(1)
    assert told(sink) == [("1", False)]
    assert told(broken) == [("1", False)] * 2
    assert logs[0]["event"] == "notifier.sink_broken"


async def test_ten_thousand_transitions_go_out_in_bounded_batches() -> None:
    """A burst is not lost and not sent in one piece."""
    clock, sink = FakeClock(), FakeSink()
    service = notifier(sink, clock=clock)
    async with started(service):
        service.notify([alert(str(number)) for number in range(10_000)])
        await loop_settled()
    assert len(told(sink)) == len(set(told(sink))) == 10_000
    assert max(map(len, sink.batches)) == BATCH


async def test_draining_sends_what_waits() -> None:
    """Also what was under way when the notifier was stopped, for its answer was not heard."""
    clock, stuck = FakeClock(), StuckSink()
    service = notifier(stuck, clock=clock)
    async with started(service):
        service.notify([alert("1")])
        await loop_settled()
        service.notify([alert("2")])
    stuck.answer.set()
    await drain(service)
    assert told(stuck) == [("1", False), ("1", False), ("2", False)]
    assert service.outbox_entries == 0


async def test_draining_tries_a_sink_that_is_away_only_once() -> None:
    """And says in the log that something was left."""
    clock, away, sink = FakeClock(), FakeSink("away", *[Delivery.RETRY] * 9), FakeSink()
    service = notifier(away, sink, clock=clock)
    service.notify([alert()])
    with capture_logs() as logs:
        await drain(service)
    assert len(away.batches) == 1
    assert told(sink) == [("1", False)]
    assert logs == [{"event": "notifier.stopped_with_entries", "log_level": "warning", "entries": 1}]


async def test_draining_ends_at_its_deadline() -> None:
    """A sink that hangs does not hold up the stop, and the other sink is served meanwhile."""
    clock, stuck, sink = FakeClock(), StuckSink(), FakeSink()
    service = notifier(stuck, sink, clock=clock)
    service.notify([alert()])
    draining = asyncio.ensure_future(service.drain(5.0))
    await clock.advance(4.9)
    assert not draining.done()
    assert told(sink) == [("1", False)]
    await clock.advance(0.2)
    assert draining.done()
    await draining


async def test_a_notifier_without_sinks_has_nothing_to_do() -> None:
    """It runs, is told, drains and holds nothing."""
    clock = FakeClock()
    service = notifier(clock=clock)
    async with started(service):
        service.notify([alert()])
        await clock.advance(60)
    await drain(service)
    assert service.outbox_entries == 0


@pytest.mark.parametrize("state", [AlertState.FIRING, AlertState.RESOLVED])
async def test_a_snapshot_may_hold_resolved_alerts(state: AlertState) -> None:
    """Only what fires is taken from it."""
    clock, sink = FakeClock(), FakeSink()
    one = alert(state=state, resolved_at=START if state is AlertState.RESOLVED else None)
    service = notifier(sink, clock=clock, snapshot=lambda: [one])
    async with started(service):
        await clock.advance(1)
    assert len(sink.batches) == (state is AlertState.FIRING)


async def test_news_gathers_for_those_who_want_it() -> None:
    """Other receivers are told at once; what gathered is one batch, however much it is."""
    clock, hasty, patient = FakeClock(), FakeSink("hasty"), FakeSink("patient")
    firing = [alert(str(number)) for number in range(BATCH + 9)]
    service = notifier(hasty, patient, clock=clock, snapshot=lambda: firing[:1], gathering_s={"patient": 8.0})
    async with started(service):
        assert (len(hasty.batches), len(patient.batches)) == (1, 0)
        await clock.advance(5.0)
        service.notify(firing[1:])
        await clock.advance(3.0)
    assert [len(batch) for batch in patient.batches] == [BATCH + 9]


async def test_what_is_news_to_a_sink_is_told_of_once() -> None:
    """Not when it is repeated, refused or not taken; the notice has the alert's own labels."""
    clock = FakeClock()
    news: list[tuple[str, dict[str, str], bool]] = []
    sink = FakeSink("fake", Delivery.RETRY)
    service = notifier(
        sink,
        clock=clock,
        snapshot=lambda: [firing],
        external_labels={"fleet": "north"},
        tell=lambda name, notices, _now: news.extend(
            (name, dict(notice.own), notice.resolved) for notice in notices
        ),
    )
    firing = alert()
    async with started(service):
        service.notify([firing])
        await loop_settled()
        assert not news
        for _ in range(12):
            await clock.advance(30.0)
        assert len(sink.batches) > 3
        assert news == [("fake", firing.labels, False)]
        service.notify([resolve(firing, clock)])
        await clock.advance(1.0)
    assert news == [("fake", firing.labels, False), ("fake", firing.labels, True)]


async def test_what_a_receiver_refuses_is_no_news() -> None:
    """It has not been told."""
    clock = FakeClock()
    news: list[dict[str, str]] = []
    sink = PickySink("2")
    service = notifier(
        sink, clock=clock, tell=lambda _name, notices, _now: news.extend(one.labels for one in notices)
    )
    async with started(service):
        service.notify([alert("1"), alert("2")])
        await clock.advance(1.0)
    assert [labels["terminal_id"] for labels in news] == ["1"]
