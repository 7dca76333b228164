"""Alerts about sources that speak for many terminals."""

from collections.abc import Mapping

from monitor.domain.alerts.rules import Rule
from monitor.domain.alerts.subjects import TERMINAL_SOURCE
from monitor.domain.fleet.known_facts import in_one_line
from monitor.domain.instant import Instant
from monitor.domain.sources.board import SourceBoard
from monitor.domain.subjects.kind import SubjectKind, Words


class TerminalSources(SubjectKind):
    """A source of the configuration."""

    name = TERMINAL_SOURCE

    def find(self, name: str, now: Instant) -> SourceBoard | None:  # noqa: ARG002 - some kinds need the time
        """Return the source's board, None when the configuration names it no more."""
        return self._known.fleet.sources.get(name)

    def labels(self, thing: SourceBoard) -> Mapping[str, str]:
        """Return the source's name."""
        return {"source": thing.name}

    def title(self, thing: SourceBoard) -> str:
        """Return what the source is called."""
        return f"source {thing.name}"

    def explain(self, rule: Rule, thing: SourceBoard, now: Instant) -> Words:  # noqa: ARG002 - one kind of alert
        """Return what is known of the source."""
        result = thing.last_result
        facts = {"kind": thing.kind, "terminals": str(len(thing))}
        if result is not None:
            facts["last result"] = result.detail or result.result
        if thing.last_success is not None:
            facts["last success"] = f"{now.monotonic - thing.last_success.monotonic:.0f} s ago"
        return {"evidence": in_one_line(facts)}
