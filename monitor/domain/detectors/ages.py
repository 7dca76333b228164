"""How long ago something was, by the clock of the terminal that says so."""

from monitor.domain.alerts.phrase import Phrase
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant, parse_rfc3339

_UNITS = ((86400.0, "day", "天"), (3600.0, "hour", "小时"), (60.0, "minute", "分钟"))


def heard_at(terminal: WatchedTerminal) -> Instant:
    """Return when it last said what it says: a poll confirms it, a push only once."""
    return terminal.last_poll or terminal.last_good or terminal.watched_since


def moment_of_ours(terminal: WatchedTerminal, stamp: str | None) -> float | None:
    """Return a time of the terminal's own clock as unix seconds of ours, None when it is no time."""
    at = parse_rfc3339(stamp) if stamp else None
    return None if at is None else at - (terminal.clock_skew_s or 0.0)


def span_since(earlier: float, later: float) -> Phrase:
    """Return the time between two moments (unix seconds) in words, rounded down to its largest unit."""
    seconds = max(0.0, later - earlier)
    size, english, chinese = next((unit for unit in _UNITS if seconds >= 2 * unit[0]), _UNITS[-1])
    count = int(seconds // size)
    return Phrase(f"{count} {english}{'' if count == 1 else 's'}", f"{count} {chinese}")
