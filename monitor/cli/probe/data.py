"""`posmon probe` for programs."""

from typing import Any

import msgspec

from monitor.cli.output.json_csv import json_of
from monitor.cli.probe.verdicts import Examination
from monitor.domain.alerts.alert import Severity
from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.polling.poll_result import Outcome


class FindingData(msgspec.Struct, kw_only=True):
    """One detector's verdict; `for_seconds` is how long it must last before its alert fires."""

    alertname: str
    severity: Severity
    verdict: Verdict
    for_seconds: float
    says: str


class EventsData(msgspec.Struct, kw_only=True):
    """What became of the events in the answer; `rejected` are the reasons, in their order."""

    accepted: int
    rejected: list[str]


class MappingData(msgspec.Struct, kw_only=True):
    """One expression of a source's mapping: what it found, and what became of that."""

    field: str
    expression: str
    raw: Any
    becomes: Any
    problem: str


class ProbeData(msgspec.Struct, kw_only=True):
    """One poll and what became of it; `disabled` are detectors that were not asked.

    `unreadable` has a phrase for each field of the heartbeat that could not be read.
    """

    terminal_id: str
    endpoint: str
    outcome: Outcome
    detail: str
    duration_seconds: float
    reading: Reading | None
    unreadable: tuple[str, ...]
    events: EventsData
    detectors: list[FindingData]
    disabled: tuple[str, ...]
    mapping: list[MappingData] = []


def probe_json(examination: Examination) -> bytes:
    """Return one JSON object, indented."""
    terminal, result = examination.watched.terminal, examination.result
    return json_of(
        ProbeData(
            terminal_id=terminal.terminal_id,
            endpoint=terminal.endpoint,
            outcome=result.outcome,
            detail=result.detail,
            duration_seconds=result.duration_s,
            reading=result.reading,
            unreadable=result.unreadable,
            events=EventsData(
                accepted=examination.ingested.accepted,
                rejected=[rejection.reason for rejection in examination.ingested.rejected],
            ),
            detectors=[
                FindingData(
                    alertname=finding.rule.alertname,
                    severity=finding.rule.severity,
                    verdict=finding.verdict,
                    for_seconds=finding.rule.for_s,
                    says=finding.says,
                )
                for finding in examination.findings
            ],
            disabled=examination.disabled,
            mapping=[MappingData(**one._asdict()) for one in examination.mapping],
        )
    )
