"""From the evaluation's transitions to the receivers: commit first, then notify."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.assembly.receivers import Receiver, gathering_s, news_of
from monitor.assembly.state import State
from monitor.config.settings import Settings
from monitor.domain.alerts.uncommitted import UncommittedTransitions
from monitor.domain.evaluation.evaluation import Evaluation
from monitor.domain.persistence.record_builder import RecordBuilder
from monitor.domain.polling.recheck_queue import RecheckQueue
from monitor.domain.suppression.notifiable import NotifiableAlerts
from monitor.services.notifier import Notifier
from monitor.services.pipeline import Pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitPath:
    """The pipeline that commits, the notifier that it hands on to, and the alerts that may be sent."""

    pipeline: Pipeline
    notifier: Notifier
    notifiable: NotifiableAlerts


def commit_path(
    settings: Settings,
    state: State,
    evaluation: Evaluation,
    sinks: Sequence[Receiver],
    rechecks: RecheckQueue,
) -> CommitPath:
    """Connect evaluation, store and receivers, each to those before it; `uncommitted` comes before all."""
    uncommitted = UncommittedTransitions()
    notifiable = NotifiableAlerts(
        fleet=state.fleet,
        book=state.book,
        uncommitted=uncommitted,
        suppression=state.suppression,
        rechecks=rechecks,
        told=state.told,
    )
    notifier = Notifier(
        sinks=sinks,
        clock=state.clock,
        snapshot=notifiable.alerts,
        resend_interval_s=settings.alerting.resend_interval_s,
        external_labels=settings.alerting.external_labels,
        gathering_s=gathering_s(settings),
        tell=news_of(state.told, sinks),
    )
    records = RecordBuilder(
        fleet=state.fleet,
        book=state.book,
        notifiable=notifiable,
        uncommitted=uncommitted,
        terminals=evaluation.dirty,
        events=state.event_tracker,
        samples=state.trend,
        outboxes=notifier,
        on_call=state.suppression.on_call,
        notebook=state.notebook,
        told=state.told,
        availability=evaluation.availability,
    )
    pipeline = Pipeline(
        evaluation=evaluation,
        records=records,
        store=state.store,
        clock=state.clock,
        polls=state.polls,
        notify=notifier.notify,
    )
    return CommitPath(pipeline=pipeline, notifier=notifier, notifiable=notifiable)
