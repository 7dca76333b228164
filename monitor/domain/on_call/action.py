"""The record of who did what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.silence import Silence
from monitor.domain.on_call.window import OperatorWindow


class Via(StrEnum):
    """The way by which an action reached posmon; `POSMON` is its own."""

    API = "api"
    CLI = "cli"
    PAGE = "page"
    WEBHOOK = "webhook"
    POSMON = "posmon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who acts, as the token names them, and by which way."""

    name: str
    via: Via


POSMON = Author(name="posmon", via=Via.POSMON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that somebody did: `what` is `silence.add`, `ack.end` and the like, `target` the id.

    `number` counts all actions from 1. `details` say what it was about in words; `matched` is how many open
    alerts it was about then.
    """

    number: int
    at: float
    by: str
    via: Via
    what: str
    target: str
    comment: str = ""
    matched: int = 0
    details: Mapping[str, str] = field(default_factory=dict)


OnCallRule = Silence | Acknowledgement | OperatorWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallChanges:
    """What changed since the last save; `ended` are the ids of what is over."""

    rules: Sequence[OnCallRule] = ()
    ended: Sequence[str] = ()
    actions: Sequence[Action] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallMemory:
    """What the run before has saved; `last_action` is the number of the last action."""

    rules: Sequence[OnCallRule] = ()
    last_action: int = 0
