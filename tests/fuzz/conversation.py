"""What terminals say, one thing after the other, taken in by all that ever hears of it."""

import json
from contextlib import suppress

import msgspec
from prometheus_client.parser import text_string_to_metric_families

from monitor.adapters.exposition.labels import info_labels
from monitor.domain.heartbeat.decoding import BadHeartbeat, read_heartbeat
from monitor.domain.notification.postable_alert import PostableAlert, fault_of
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.domain.pushing.document import RefusedPush, decode_document
from monitor.domain.pushing.source import PushSource
from monitor.domain.strict_json import BadJson
from monitor.services.push_intake import PushIntake
from monitor.views.alert_listing import AlertFilter, paging_alerts
from monitor.views.chunked_work import at_once
from monitor.views.status import status_document
from monitor.views.survey import surveying
from monitor.views.terminal_detail import terminal_detail
from tests.fakes import FakeMailbox
from tests.fleets import LivingFleet, make_fleet

SOURCE = PushSource(name="shipper")
BETWEEN = b"\n"
A_WHILE_S = 61.0


def converse(data: bytes) -> None:
    """Take in a line after the other, as an answer to a poll and as a push, and show everything."""
    living = make_fleet(2)
    mailbox = FakeMailbox()
    intake = PushIntake(
        evaluation=living.evaluation,
        membership=living.evaluation.membership,
        fleet=living.fleet,
        event_tracker=living.evaluation.event_tracker,
        clock=living.clock,
        submit=lambda _steps: None,
        mailbox=mailbox,
        hasten=mailbox.hasten,
    )
    for line in data.split(BETWEEN)[:20]:
        _hear(living, line)
        _push(intake, line)
        living.wait(A_WHILE_S)
    _show(living)


def _push(intake: PushIntake, line: bytes) -> None:
    with suppress(BadJson, RefusedPush):
        intake.heartbeat(SOURCE, decode_document(line), line)


def _hear(living: LivingFleet, line: bytes) -> None:
    for watched in living.fleet:
        try:
            said = read_heartbeat(line)
            result = PollResult(Outcome.OK, 0.01, said.reading, "", said.events, unreadable=said.unreadable)
        except BadHeartbeat as bad:
            result = PollResult(Outcome.PROTOCOL, 0.01, None, str(bad))
        living.evaluation.accept(watched, result, living.clock.now())


def _show(living: LivingFleet) -> None:
    for watched in living.fleet:
        detail = terminal_detail(watched, read_model=living.read_model, history=living.store.journal[-50:])
        json.loads(msgspec.json.encode(detail))
    work = paging_alerts(
        AlertFilter(),
        book=living.book,
        suppression=living.evaluation.suppression,
        now=living.clock.now(),
    )
    json.loads(msgspec.json.encode(at_once(work)))
    json.loads(msgspec.json.encode(status_document(living.read_model, at_once(surveying(living.read_model)))))
    for watched, labels in zip(living.fleet, info_labels(living.fleet), strict=True):
        (family,) = text_string_to_metric_families(f"x{{{labels}}} 1\n")
        assert family.samples[0].labels["terminal_id"] == watched.terminal.terminal_id
    for alert in living.book:
        notice = PostableAlert(
            labels=alert.labels,
            annotations=alert.annotations,
            starts_at=alert.since.wall,
            ends_at=alert.since.wall + A_WHILE_S,
            resolved=False,
        )
        assert fault_of(notice) is None, alert
