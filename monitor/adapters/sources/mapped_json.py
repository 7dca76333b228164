"""Any service that lists its terminals as JSON: the configuration says where each field stands."""

from collections.abc import Callable, Sequence
from typing import Any

from yarl import URL

from monitor.adapters.sources.json_client import JsonClient
from monitor.adapters.sources.json_mapping import Expression, JsonMapping
from monitor.adapters.sources.paging import Next, Pages
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import GOOD, RoundResult, TerminalReport


class MappedJson:
    """A `TerminalSource`. `items` leads to the list of terminals in a page; `@` is a page of one terminal.

    An item without an id is left out and counted in the detail of the round.
    """

    def __init__(
        self, *, client: JsonClient, url: URL, items: Expression, mapping: JsonMapping, following: Next
    ) -> None:
        self._client = client
        self._url = url
        self._items = items
        self._following = following
        self.mapping = mapping

    async def ask(self, deliver: Callable[[Sequence[TerminalReport]], None]) -> RoundResult:
        """Ask for all pages; see `TerminalSource.ask`."""
        pages = Pages(client=self._client, first=self._url, following=self._following)
        nameless = 0
        async for page in pages:
            items = self.items_of(page.document)
            if items is None:
                return RoundResult(Outcome.PROTOCOL, f"{self._items.text} leads to no list of terminals")
            reports = [report for item in items if (report := self.mapping.report(item)) is not None]
            nameless += len(items) - len(reports)
            deliver(reports)
        if not pages.end.is_good:
            return pages.end
        return RoundResult(GOOD, f"{nameless} items have no id" if nameless else "")

    async def find(self, terminal: str) -> Any:  # noqa: ANN401 - JSON is anything
        """Return the item of one terminal as the service sent it, None when no page has it."""
        async for page in Pages(client=self._client, first=self._url, following=self._following):
            for item in self.items_of(page.document) or ():
                if self.mapping.terminal_of(item) == terminal:
                    return item
        return None

    def items_of(self, document: object) -> list[Any] | None:
        """Return the terminals of a page, None when there is no list of them."""
        found = self._items(document)
        if type(found) is dict:
            return [found]
        return found if type(found) is list else None
