"""Sites in the order of their trouble."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from monitor.domain.alerts.alert import Alert, AlertState
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.alerts.subjects import SITE, site_subject
from monitor.domain.detectors.index import OUTAGES
from monitor.domain.fleet.health import Health
from monitor.views.census import Census, SiteCensus
from monitor.views.chunked_work import Steps, parts
from monitor.views.documents import SiteRow
from monitor.views.terminal_listing import summary_of

_OUTAGE_RANKS = {AlertState.FIRING: -2, AlertState.PENDING: -1}
_OK, _WARNING, _CRITICAL, _UNKNOWN = Health.OK, Health.WARNING, Health.CRITICAL, Health.UNKNOWN

_Rank = tuple[int, int, int, int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The first of the sites that were wanted, and how many there are in all."""

    sites: Sequence[SiteRow]
    total: int


def ranking(
    census: Census, book: AlertBook, *, wanted: Callable[[SiteCensus], bool], limit: int
) -> Steps[Ranking]:
    """Return the `limit` worst of the sites that are wanted: outages first, then by counts, then by name."""
    worst: list[tuple[_Rank, SiteCensus]] = []
    total = 0
    outages = book.named(OUTAGES[SITE])
    for part in parts(list(census.sites.values())):
        found = [(_rank(site, outages), site) for site in part if site.site and wanted(site)]
        total += len(found)
        worst = sorted([*worst, *found], key=_by_rank)[:limit]
        yield
    return Ranking(sites=[_site_row(site, outages) for _, site in worst], total=total)


def is_troubled(site: SiteCensus) -> bool:
    """Tell whether something at a site is not ok."""
    return site.healths[_OK] != site.total or site.offline > 0


def _by_rank(entry: tuple[_Rank, SiteCensus]) -> _Rank:
    return entry[0]


def _rank(site: SiteCensus, outages: Mapping[str, Alert]) -> _Rank:
    outage = outages.get(site_subject(site.site)) if outages else None
    healths = site.healths
    return (
        _OUTAGE_RANKS[outage.state] if outage else 0,
        -healths[_CRITICAL],
        -healths[_WARNING],
        -site.offline,
        -healths[_UNKNOWN],
        site.site,
    )


def _site_row(site: SiteCensus, outages: Mapping[str, Alert]) -> SiteRow:
    outage = outages.get(site_subject(site.site))
    return SiteRow(
        site=site.site,
        region=site.region,
        terminals=site.total,
        offline=site.offline,
        summary=summary_of(site.healths),
        outage=outage.state if outage else None,
    )
