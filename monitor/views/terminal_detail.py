"""Everything known of one terminal."""

from collections.abc import Sequence

from msgspec import structs

from monitor.domain.alerts.alert import Transition
from monitor.domain.alerts.labels import labels_of_terminal
from monitor.domain.fleet.known_facts import facts_of
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import rfc3339
from monitor.domain.inventory.endpoint import authority_of
from monitor.views.alert_listing import alert_document
from monitor.views.beside_alerts import plan_of, with_company
from monitor.views.documents import (
    AlertDocument,
    LastPoll,
    NextStep,
    TerminalDetail,
    TransitionDocument,
)
from monitor.views.parent_listing import states_above
from monitor.views.read_model import ReadModel
from monitor.views.terminal_row import (
    serial_number_of,
    terminal_row,
    urgency,
    what_it_says,
    what_it_says_zh,
)


def terminal_detail(
    watched: WatchedTerminal, *, read_model: ReadModel, history: Sequence[Transition]
) -> TerminalDetail:
    """Return everything known of one terminal; `history` is newest first."""
    terminal, book = watched.terminal, read_model.book
    alerts = sorted(book.about(terminal.terminal_id).values(), key=urgency)
    suppression, now = read_model.suppression, read_model.clock.now()
    shown = (alert_document(alert, suppression=suppression, now=now) for alert in alerts)
    documents = [with_company(document, read_model) for document in shown]
    return TerminalDetail(
        **structs.asdict(terminal_row(watched, book, read_model.fleet)),
        merchant_id=terminal.merchant_id,
        serial_number=serial_number_of(watched),
        contact=terminal.contact,
        plan=plan_of(labels_of_terminal(terminal), read_model),
        dialect=terminal.dialect,
        endpoint=authority_of(terminal.endpoint),
        claimed_id=watched.claimed_id,
        clock_skew_s=watched.clock_skew_s,
        last_poll=_last_poll(watched),
        recent_polls=[bool(watched.history >> age & 1) for age in reversed(range(watched.polls_seen))],
        reading=watched.reading,
        unreadable=watched.unreadable.phrases,
        facts=facts_of(watched),
        open_alerts=documents,
        next_steps=[step for step in map(_next_step, documents) if step.action],
        history=[transition_document(transition) for transition in history],
        parents=states_above(terminal, read_model.fleet),
    )


def transition_document(transition: Transition) -> TransitionDocument:
    """Return a step of an alert as a document."""
    return TransitionDocument(
        alertname=transition.alertname,
        severity=transition.severity,
        previous=transition.previous,
        state=transition.state,
        at=rfc3339(transition.at.wall),
        starts_at=rfc3339(transition.since.wall),
        summary=what_it_says(transition),
        summary_zh=what_it_says_zh(transition),
    )


def _last_poll(watched: WatchedTerminal) -> LastPoll | None:
    if watched.last_poll is None or watched.outcome is None:
        return None
    return LastPoll(
        outcome=watched.outcome,
        detail=watched.detail,
        at=rfc3339(watched.last_poll.wall),
        duration_s=watched.duration_s,
        failures=watched.failures,
    )


def _next_step(alert: AlertDocument) -> NextStep:
    words = alert.annotations
    return NextStep(
        alertname=alert.alertname, action=words.get("action", ""), action_zh=words.get("action_zh", "")
    )
