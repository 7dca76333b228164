"""How much of the fleet a match is about."""

from collections.abc import Callable, Mapping
from operator import attrgetter

from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.on_call.matcher import Matcher
from monitor.domain.suppression.reasons import matched_labels, source_of

_COLUMNS: Mapping[str, Callable[[WatchedTerminal], str]] = {
    name: attrgetter(f"terminal.{name}")
    for name in ("terminal_id", "merchant_id", "site", "region", "vendor", "model")
}


def terminals_matched(matcher: Matcher, fleet: Fleet) -> int:
    """Return of how many watched terminals alerts may match."""
    if set(matcher.terms) == {"terminal_id"}:
        return sum(fleet.get(terminal_id) is not None for terminal_id in matcher.terms["terminal_id"])
    columns = [(_COLUMNS[key], set(values)) for key, values in matcher.terms.items() if key in _COLUMNS]
    sources = matcher.terms.get("source")
    count = 0
    for watched in fleet:
        if all(column(watched) in values for column, values in columns):
            count += sources is None or source_of(watched, fleet) in sources
    return count


class OpenAlerts:
    """The labels of all open alerts, for many matches: each looks only at what its narrowest key finds."""

    def __init__(self, book: AlertBook, fleet: Fleet) -> None:
        self._labels = [matched_labels(alert, fleet.get(alert.subject), fleet) for alert in book]
        self._by_key: dict[str, dict[str, list[Mapping[str, str]]]] = {}

    def matched(self, matcher: Matcher) -> int:
        """Return how many match now."""
        key = matcher.narrowest
        if not key:
            return len(self._labels)
        found = self._of(key)
        return sum(matcher.matches(one) for value in set(matcher.terms[key]) for one in found.get(value, ()))

    def _of(self, key: str) -> dict[str, list[Mapping[str, str]]]:
        if key not in self._by_key:
            index: dict[str, list[Mapping[str, str]]] = {}
            for labels in self._labels:
                index.setdefault(labels.get(key, ""), []).append(labels)
            self._by_key[key] = index
        return self._by_key[key]


def alerts_matched(matcher: Matcher, *, book: AlertBook, fleet: Fleet) -> int:
    """Return how many open alerts match now."""
    found = (matched_labels(alert, fleet.get(alert.subject), fleet) for alert in book)
    return sum(matcher.matches(labels) for labels in found)


def covers_much(matched: int, fleet: Fleet, *, share: float, least: int) -> bool:
    """Tell whether so many terminals are more than a share of the fleet, and at least `least`."""
    return matched >= least and matched > share * len(fleet)
