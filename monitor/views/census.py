"""Counting the fleet, in one pass that may be taken in parts."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import islice
from typing import TypeVar

from monitor.domain.alert_book import AlertBook
from monitor.domain.fleet import Fleet
from monitor.domain.health import Connectivity, Health, connectivity_of, health_of
from monitor.domain.watched_terminal import WatchedTerminal

Word = TypeVar("Word", bound=StrEnum)

PART = 512
"""To count so many terminals takes about a millisecond; no poll should wait much longer than that."""


class SiteCensus:
    """One site's watched terminals by health and by connectivity."""

    __slots__ = ("connectivities", "healths", "region", "site")

    def __init__(self, site: str, region: str) -> None:
        self.site = site
        self.region = region
        self.healths = dict.fromkeys(Health, 0)
        self.connectivities = dict.fromkeys(Connectivity, 0)

    @property
    def total(self) -> int:
        """How many terminals were counted."""
        return sum(self.healths.values())


class Census:
    """Watched terminals by site; those without one are under ""."""

    def __init__(self, book: AlertBook) -> None:
        self.sites: dict[str, SiteCensus] = {}
        self._book = book

    def count(self, terminals: Iterable[WatchedTerminal]) -> None:
        """Count terminals in, each of which must come once."""
        about, sites = self._book.about, self.sites
        for watched in terminals:
            terminal = watched.terminal
            site = sites.get(terminal.site)
            if site is None:
                site = sites[terminal.site] = SiteCensus(terminal.site, terminal.region)
            site.healths[health_of(watched, about(terminal.terminal_id).values())] += 1
            site.connectivities[connectivity_of(watched)] += 1

    @property
    def healths(self) -> dict[Health, int]:
        """The whole fleet by health."""
        return _sums(Health, (site.healths for site in self.sites.values()))

    @property
    def connectivities(self) -> dict[Connectivity, int]:
        """The whole fleet by connectivity."""
        return _sums(Connectivity, (site.connectivities for site in self.sites.values()))


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


def _sums(words: type[Word], counts: Iterable[dict[Word, int]]) -> dict[Word, int]:
    totals = dict.fromkeys(words, 0)
    for some in counts:
        for word, count in some.items():
            totals[word] += count
    return totals
