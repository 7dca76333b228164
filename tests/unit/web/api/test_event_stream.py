from collections.abc import Iterator
from dataclasses import replace

from monitor.domain.alerts.alert import Alert
from monitor.domain.alerts.alert_book import AlertBook
from monitor.domain.fleet.fleet import Fleet
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.web.api.event_stream import EventStream
from tests.fleets import inventory_row, make_fleet


class UncountableFleet(Fleet):
    """A fleet that nobody may walk through."""

    def __iter__(self) -> Iterator[WatchedTerminal]:
        """Refuse."""
        raise AssertionError("the fleet was counted")


class UncountableBook(AlertBook):
    """An alert book that nobody may walk through."""

    def __iter__(self) -> Iterator[Alert]:
        """Refuse."""
        raise AssertionError("the alerts were counted")


def test_a_revision_costs_the_same_for_any_fleet() -> None:
    """Each stream asks for it every second, so it looks at no terminal and at no alert."""
    living = make_fleet(0)
    fleet, book = UncountableFleet(), UncountableBook()
    stream = EventStream(replace(living.read_model, fleet=fleet, book=book))
    before = stream.revision
    rules = living.evaluation.rules.for_terminal(inventory_row(1))
    fleet.add(inventory_row(1), rules=rules, now=living.clock.now())
    assert stream.revision != before
