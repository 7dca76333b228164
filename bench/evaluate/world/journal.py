"""What really happened, written down by those who made it happen. No detector is asked here."""

from dataclasses import dataclass, field
from math import inf

from monitor.domain.diagnosis.cause import Cause
from monitor.domain.events.response_codes import CodeCategory


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An attack or a fault, labelled by the generator: `kind` names its script, `cause` what it is."""

    kind: str
    cause: Cause | None
    begins: float


@dataclass(slots=True, kw_only=True)
class Fact:
    """One transaction or log-in as it was: `at` by true time, in seconds of the story.

    `meaning` is what the host meant, None for a log-in; `card` the token; `by` the incident that brought it
    about, None for the ordinary course. `heard` is when it first reached posmon, infinity if it never did.
    """

    at: float
    terminal_id: str
    meaning: CodeCategory | None
    site: str = ""
    card: str = ""
    amount: int = 0
    success: bool = True
    by: Incident | None = None
    heard: float = inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """An id that the inventory lacks, as `source` gave it."""

    at: float
    source: str
    terminal_id: str
    by: Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """An alert that is true from `begins` to `ends`: of that name, about that subject.

    `met_at` is when its condition was met. `is_due` tells whether it must be raised: one that may be, but
    that the contract does not ask for, costs neither precision nor recall. `causes` are those that are right
    to name, `by` the incident behind it, None for the ordinary course.
    """

    alertname: str
    subject: str
    begins: float
    ends: float
    met_at: float
    by: Incident | None = None
    causes: frozenset[Cause] = frozenset()
    is_due: bool = True

    @property
    def kind(self) -> str:
        """The kind of the incident behind it."""
        return self.by.kind if self.by else "the ordinary course"


@dataclass(slots=True)
class Journal:
    """Everything that happened, in its order, and what of it is true by a state and not by events."""

    facts: list[Fact] = field(default_factory=list)
    strangers: list[Stranger] = field(default_factory=list)
    states: list[Truth] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)

    def state(
        self,
        alertname: str,
        subject: str,
        begins: float,
        ends: float,
        *,
        by: Incident | None,
        causes: tuple[Cause, ...] | None = None,
        is_due: bool = True,
        after_s: float = 0.0,
    ) -> None:
        """Write down that a state which the alert names lasts from `begins` to `ends`.

        It is one only when it has lasted `after_s` seconds. `causes` are given where those of this alert are
        not the incident's.
        """
        if causes is None:
            causes = (by.cause,) if by is not None and by.cause is not None else ()
        truth = Truth(
            alertname=alertname,
            subject=subject,
            begins=begins,
            ends=ends,
            met_at=begins + after_s,
            by=by,
            causes=frozenset(causes),
            is_due=is_due,
        )
        self.states.append(truth)

    def locked(
        self, terminal_id: str, begins: float, ends: float, *, by: Incident | None, is_due: bool
    ) -> None:
        """Write down that a terminal has locked itself: for an attack, or for a clumsy customer."""
        causes = None if by is not None else (Cause.CARDHOLDER_ERROR,)
        self.state("TerminalLocked", terminal_id, begins, ends, by=by, causes=causes, is_due=is_due)
