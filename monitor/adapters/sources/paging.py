"""Following a list of terminals over its pages."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from yarl import URL

from monitor.adapters.sources.json_client import JsonAnswer
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import GOOD, RoundResult

MOST_PAGES = 10_000
"""A hundred thousand terminals in pages of ten."""

_LONGEST_NUMBER = 9

Next = Callable[[URL, Any], URL | RoundResult | None]
"""Returns the address of the page after a page, None after the last one."""


class Gets(Protocol):
    """What gets the pages: a `JsonClient`, or a client that signs its requests."""

    async def get(self, url: URL) -> JsonAnswer | RoundResult:
        """Return the document at `url`, or how asking for it failed."""
        ...


@dataclass(slots=True, kw_only=True)
class Pages:
    """The pages of one list, from `first` on. `end` says how it ended, once iterating has."""

    client: Gets
    first: URL
    following: Next
    end: RoundResult = field(default=RoundResult(GOOD))

    async def __aiter__(self) -> AsyncIterator[JsonAnswer]:
        """Yield page after page. A page that leads to one that was there already ends the list as broken."""
        url, seen = self.first, {self.first}
        for _ in range(MOST_PAGES):
            answer = await self.client.get(url)
            if isinstance(answer, RoundResult):
                self.end = answer
                return
            yield answer
            following = self.following(url, answer.document)
            if following is None:
                return
            if isinstance(following, RoundResult):
                self.end = following
                return
            if following in seen:
                self.end = RoundResult(Outcome.PROTOCOL, "its pages go round in a circle")
                return
            seen.add(following)
            url = following
        self.end = RoundResult(Outcome.PROTOCOL, f"more than {MOST_PAGES} pages")


def single(_url: URL, _document: Any) -> None:  # noqa: ANN401 - JSON is anything
    """Follow no page: the service answers with all at once."""


def by_token(find: Callable[[Any], Any], parameter: str) -> Next:
    """Follow a token of the document, which becomes a parameter of the next request."""

    def following(url: URL, document: Any) -> URL | None:  # noqa: ANN401 - JSON is anything
        token = find(document)
        return url.update_query({parameter: str(token)}) if token else None

    return following


def by_number(parameter: str, find_last: Callable[[Any], Any], *, first: int = 1) -> Next:
    """Count up a parameter until the number of the last page, which the document holds."""

    def following(url: URL, document: Any) -> URL | RoundResult | None:  # noqa: ANN401 - JSON is anything
        last = find_last(document)
        if type(last) is not int:
            return RoundResult(Outcome.PROTOCOL, "it does not say how many pages there are")
        written = url.query.get(parameter, str(first))
        if not (written.isascii() and written.isdigit() and len(written) <= _LONGEST_NUMBER):
            return RoundResult(Outcome.PROTOCOL, f"the parameter {parameter} of its address is no number")
        number = int(written) + 1
        return url.update_query({parameter: str(number)}) if number <= last else None

    return following


def by_link(find: Callable[[Any], Any]) -> Next:
    """Follow a link of the document, on the same host only: the key goes with every request."""

    def following(url: URL, document: Any) -> URL | RoundResult | None:  # noqa: ANN401 - JSON is anything
        link = find(document)
        if not link:
            return None
        try:
            target = url.join(URL(str(link)))
        except ValueError:
            return RoundResult(Outcome.PROTOCOL, "its link to the next page is no URL")
        if target.origin() != url.origin():
            return RoundResult(Outcome.PROTOCOL, "its link to the next page leads to another host")
        return target

    return following
