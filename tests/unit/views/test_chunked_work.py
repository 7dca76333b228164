"""Nothing looks at more of a large fleet at a time than a poll can wait for."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from monitor.domain.alerts.alert import Alert
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.fleet.health import Health
from monitor.domain.inventory.terminal import InventoryStatus
from monitor.views.alert_listing import AlertFilter, paging_alerts
from monitor.views.chunked_work import PART, at_once, parts
from monitor.views.read_model import ReadModel
from monitor.views.survey import surveying
from monitor.views.terminal_listing import TerminalFilter, TerminalListing
from tests.fleets import LivingFleet, inventory_row, make_fleet

TERMINALS = 3_000
SPARES = 1_000
OFTEN = 4
"""So many times at most an item is asked about: its health, what is told of it, what suppresses it."""


class WatchfulBook(AlertBook):
    """An alert book that counts how often it is asked about something."""

    def __init__(self, like: AlertBook) -> None:
        super().__init__()
        self.looks = 0
        for alert in like:
            self.restore(alert)
        self.looks = 0

    def about(self, subject: str) -> Mapping[str, Alert]:
        """Count, and answer."""
        self.looks += 1
        return super().about(subject)


def a_fleet_without_paper() -> LivingFleet:
    """Return a fleet whose every terminal fires, and as many spares as make several steps."""
    spares = (
        inventory_row(number, status=InventoryStatus.SPARE) for number in range(TERMINALS, TERMINALS + SPARES)
    )
    living = make_fleet(TERMINALS, *spares)
    living.hear_all(printer={"status": "paper_out"})
    living.wait(61)
    return living


def terminals(wanted: TerminalFilter, **paging: Any) -> Callable[[ReadModel], Generator[None, None, Any]]:
    """Return the work of listing terminals."""
    return lambda read_model: TerminalListing(fleet=read_model.fleet, book=read_model.book).paging(
        wanted, **paging
    )


def alerts(wanted: AlertFilter, **paging: Any) -> Callable[[ReadModel], Generator[None, None, Any]]:
    """Return the work of listing alerts."""
    return lambda read_model: paging_alerts(
        wanted,
        book=read_model.book,
        suppression=read_model.suppression,
        now=read_model.clock.now(),
        **paging,
    )


WORK = [
    ("the whole fleet", surveying),
    ("all terminals", terminals(TerminalFilter())),
    ("a thousand of them", terminals(TerminalFilter(), limit=1000)),
    ("those that are sought", terminals(TerminalFilter(q="nowhere"))),
    (
        "those that are well, of which there are none",
        terminals(TerminalFilter(health=frozenset({Health.OK}))),
    ),
    ("spares", terminals(TerminalFilter(status=frozenset({InventoryStatus.SPARE})))),
    ("alerts", alerts(AlertFilter(), limit=1000)),
    ("alerts of a site that has none", alerts(AlertFilter(site=frozenset({"nowhere"})))),
]


@pytest.mark.parametrize("work", [row[1] for row in WORK], ids=[row[0] for row in WORK])
def test_a_step_is_short(work: Callable[[ReadModel], Generator[None, None, Any]]) -> None:
    """Between two turns of the others no more than a part of the fleet is looked at."""
    living = a_fleet_without_paper()
    book = WatchfulBook(living.book)
    steps, before, longest = 0, 0, 0
    for _ in work(replace(living.read_model, book=book)):
        steps, longest, before = steps + 1, max(longest, book.looks - before), book.looks
    assert steps
    assert longest <= OFTEN * PART


def test_a_later_page_looks_no_further_than_it_is_full() -> None:
    """Paging through a fleet costs what is shown, not the fleet once more for every page."""
    living = a_fleet_without_paper()
    book = WatchfulBook(living.book)
    listing = TerminalListing(fleet=living.fleet, book=book)
    first = at_once(listing.paging(TerminalFilter(), limit=100))
    before = book.looks
    at_once(listing.paging(TerminalFilter(), limit=100, cursor=first.next_cursor or ""))
    assert book.looks - before <= OFTEN * PART


def test_a_summary_that_is_known_is_not_counted_again() -> None:
    """Whoever has surveyed the fleet gets its first page for the price of a later one."""
    living = a_fleet_without_paper()
    book = WatchfulBook(living.book)
    listing = TerminalListing(fleet=living.fleet, book=book)
    counted = at_once(listing.paging(TerminalFilter(), limit=100))
    before = book.looks
    given = at_once(listing.paging(TerminalFilter(), limit=100, summary=counted.summary))
    assert given == counted
    assert book.looks - before <= OFTEN * PART


@pytest.mark.parametrize("work", [row[1] for row in WORK], ids=[row[0] for row in WORK])
def test_a_fleet_may_change_between_two_steps(
    work: Callable[[ReadModel], Generator[None, None, Any]],
) -> None:
    """Terminals leave and alerts end while a listing is made; it comes to an end all the same."""
    living = a_fleet_without_paper()
    leaving = iter(range(TERMINALS - 1, 0, -1))
    for _ in work(living.read_model):
        for number in (next(leaving) for _ in range(50)):
            terminal_id = f"{10_000_000 + number}"
            for alert in list(living.book.about(terminal_id).values()):
                living.book.close(alert, living.clock.now())
            living.fleet.remove(terminal_id)


def test_parts_are_of_one_size_but_the_last() -> None:
    """Nothing is lost at the seams."""
    assert [len(part) for part in parts(range(2 * PART + 1))] == [PART, PART, 1]
    assert [item for part in parts(range(PART + 1)) for item in part] == list(range(PART + 1))
