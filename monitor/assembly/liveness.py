"""Liveness checks of every part of posmon."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.domain.evaluation.rules_in_force import RulesInForce
from monitor.domain.polling.statistics import PollStatistics
from monitor.domain.self_monitoring.liveness import LivenessCheck
from monitor.ports.clock import Clock
from monitor.ports.store import Store
from monitor.services.notifier import Notifier
from monitor.services.pipeline import Pipeline
from monitor.services.scheduler import Scheduler

STUCK_S = 30.0
"""A part that moves many times a second and has not for so long will not move again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts that must make progress."""

    scheduler: Scheduler
    polls: PollStatistics
    pipeline: Pipeline
    notifier: Notifier
    store: Store


def liveness_checks_of(
    parts: Parts, *, clock: Clock, rules: RulesInForce
) -> Callable[[], Sequence[LivenessCheck]]:
    """Return a function that checks every part; a full disk is a note, the store still counts as moving."""
    scheduler, pipeline, notifier = parts.scheduler, parts.pipeline, parts.notifier

    def liveness_checks() -> Sequence[LivenessCheck]:
        now = clock.monotonic()
        polls_s = rules["Watchdog"].limits.stalled_after_s
        return (
            LivenessCheck(part="scheduler", silent_s=now - scheduler.last_tick, patience_s=STUCK_S),
            LivenessCheck(part="polls", silent_s=now - parts.polls.last_finished, patience_s=polls_s),
            LivenessCheck(part="pipeline", silent_s=now - pipeline.last_turn, patience_s=STUCK_S),
            LivenessCheck(
                part="notifier", silent_s=now - notifier.last_refresh, patience_s=notifier.patience_s
            ),
            LivenessCheck(part="store", silent_s=0.0, patience_s=STUCK_S, note=parts.store.health.fault),
        )

    return liveness_checks
