"""One look at the whole fleet, for everything that is told at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.views.attention import Watchlist
from monitor.views.census import Census, counting
from monitor.views.chunked_work import Steps, parts
from monitor.views.documents import SiteRow
from monitor.views.read_model import Sources
from monitor.views.site_listing import is_troubled, ranking

MOST_SUBJECTS = 100
WORST_SITES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Everything counted, the WORST_SITES worst first, and the MOST_SUBJECTS most urgent subjects."""

    census: Census
    sites: Sequence[SiteRow]
    watchlist: Watchlist


def surveying(sources: Sources) -> Steps[Survey]:
    """Look at every terminal, every site and every open alert once."""
    census = yield from counting(sources.fleet, sources.book)
    worst = yield from ranking(census, sources.book, wanted=is_troubled, limit=WORST_SITES)
    watchlist = Watchlist(sources, limit=MOST_SUBJECTS)
    for part in parts(sources.book.subjects()):
        watchlist.look_at(part)
        yield
    return Survey(census=census, sites=worst.sites, watchlist=watchlist)
