"""One row of the detector table: what is judged, how, and with which defaults."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from monitor.domain.alerts.alert import Category, Severity
from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.instant import Instant


class Basis(StrEnum):
    """What must have arrived before a detector can be asked."""

    POLL = "poll"
    """Any finished poll, failed ones too."""
    ANSWER = "answer"
    """A good heartbeat, whoever sent it."""
    READING = "reading"
    """A good heartbeat of the terminal's own."""
    EVENTS = "events"
    """Events of the terminal, or time without any."""
    CARD = "card"
    SOURCE = "source"
    SITE = "site"
    FLEET = "fleet"
    MONITOR = "monitor"


@dataclass(frozen=True, slots=True)
class NoLimits:
    """A detector without thresholds of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A condition that can be wrong, and its defaults.

    `judge(subject, limits, is_open)` is pure. `subject` is a WatchedTerminal for the bases POLL,
    ANSWER, READING and EVENTS, a CardWindow for CARD, a SourceWindow for SOURCE, an Outage for SITE and
    FLEET, a Progress for MONITOR; `is_open` tells
    whether the alert is pending or firing, for hysteresis. `limits` holds the default thresholds;
    each of its fields is a configuration key (a field `window_s` is the duration `window`).
    `summary(subject, limits)` is one line for people, in both languages. `began(subject, limits)` says when
    the condition began, where that is known to be earlier than its first sight; `for_s` runs from then
    if `holds_from_beginning`, else from the first sight. While the alert `replaced_by` of the same
    subject fires, this one is absent. `part` names the only field of the reading that a detector of basis
    READING looks at: while no alert is open and the field is as it was, its verdict is as well.
    `moves_alone`: it also looks at what is neither in the terminal's readings nor in how its polls go.
    """

    alertname: str
    category: Category
    severity: Severity
    basis: Basis
    judge: Callable[[Any, Any, bool], Verdict]
    summary: Callable[[Any, Any], Phrase]
    for_s: float = 0.0
    keep_firing_s: float = 0.0
    enabled: bool = True
    limits: Any = NoLimits()
    began: Callable[[Any, Any], Instant] | None = None
    holds_from_beginning: bool = False
    replaced_by: str = ""
    part: str = ""
    moves_alone: bool = False
