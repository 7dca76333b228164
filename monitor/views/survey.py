"""One look at the whole fleet, for everything that is told at a glance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter

from monitor.domain.alert import Alert, AlertState
from monitor.domain.alert_book import AlertBook
from monitor.domain.health import Connectivity, Health
from monitor.domain.suppression import site_subject
from monitor.views.attention import Watchlist
from monitor.views.census import Census, SiteCensus, counting
from monitor.views.documents import SiteRow
from monitor.views.sources import Sources
from monitor.views.steps import Steps, parts
from monitor.views.terminal_listing import summary_of

MOST_SUBJECTS = 100
WORST_SITES = 10
_OUTAGE_RANKS = {AlertState.FIRING: 2, AlertState.PENDING: 1}
_OK, _WARNING, _CRITICAL, _UNKNOWN = Health.OK, Health.WARNING, Health.CRITICAL, Health.UNKNOWN
_OFFLINE = Connectivity.OFFLINE

Badness = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Everything counted, the WORST_SITES worst first, and the MOST_SUBJECTS most urgent subjects."""

    census: Census
    sites: Sequence[SiteRow]
    watchlist: Watchlist


def surveying(sources: Sources) -> Steps[Survey]:
    """Look at every terminal, every site and every open alert once."""
    census = yield from counting(sources.fleet, sources.book)
    sites = yield from ranking(census, sources.book, limit=WORST_SITES)
    watchlist = Watchlist(sources, limit=MOST_SUBJECTS)
    for part in parts(sources.book.subjects()):
        watchlist.look_at(part)
        yield
    return Survey(census=census, sites=sites, watchlist=watchlist)


def ranking(census: Census, book: AlertBook, *, limit: int) -> Steps[list[SiteRow]]:
    """Return the sites where something is not ok: outages first, then by critical and warning counts."""
    worst: list[tuple[Badness, SiteCensus]] = []
    outages = book.named("SiteOffline")
    for part in parts(census.sites.values()):
        troubled = ((_badness(site, outages), site) for site in part if _is_troubled(site))
        worst = nlargest(limit, [*worst, *troubled], key=itemgetter(0))
        yield
    return [_site_row(site, outages) for _, site in worst]


def _is_troubled(site: SiteCensus) -> bool:
    is_well = site.healths[_OK] == site.total and not site.connectivities[_OFFLINE]
    return bool(site.site) and not is_well


def _badness(site: SiteCensus, outages: Mapping[str, Alert]) -> Badness:
    outage = outages.get(site_subject(site.site)) if outages else None
    healths = site.healths
    return (
        _OUTAGE_RANKS[outage.state] if outage else 0,
        healths[_CRITICAL],
        healths[_WARNING],
        site.connectivities[_OFFLINE],
        healths[_UNKNOWN],
    )


def _site_row(site: SiteCensus, outages: Mapping[str, Alert]) -> SiteRow:
    outage = outages.get(site_subject(site.site))
    return SiteRow(
        site=site.site,
        region=site.region,
        terminals=site.total,
        offline=site.connectivities[_OFFLINE],
        summary=summary_of(site.healths),
        outage=outage.state if outage else None,
    )
