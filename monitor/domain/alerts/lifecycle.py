"""The life of an alert, as one table.

    inactive --present--> pending --held for `for`--> firing --absent for keep-firing--> resolved

An unknown verdict changes nothing: an alert stays in its state until the next known verdict.
"""

from enum import StrEnum

from monitor.domain.alerts.alert import AlertState


class Verdict(StrEnum):
    """The verdict of a detector on its condition."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


PRESENT, ABSENT, UNKNOWN = Verdict
"""By name alone: looking a member up in its class takes as long as judging (Python 3.11)."""


class Signal(StrEnum):
    """A verdict together with the time for which it has held."""

    PRESENT = "present"
    CONFIRMED = "confirmed"
    """Present for at least the rule's `for`."""
    ABSENT = "absent"
    SETTLED = "settled"
    """Absent for at least the rule's `keep_firing_for`."""
    UNKNOWN = "unknown"


_INACTIVE, _PENDING, _FIRING, _RESOLVED = AlertState

TABLE: dict[AlertState, dict[Signal, AlertState]] = {
    _INACTIVE: {
        Signal.PRESENT: _PENDING,
        Signal.CONFIRMED: _FIRING,
        Signal.ABSENT: _INACTIVE,
        Signal.SETTLED: _INACTIVE,
        Signal.UNKNOWN: _INACTIVE,
    },
    _PENDING: {
        Signal.PRESENT: _PENDING,
        Signal.CONFIRMED: _FIRING,
        Signal.ABSENT: _INACTIVE,
        Signal.SETTLED: _INACTIVE,
        Signal.UNKNOWN: _PENDING,
    },
    _FIRING: {
        Signal.PRESENT: _FIRING,
        Signal.CONFIRMED: _FIRING,
        Signal.ABSENT: _FIRING,
        Signal.SETTLED: _RESOLVED,
        Signal.UNKNOWN: _FIRING,
    },
}
"""RESOLVED has no row: a resolved alert is over, a new one opens from INACTIVE."""


class AlertOverError(Exception):
    """A resolved alert was asked to move; nothing was changed."""


def weigh(verdict: Verdict, *, is_held: bool, is_quiet: bool) -> Signal:
    """Return the signal for a verdict.

    `is_held`: the condition has been present for the rule's `for`. `is_quiet`: it has been absent for the
    rule's `keep_firing_for`.
    """
    if verdict is Verdict.PRESENT:
        return Signal.CONFIRMED if is_held else Signal.PRESENT
    if verdict is Verdict.ABSENT:
        return Signal.SETTLED if is_quiet else Signal.ABSENT
    return Signal.UNKNOWN


def advance(state: AlertState, signal: Signal) -> AlertState:
    """Return the state after `signal`.

    Raises AlertOverError when `state` is RESOLVED.
    """
    if state not in TABLE:
        raise AlertOverError(f"a {state} alert does not move")
    return TABLE[state][signal]
