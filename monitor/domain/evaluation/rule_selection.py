"""The rules of a terminal that can give a new verdict now."""

from monitor.domain.alerts.detector import Basis
from monitor.domain.alerts.rules import Rule
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import Reading


def askable_rules(watched: WatchedTerminal) -> tuple[Rule, ...]:
    """Return the rules that have a known verdict now.

    The last reading of a terminal that is silent, or in whose place another answers, is neither confirmed nor
    withdrawn. The last push of a terminal that only pushes holds until its next one.
    """
    if watched.last_poll is None:
        return heard_rules(watched) if watched.reading is not None else ()
    if watched.is_down:
        return watched.rules.on_poll
    return watched.rules.on_answer if watched.claimed_id else watched.rules.on_reading


def heard_rules(watched: WatchedTerminal) -> tuple[Rule, ...]:
    """Return the rules that a pushed heartbeat can change: all but those about polls."""
    return tuple(rule for rule in watched.rules.on_reading if rule.detector.basis is not Basis.POLL)


def ageing_rules(watched: WatchedTerminal) -> tuple[Rule, ...]:
    """Return the rules that may have another verdict although the terminal has said nothing new."""
    if watched.is_down or watched.claimed_id or watched.reading is None:
        return ()
    return watched.rules.ageing


def rules_moved(watched: WatchedTerminal, before: Reading | None, *, is_quiet: bool) -> tuple[Rule, ...]:
    """Return the rules whose verdict the poll just absorbed can change.

    `before` is the reading before that poll, `is_quiet` tells that no alert of the terminal is open. Then a
    rule whose part of the reading has not changed gives the same verdict: there is no hold to follow and no
    other threshold to clear.
    """
    rules = watched.rules
    if not is_quiet or watched.evaluated_by is not rules:
        return askable_rules(watched)
    if watched.reading is before and not watched.is_restless:
        return rules.moving
    assert before is not None and watched.reading is not None  # noqa: S101, PT018 - for mypy: it was evaluated
    return rules.touched(before, watched.reading)
