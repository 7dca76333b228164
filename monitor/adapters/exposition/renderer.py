"""The pages of metrics, piece by piece."""

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest

from monitor.adapters.exposition.labels import label_pairs
from monitor.adapters.exposition.own_metrics import OwnMetrics
from monitor.adapters.exposition.snapshot import PerTerminal, Snapshot, Snapshots
from monitor.adapters.exposition.terminal_families import TERMINAL_FAMILIES
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.inventory.placement import Shard
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.views.census import Census, SiteCensus, parts_of
from monitor.views.chunked_work import Steps, parts
from monitor.views.read_model import ReadModel

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
CHUNK_BYTES = 64 * 1024


class Exposition:
    """Renders metrics (Prometheus text format 0.0.4) without timestamps.

    `per_terminal` says which terminals have series of their own on the page; counts are always of all. Pieces
    are of at most CHUNK_BYTES, and each costs about a millisecond; the caller should let other tasks run in
    between. Some are empty: work was done, but there is nothing to say yet. Families are never mixed. Labels
    are escaped again at every scrape, so that no scrape leaves any memory behind.
    """

    def __init__(self, *, read_model: ReadModel, per_terminal: PerTerminal) -> None:
        self._read_model = read_model
        self._per_terminal = per_terminal
        self._snapshots = Snapshots(read_model=read_model, per_terminal=per_terminal)
        self._registry = CollectorRegistry()
        self._registry.register(OwnMetrics(read_model))
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def look(self) -> Steps[Snapshot]:
        """Count the fleet for a page; two scrapes must not do so at once."""
        return self._snapshots.taking()

    def page(self, snapshot: Snapshot) -> Iterator[bytes]:
        """Yield everything: posmon's own metrics, the counts of the fleet, the series of terminals."""
        return _pieces(self._page(snapshot))

    def terminals(self, shard: Shard) -> Iterator[bytes]:
        """Yield the series of all terminals of a shard, whatever `per_terminal` says of the page."""
        return _pieces(self._terminals(shard))

    def _page(self, snapshot: Snapshot) -> Iterator[str]:
        yield generate_latest(self._registry).decode()
        yield _inventory_family(snapshot.statuses)
        yield from _fleet_family(snapshot.census)
        if self._per_terminal != "none":
            yield from _terminal_families(snapshot.shown)

    def _terminals(self, shard: Shard) -> Iterator[str]:
        held: list[WatchedTerminal] = []
        for part in parts_of(self._read_model.fleet):
            held += [watched for watched in part if shard.holds(watched.terminal.terminal_id)]
            yield ""
        yield from _terminal_families(held)


def _pieces(texts: Iterable[str]) -> Iterator[bytes]:
    for text in texts:
        encoded = text.encode()
        yield encoded[:CHUNK_BYTES]
        for start in range(CHUNK_BYTES, len(encoded), CHUNK_BYTES):
            yield encoded[start : start + CHUNK_BYTES]


def _header(name: str, documentation: str) -> str:
    return f"# HELP {name} {documentation}\n# TYPE {name} gauge\n"


def _inventory_family(statuses: dict[InventoryStatus, int]) -> str:
    name = "posmon_inventory_terminals"
    samples = (f'{name}{{status="{status}"}} {count}\n' for status, count in statuses.items())
    return _header(name, "Rows of the inventory by status.") + "".join(samples)


def _fleet_family(census: Census) -> Iterator[str]:
    name = "posmon_fleet_terminals"
    yield _header(name, "Polled terminals by region, site and health.")
    for some in parts(census.sites.values()):
        yield "".join(_site_samples(name, site) for site in some)


def _site_samples(name: str, site: SiteCensus) -> str:
    labels = label_pairs(region=site.region, site=site.site)
    return "".join(
        f'{name}{{{labels},health="{health}"}} {count}\n' for health, count in site.healths.items()
    )


def _terminal_families(shown: Sequence[WatchedTerminal]) -> Iterator[str]:
    for family in TERMINAL_FAMILIES:
        yield family.header
        for some in parts(shown):
            yield family.samples(some)
