"""One row of the detector table: what a detector judges, how, and with which defaults."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from monitor.domain.alerts.alert import Alert, Category, Owner, Severity
from monitor.domain.alerts.lifecycle import Verdict
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.alerts.subjects import TERMINAL
from monitor.domain.instant import Instant


class Basis(StrEnum):
    """The input after which a detector is asked again."""

    POLL = "poll"
    """Any finished poll, failed ones too."""
    ANSWER = "answer"
    """A good heartbeat, also one that another terminal sent."""
    READING = "reading"
    """A good heartbeat of the terminal's own."""
    AGE = "age"
    """A good heartbeat of the terminal's own, and the time that passes while it says the same."""
    EVENTS = "events"
    """Events or pushes, and the time that passes without them."""
    TIME = "time"
    """Only the passing of time."""


@dataclass(frozen=True, slots=True)
class NoLimits:
    """A detector without thresholds of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """An alert is not sent while the alert `by` of the same subject is open and says more.

    `holds(subject, alert, other)` decides that: `subject` is as in `Detector.judge`, None where it is not
    watched, `other` the open alert `by`. `reason` is what people call it, a value of HoldReason.
    """

    by: str
    reason: str
    holds: Callable[[Any, Alert, Alert], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A condition that can be wrong, and its defaults: all that posmon knows about one alert name.

    `owner` acts first; `owners` names another for some kinds of things. `subjects` are the kinds of things it
    judges, `basis` says when it has something new to judge.
    `judge(subject, limits, is_open)` is pure; `subject` is what its kind finds (a WatchedTerminal, an Outage,
    a CardWindow: see `docs/architecture.md`), and `is_open` tells whether the alert is pending or firing, for
    hysteresis. `limits` holds the default thresholds; each of its fields is a configuration key (a field
    `window_s` is the duration `window`). `summary(subject, limits)` is one line for people, in both
    languages. `began(subject, limits)` says when the condition began, where that is known to be earlier than
    its first sight; `for_s` runs from then if `holds_from_beginning`, else from the first sight. While the
    alert `replaced_by` of the same subject fires, this one is absent. `part` names the only field of the
    reading that a detector of basis READING looks at: while no alert is open and the field is as it was, its
    verdict is as well. One of basis AGE is judged when its part changes, and in rounds of some minutes.
    `moves_alone`: its verdict also depends on something beside the terminal's readings and polls.
    `needs_history`: it has no verdict after one poll. `component` is the part of the terminal that its
    verdict colours on the pages, "" for none. `is_outage`: the alert says that a whole group is down, and
    holds back the alerts of its members whose row has `yields_to_outage`. `expected_when_closed`: the alert
    says no more than that a shop has closed, when it has. `impairs`: while the alert is open, the terminal
    cannot take some payment or other. `withheld` names another alert of the same subject that says more.
    """

    alertname: str
    category: Category
    severity: Severity
    owner: Owner
    basis: Basis
    judge: Callable[[Any, Any, bool], Verdict]
    summary: Callable[[Any, Any], Phrase]
    subjects: tuple[str, ...] = (TERMINAL,)
    owners: Mapping[str, Owner] = field(default_factory=dict)
    for_s: float = 0.0
    keep_firing_s: float = 0.0
    enabled: bool = True
    limits: Any = NoLimits()
    began: Callable[[Any, Any], Instant] | None = None
    holds_from_beginning: bool = False
    replaced_by: str = ""
    part: str = ""
    moves_alone: bool = False
    needs_history: bool = False
    component: str = ""
    is_outage: bool = False
    yields_to_outage: bool = False
    expected_when_closed: bool = False
    impairs: bool = False
    withheld: Withheld | None = None

    @property
    def clears_by_time(self) -> bool:
        """Whether an open alert is judged again although nothing has arrived: its windows empty."""
        return self.basis is Basis.EVENTS

    def is_about(self, kind: str) -> bool:
        """Tell whether it judges things of a kind."""
        return kind in self.subjects
