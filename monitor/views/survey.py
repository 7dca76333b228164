"""One look at the whole fleet, for everything that is told at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest

from monitor.domain.alert import AlertState
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
    worst: list[SiteRow] = []
    for part in parts(census.sites.values()):
        rows = (_site_row(site, book) for site in part if _is_troubled(site))
        worst = nlargest(limit, [*worst, *rows], key=_badness)
        yield
    return worst


def _is_troubled(site: SiteCensus) -> bool:
    is_well = site.healths[Health.OK] == site.total and not site.connectivities[Connectivity.OFFLINE]
    return bool(site.site) and not is_well


def _site_row(site: SiteCensus, book: AlertBook) -> SiteRow:
    outage = book.find("SiteOffline", site_subject(site.site))
    return SiteRow(
        site=site.site,
        region=site.region,
        terminals=site.total,
        offline=site.connectivities[Connectivity.OFFLINE],
        summary=summary_of(site.healths),
        outage=outage.state if outage else None,
    )


def _badness(row: SiteRow) -> tuple[int, int, int, int, int]:
    outage = _OUTAGE_RANKS[row.outage] if row.outage else 0
    return outage, row.summary.critical, row.summary.warning, row.offline, row.summary.unknown
