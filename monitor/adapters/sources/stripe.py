"""Stripe Terminal: readers (Stripe API, "List readers", version 2025-10-29).

One list in pages of a hundred, far below the limit of 25 requests a second. The API knows neither battery nor
printer.
"""

from collections.abc import Callable, Sequence
from typing import Any

from yarl import URL

from monitor.adapters.sources.json_client import JsonClient
from monitor.adapters.sources.paging import Pages
from monitor.adapters.sources.reports import read_time, report_of, terminal_id_of, word
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.sources.report import GOOD, RoundResult, TerminalReport

API_VERSION = "2025-10-29.clover"
"""The first whose readers have `last_seen_at`."""

PAGE = 100
_ONLINE = {"online": True, "offline": False}


def stripe_headers(api_key: str) -> dict[str, str]:
    """Return what authorises every request."""
    return {"Authorization": f"Bearer {api_key}", "Stripe-Version": API_VERSION}


class StripeReaders:
    """A `TerminalSource`: all readers of one account."""

    def __init__(self, *, client: JsonClient, url: URL) -> None:
        self._client = client
        self._first = (url / "v1/terminal/readers").with_query(limit=PAGE)

    async def ask(self, deliver: Callable[[Sequence[TerminalReport]], None]) -> RoundResult:
        """Ask for all pages; see `TerminalSource.ask`."""
        pages = Pages(client=self._client, first=self._first, following=_following)
        async for page in pages:
            readers = _readers_of(page.document)
            if readers is None:
                return RoundResult(Outcome.PROTOCOL, "its answer has no list of readers")
            deliver([report for reader in readers if (report := report_of_reader(reader)) is not None])
        return pages.end if not pages.end.is_good else RoundResult(GOOD)


def _readers_of(document: Any) -> list[Any] | None:  # noqa: ANN401 - JSON is anything
    readers = document.get("data") if type(document) is dict else None
    return readers if type(readers) is list else None


def _following(url: URL, document: Any) -> URL | RoundResult | None:  # noqa: ANN401 - JSON is anything
    if not document.get("has_more"):
        return None
    readers = _readers_of(document)
    last = terminal_id_of(readers[-1].get("id")) if readers and type(readers[-1]) is dict else None
    if last is None:
        return RoundResult(Outcome.PROTOCOL, "its page says that there are more, and names no last reader")
    return url.update_query(starting_after=last)


def report_of_reader(reader: Any) -> TerminalReport | None:  # noqa: ANN401 - JSON is anything
    """Return what a reader's object says, None when it has no id."""
    terminal = terminal_id_of(reader.get("id")) if type(reader) is dict else None
    if terminal is None:
        return None
    action = reader.get("action")
    is_busy = type(action) is dict and action.get("status") == "in_progress"
    problems: list[str] = []
    return report_of(
        terminal,
        {
            "serial_number": reader.get("serial_number"),
            "model": reader.get("device_type"),
            "firmware_version": reader.get("device_sw_version"),
            "activity": "busy" if is_busy else None,
        },
        online=word(_ONLINE, reader.get("status"), "status", problems),
        seen_at=read_time(reader.get("last_seen_at"), "epoch_ms"),
        problems=problems,
        site=reader.get("location"),
    )
