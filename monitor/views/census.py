"""Counting the fleet, in one pass that may be taken in parts."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from monitor.domain.alert_book import AlertBook
from monitor.domain.fleet import Fleet
from monitor.domain.health import Connectivity, Health, connectivity_of, health_of
from monitor.domain.watched_terminal import WatchedTerminal

PART = 512
"""So many terminals are counted in well under a millisecond's work for a poll to wait."""


class SiteCensus:
    """One site's terminals by health, and how many do not answer."""

    __slots__ = ("healths", "offline", "region", "site")

    def __init__(self, site: str, region: str) -> None:
        self.site = site
        self.region = region
        self.healths: Counter[Health] = Counter()
        self.offline = 0


class Census:
    """Watched terminals by health, connectivity and site; those without a site are under ""."""

    def __init__(self, book: AlertBook) -> None:
        self.healths: Counter[Health] = Counter()
        self.connectivities: Counter[Connectivity] = Counter()
        self.sites: dict[str, SiteCensus] = {}
        self._book = book

    def count(self, terminals: Iterable[WatchedTerminal]) -> None:
        """Count terminals in, each of which must come once."""
        about = self._book.about
        for watched in terminals:
            terminal = watched.terminal
            health = health_of(watched, about(terminal.terminal_id).values())
            connectivity = connectivity_of(watched)
            site = self.sites.get(terminal.site)
            if site is None:
                site = self.sites[terminal.site] = SiteCensus(terminal.site, terminal.region)
            self.healths[health] += 1
            self.connectivities[connectivity] += 1
            site.healths[health] += 1
            site.offline += connectivity is Connectivity.OFFLINE


def parts_of(fleet: Fleet) -> Iterator[list[WatchedTerminal]]:
    """Yield the fleet as it is now in parts; it may change while they are worked on."""
    terminals = iter(list(fleet))
    while part := list(islice(terminals, PART)):
        yield part


def census_of(fleet: Fleet, book: AlertBook) -> Census:
    """Return the whole fleet counted at once."""
    census = Census(book)
    census.count(fleet)
    return census
