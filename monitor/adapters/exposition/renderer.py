"""The whole metrics page, piece by piece."""

from collections.abc import Iterator, Sequence
from typing import Literal

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest

from monitor.adapters.exposition.labels import LabelCache, TerminalLabels, label_pairs
from monitor.adapters.exposition.own_metrics import OwnMetrics
from monitor.adapters.exposition.terminal_families import TERMINAL_FAMILIES, TerminalFamily
from monitor.domain.health import Health, health_of
from monitor.domain.terminal import InventoryStatus
from monitor.domain.watched_terminal import WatchedTerminal
from monitor.views.census import PART, Census, SiteCensus, parts_of
from monitor.views.sources import Sources

PerTerminal = Literal["all", "unhealthy", "none"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
CHUNK_BYTES = 64 * 1024


class Exposition:
    """Renders the metrics page (Prometheus text format 0.0.4) without timestamps.

    `per_terminal` says which terminals have series of their own; counts are always of all.
    """

    def __init__(self, *, sources: Sources, per_terminal: PerTerminal) -> None:
        self._sources = sources
        self._per_terminal = per_terminal
        self._cache = LabelCache()
        self._registry = CollectorRegistry()
        self._registry.register(OwnMetrics(sources))
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def chunks(self) -> Iterator[bytes]:
        """Yield the page in pieces of at most CHUNK_BYTES.

        Each costs about a millisecond; whoever takes them should let others run in between. Some
        are empty: work was done, but there is nothing to say yet. Families are never mixed.
        """
        for text in self._texts():
            encoded = text.encode()
            yield encoded[:CHUNK_BYTES]
            for start in range(CHUNK_BYTES, len(encoded), CHUNK_BYTES):
                yield encoded[start : start + CHUNK_BYTES]

    def _texts(self) -> Iterator[str]:
        yield generate_latest(self._registry).decode()
        fleet = self._sources.fleet
        census = Census(self._sources.book)
        statuses = dict.fromkeys(InventoryStatus, 0)
        # Two lists rather than one of pairs: 100 000 new pairs would make the garbage collector look
        # through the whole heap, which stops everything for 100 ms.
        shown: list[WatchedTerminal] = []
        labels: list[TerminalLabels] = []
        self._cache.shrink_to(len(fleet))
        for part in parts_of(fleet):
            census.count(part)
            for watched in part:
                statuses[watched.terminal.status] += 1
            to_show = self._to_show(part)
            shown += to_show
            labels += map(self._cache.labels_of, to_show)
            yield ""
        for terminal in list(fleet.unpolled.values()):
            statuses[terminal.status] += 1
        yield _inventory_family(statuses)
        yield from _fleet_family(census)
        if self._per_terminal != "none":
            for family in TERMINAL_FAMILIES:
                yield from _terminal_family(family, shown, labels)

    def _to_show(self, part: list[WatchedTerminal]) -> Sequence[WatchedTerminal]:
        if self._per_terminal == "all":
            return part
        if self._per_terminal == "none":
            return ()
        about = self._sources.book.about
        return [
            watched
            for watched in part
            if health_of(watched, about(watched.terminal.terminal_id).values()) is not Health.OK
        ]


def _header(name: str, documentation: str) -> str:
    return f"# HELP {name} {documentation}\n# TYPE {name} gauge\n"


def _inventory_family(statuses: dict[InventoryStatus, int]) -> str:
    name = "posmon_inventory_terminals"
    samples = (f'{name}{{status="{status}"}} {count}\n' for status, count in statuses.items())
    return _header(name, "Rows of the inventory by status.") + "".join(samples)


def _fleet_family(census: Census) -> Iterator[str]:
    name = "posmon_fleet_terminals"
    yield _header(name, "Polled terminals by region, site and health.")
    sites = list(census.sites.values())
    for start in range(0, len(sites), PART):
        yield "".join(_site_samples(name, site) for site in sites[start : start + PART])


def _site_samples(name: str, site: SiteCensus) -> str:
    labels = label_pairs(region=site.region, site=site.site)
    return "".join(
        f'{name}{{{labels},health="{health}"}} {count}\n' for health, count in site.healths.items()
    )


def _terminal_family(
    family: TerminalFamily, shown: list[WatchedTerminal], labels: list[TerminalLabels]
) -> Iterator[str]:
    name, sample = family.name, family.sample
    yield _header(name, family.documentation)
    for start in range(0, len(shown), PART):
        part = slice(start, start + PART)
        samples = map(sample, shown[part], labels[part])
        yield "".join([name + text for text in samples if text])
