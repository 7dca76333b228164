"""Adyen's inventory: the terminals that a key may see (its Management API v3, "Get a list of terminals")."""

from collections.abc import Mapping
from typing import Any

from yarl import URL

from monitor.adapters.sources.json_client import JsonAnswer, JsonClient
from monitor.adapters.sources.paging import Pages, by_number
from monitor.adapters.sources.reports import terminal_id_of
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import RoundResult
from monitor.ports.clock import Clock

PAGE = 100
READ_EVERY_S = 3600.0
READ_AGAIN_S = 300.0
"""After five minutes an inventory that was not whole is read again."""

BASE_PATH = "v3"

_LISTED = ("model", "serialNumber", "firmwareVersion", "lastActivityAt")
_ASSIGNED = ("status", "merchantId", "storeId")


class AdyenInventory:
    """What Adyen has of each terminal by its POIID, read again after an hour.

    `items` has model, serialNumber, firmwareVersion, lastActivityAt, status, merchantId and storeId of each,
    as far as Adyen says them. `is_whole` is False when the pages held fewer terminals than Adyen counts. What
    was read stays when reading it again fails.
    """

    def __init__(self, *, client: JsonClient, url: URL, clock: Clock) -> None:
        base = url if url.path.strip("/") else url / BASE_PATH
        self.items: Mapping[str, Mapping[str, Any]] = {}
        self.is_whole = True
        self._first = (base / "terminals").with_query(pageNumber=1, pageSize=PAGE)
        self._client = client
        self._clock = clock
        self._read_at: float | None = None
        self._next_at = clock.monotonic()

    @property
    def was_read(self) -> bool:
        """Whether it has been read at least once."""
        return self._read_at is not None

    async def refresh(self) -> RoundResult | None:
        """Read it when it is due; return how that failed, None when it did not."""
        if self.was_read and self._clock.monotonic() < self._next_at:
            return None
        pages = Pages(client=self._client, first=self._first, following=_next_page)
        items: dict[str, Mapping[str, Any]] = {}
        rows, counted = 0, 0
        async for page in pages:
            found = _rows_of(page)
            if found is None:
                return RoundResult(Outcome.PROTOCOL, "its answer has no list of terminals")
            rows += len(found)
            total = page.document.get("itemsTotal")
            counted = total if type(total) is int else 0
            items |= _items_of(found)
        if not pages.end.is_good:
            self._next_at = self._clock.monotonic() + pages.end.pause_s
            return pages.end
        self.items, self.is_whole, self._read_at = items, rows >= counted, self._clock.monotonic()
        self._next_at = self._read_at + (READ_EVERY_S if self.is_whole else READ_AGAIN_S)
        return None


_by_number = by_number("pageNumber", lambda document: document.get("pagesTotal"))


def _next_page(url: URL, document: Any) -> URL | RoundResult | None:  # noqa: ANN401 - JSON is anything
    following = _by_number(url, document)
    if isinstance(following, URL) and not document["data"]:
        return RoundResult(Outcome.PROTOCOL, "its pages go on without a terminal")
    return following


def _rows_of(page: JsonAnswer) -> list[Any] | None:
    rows = page.document.get("data") if type(page.document) is dict else None
    return rows if type(rows) is list else None


def _items_of(rows: list[Any]) -> dict[str, Mapping[str, Any]]:
    """Return what of each terminal in a page is kept, by its POIID."""
    items: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        terminal = terminal_id_of(row.get("id")) if type(row) is dict else None
        if terminal is not None:
            assigned = row.get("assignment")
            assigned = assigned if type(assigned) is dict else {}
            parts = ((row, _LISTED), (assigned, _ASSIGNED))
            items[terminal] = {name: part[name] for part, names in parts for name in names if name in part}
    return items
