"""Counting the fleet, in one pass that may be taken in parts."""

from collections.abc import Iterable, Iterator

from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.health import Connectivity, Health, connectivity_of, health_of
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.views import chunked_work as steps
from monitor.views.chunked_work import Steps

PART = steps.PART

_NO_HEALTHS = dict.fromkeys(Health, 0)
_NO_CONNECTIVITIES = dict.fromkeys(Connectivity, 0)
_OFFLINE = Connectivity.OFFLINE


class SiteCensus:
    """One site's watched terminals by health, and how many are offline though their shop is open."""

    __slots__ = ("healths", "offline", "region", "site")

    def __init__(self, site: str, region: str) -> None:
        self.site = site
        self.region = region
        self.healths = _NO_HEALTHS.copy()
        self.offline = 0

    @property
    def total(self) -> int:
        """How many terminals were counted."""
        return sum(self.healths.values())


class Census:
    """Watched terminals by site; those without one are under ""; `healths`, `connectivities` are of all.

    `closed` counts those that are off because their shop is closed.
    """

    def __init__(self, book: AlertBook, fleet: Fleet) -> None:
        self.closed = 0
        self.sites: dict[str, SiteCensus] = {}
        self.healths = _NO_HEALTHS.copy()
        self.connectivities = _NO_CONNECTIVITIES.copy()
        self._book = book
        self._closed = fleet.closed

    def count(self, terminals: Iterable[WatchedTerminal]) -> None:
        """Count terminals in, each of which must come once."""
        about, sites, closed = self._book.about, self.sites, self._closed
        healths, connectivities = self.healths, self.connectivities
        for watched in terminals:
            terminal = watched.terminal
            site = sites.get(terminal.site)
            if site is None:
                site = sites[terminal.site] = SiteCensus(terminal.site, terminal.region)
            is_closed = terminal.terminal_id in closed
            health = health_of(watched, about(terminal.terminal_id).values(), is_closed=is_closed)
            connectivity = connectivity_of(watched)
            site.healths[health] += 1
            healths[health] += 1
            connectivities[connectivity] += 1
            if is_closed:
                self.closed += 1
            elif connectivity is _OFFLINE:
                site.offline += 1


def parts_of(fleet: Fleet) -> Iterator[list[WatchedTerminal]]:
    """Return the fleet as it is now in parts; it may change while they are worked on."""
    return steps.parts(list(fleet))


def counting(fleet: Fleet, book: AlertBook) -> Steps[Census]:
    """Count the whole fleet."""
    census = Census(book, fleet)
    for part in parts_of(fleet):
        census.count(part)
        yield
    return census
