"""Sending every alert to every receiver until it is accepted."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

import structlog

from monitor.domain.alerts.alert import AlertState
from monitor.domain.instant import Instant
from monitor.domain.notification.outbox import (
    CAPACITY,
    Outbox,
    OutboxChanges,
    OutboxItem,
    Step,
    identity_of,
    retry_delay_s,
)
from monitor.domain.notification.postable_alert import Identity, PostableAlert, fault_of
from monitor.domain.persistence.record import Remembered
from monitor.domain.persistence.restoration import perhaps_heard
from monitor.domain.suppression.notifiable import Notifiable
from monitor.ports.alert_sink import AlertSink, Delivery
from monitor.ports.clock import Clock

BATCH = 128
REFRESHES_PER_INTERVAL = 6
STUCK_AFTER_REFRESHES = 6
TellNews = Callable[[str, Sequence[PostableAlert], Instant], None]
"""Notes that a sink took news: its name, the notices that it did not know yet, when."""

NO_LABELS: Mapping[str, str] = MappingProxyType({})
AT_ONCE: Mapping[str, float] = MappingProxyType({})

log = structlog.get_logger()


class _Channel:
    """One sink with its own outbox; `wake` is set while something may wait in it.

    What waits may gather for `gathering_s`, and is then sent as one batch.
    """

    def __init__(self, sink: AlertSink, outbox: Outbox, gathering_s: float) -> None:
        self.sink = sink
        self.outbox = outbox
        self.gathering_s = gathering_s
        self.batch = CAPACITY if gathering_s else BATCH
        self.wake = asyncio.Event()


class Notifier:
    """Sends alerts to all sinks, each at its own pace, at least once and for ever.

    `snapshot` returns the alerts to be sent now: every firing, committed alert that nothing withdraws, with
    what holds it back; resolved ones among them do no harm. It is asked six times per `resend_interval_s`, so
    a suppression that begins or ends shows within a sixth of it. `chance` is uniform in [0, 1) and spreads
    retries.
    `gathering_s` are the seconds, by the name of the sink, that news gathers for one batch; other sinks are
    told at once. `tell` hears of what is news to a sink and was taken. `counts` says how many notices had
    which result at which sink, `last_taken` when a sink last took a batch.
    """

    def __init__(
        self,
        *,
        sinks: Sequence[AlertSink],
        clock: Clock,
        snapshot: Callable[[Instant], Iterable[Notifiable]],
        resend_interval_s: float = 60.0,
        resolved_for_s: float = 900.0,
        external_labels: Mapping[str, str] = NO_LABELS,
        gathering_s: Mapping[str, float] = AT_ONCE,
        tell: TellNews | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.counts: Counter[tuple[str, Delivery]] = Counter()
        self.last_refresh = clock.monotonic()
        self.last_taken: dict[str, Instant] = {}
        self._clock = clock
        self._gone: dict[str, OutboxChanges] = {}
        self._snapshot = snapshot
        self._refresh_s = resend_interval_s / REFRESHES_PER_INTERVAL
        self._chance = chance
        self._tell = tell
        self._channels = [
            _Channel(
                sink,
                Outbox(
                    resend_interval_s=resend_interval_s,
                    resolved_for_s=resolved_for_s,
                    external_labels=external_labels,
                ),
                gathering_s.get(sink.name, 0.0),
            )
            for sink in sinks
        ]

    @property
    def patience_s(self) -> float:
        """How long `last_refresh` may lie back while all is well."""
        return STUCK_AFTER_REFRESHES * self._refresh_s

    @property
    def outbox_entries(self) -> int:
        """How many notices wait to be sent, over all sinks."""
        return sum(channel.outbox.waiting for channel in self._channels)

    def restore(self, remembered: Remembered) -> None:
        """Restore the notices that an earlier run has not sent, before `run`.

        Notices to a receiver that is no longer configured are dropped.
        """
        perhaps = perhaps_heard(remembered)
        for channel in self._channels:
            name = channel.sink.name
            entries, untold = remembered.outboxes.get(name, ()), remembered.untold.get(name, ())
            channel.outbox.restore(entries, untold, perhaps)
        names = {channel.sink.name for channel in self._channels}
        for name in (remembered.outboxes.keys() | remembered.untold.keys()) - names:
            self._drop(name, remembered)
        self._wake_all()

    def drain_unsaved(self) -> dict[str, OutboxChanges]:
        """Return, by receiver, the changes of its outbox since the last call."""
        changes = {channel.sink.name: channel.outbox.drain_unsaved() for channel in self._channels}
        changes |= self._gone
        self._gone = {}
        return changes

    def notify(self, steps: Iterable[Step]) -> None:
        """Queue alerts that have just fired or resolved and are committed; returns at once.

        Fired alerts that are suppressed are left out by the caller. Resolved ones need not be: each outbox
        queues a resolve only if it queued the firing.
        """
        for step in steps:
            for channel in self._channels:
                channel.outbox.enqueue(step)
        self._wake_all()

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._refresh_regularly(), name="notifier refresh")
            for channel in self._channels:
                group.create_task(self._serve(channel), name=f"notifier {channel.sink.name}")

    async def drain(self, deadline_s: float) -> None:
        """Try once to send all waiting notices, for at most `deadline_s`; called after `run` has ended."""
        if not self._channels:
            return
        async with asyncio.TaskGroup() as group:
            drains = [group.create_task(self._drain(channel)) for channel in self._channels]
            deadline = group.create_task(self._cancel_later(drains, deadline_s))
            await asyncio.wait(drains)
            deadline.cancel()
        if self.outbox_entries:
            log.warning("notifier.stopped_with_entries", entries=self.outbox_entries)

    def _drop(self, name: str, remembered: Remembered) -> None:
        entries = remembered.outboxes.get(name, ())
        log.warning("notifier.receiver_gone", sink=name, entries=len(entries))
        self._gone[name] = OutboxChanges(forgotten=[identity_of(entry) for entry in entries])

    async def _cancel_later(self, tasks: Iterable[asyncio.Task[None]], delay_s: float) -> None:
        await self._clock.sleep(delay_s)
        for task in tasks:
            task.cancel()

    async def _refresh_regularly(self) -> None:
        while True:
            self._refresh()
            await self._clock.sleep(self._refresh_s)

    def _refresh(self) -> None:
        firing: dict[Identity, Step] = {}
        held: dict[Identity, str] = {}
        now = self._clock.now()
        for alert, words in self._snapshot(now):
            if alert.state is AlertState.FIRING:
                identity = identity_of(alert)
                firing[identity] = alert
                if words:
                    held[identity] = words
        self.last_refresh = now.monotonic
        for channel in self._channels:
            channel.outbox.refresh(firing, now, held)
        self._wake_all()

    def _wake_all(self) -> None:
        for channel in self._channels:
            if channel.outbox.waiting:
                channel.wake.set()

    async def _serve(self, channel: _Channel) -> None:
        failures = 0
        while True:
            await channel.wake.wait()
            if not channel.outbox.waiting:
                channel.wake.clear()
                continue
            if channel.gathering_s and not failures:
                await self._clock.sleep(channel.gathering_s)
            if await self._send_batch(channel) is Delivery.RETRY:
                failures += 1
                await self._clock.sleep(retry_delay_s(failures, self._chance()))
            else:
                failures = 0

    async def _drain(self, channel: _Channel) -> None:
        while channel.outbox.waiting and await self._send_batch(channel) is not Delivery.RETRY:
            pass

    async def _send_batch(self, channel: _Channel) -> Delivery:
        """Send the next batch, without notices that every receiver would refuse; RETRY when some are left."""
        letters = channel.outbox.batch(channel.batch, self._clock.now())
        sound = []
        for letter in letters:
            if fault := fault_of(letter.notice):
                self._reject(channel, letter, fault)
            else:
                sound.append(letter)
        return await self._deliver(channel, sound) if sound else Delivery.SENT

    async def _deliver(self, channel: _Channel, letters: list[OutboxItem]) -> Delivery:
        """Send `letters` as one batch; refused, by halves, until only the guilty ones are rejected."""
        delivery = await self._attempt(channel.sink, letters)
        if delivery in {Delivery.SENT, Delivery.PARTIAL}:
            self.last_taken[channel.sink.name] = self._clock.now()
            self._settle(channel, letters, delivery)
        elif delivery is Delivery.RETRY:
            self.counts[channel.sink.name, delivery] += len(letters)
        elif len(letters) == 1:
            self._reject(channel, letters[0], "refused by the receiver")
        else:
            middle = len(letters) // 2
            for half in (letters[:middle], letters[middle:]):
                if await self._deliver(channel, half) is Delivery.RETRY:
                    return Delivery.RETRY
        return delivery

    async def _attempt(self, sink: AlertSink, letters: list[OutboxItem]) -> Delivery:
        try:
            return await sink.send([letter.notice for letter in letters])
        except Exception:  # a sink that breaks its promise must not silence the others
            log.exception("notifier.sink_broken", sink=sink.name)
            return Delivery.RETRY

    def _reject(self, channel: _Channel, letter: OutboxItem, reason: str) -> None:
        log.error(
            "notification.rejected",
            sink=channel.sink.name,
            alertname=letter.notice.labels.get("alertname", ""),
            reason=reason,
        )
        self._settle(channel, [letter], Delivery.REJECTED)

    def _settle(self, channel: _Channel, letters: list[OutboxItem], delivery: Delivery) -> None:
        now = self._clock.now()
        news = channel.outbox.settle(letters, now, rejected=delivery is Delivery.REJECTED)
        if news and self._tell is not None:
            self._tell(channel.sink.name, [letter.notice for letter in news], now)
        self.counts[channel.sink.name, delivery] += len(letters)
