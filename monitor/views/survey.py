"""One look at the whole fleet, for all figures that pages show at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.views.attention import Watchlist
from monitor.views.census import Census, counting
from monitor.views.chunked_work import Steps, parts
from monitor.views.documents import SiteRow
from monitor.views.read_model import ReadModel
from monitor.views.site_listing import is_troubled, ranking

MOST_SUBJECTS = 100
WORST_SITES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Everything counted, the WORST_SITES worst first, and the MOST_SUBJECTS most urgent subjects."""

    census: Census
    sites: Sequence[SiteRow]
    watchlist: Watchlist


def surveying(read_model: ReadModel) -> Steps[Survey]:
    """Look at every terminal, every site and every open alert once."""
    census = yield from counting(read_model.fleet, read_model.book)
    worst = yield from ranking(census, read_model.book, wanted=is_troubled, limit=WORST_SITES)
    watchlist = Watchlist(read_model, limit=MOST_SUBJECTS)
    for part in parts(read_model.book.subjects()):
        watchlist.look_at(part)
        yield
    return Survey(census=census, sites=worst.sites, watchlist=watchlist)
