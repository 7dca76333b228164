from collections.abc import Sequence
from dataclasses import replace

from monitor.domain.alerts.alert import AlertState, Severity, Transition
from monitor.domain.evaluation.recheck import LATELY_S, PLACES_ASKED, RECHECK_EVERY_S, Recheck
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.recheck_queue import RecheckQueue
from tests.scenes import Scene, site, terminal


class Asking:
    """A recheck over a site of four and one elsewhere, or `rows`; `soon` and `if_slow` drain its queue."""

    def __init__(self, rows: Sequence[Terminal] = (*site("a", 4), terminal(9))) -> None:
        self.scene = Scene(rows)
        self.queue = RecheckQueue()
        self.recheck = Recheck(fleet=self.scene.fleet, alertnames=["SiteOffline"], queue=self.queue)

    def lose(self, *numbers: int) -> None:
        """Let polls of these terminals fail."""
        for number in numbers:
            self.scene.fail(f"{10_000_000 + number}")

    def lost(self, number: int) -> list[str]:
        """Say that a terminal went down, and return who is asked if polled seldom."""
        self.recheck.member_lost(self.scene.watched(f"{10_000_000 + number}"), self.scene.now)
        return [row.terminal_id for row in self.queue.drain().if_slow]

    def returned(self) -> list[str]:
        """Say that a terminal of the site came back, and return who is asked soon."""
        self.recheck.member_returned([self.scene.fleet.sites["a"]], self.scene.now)
        return [row.terminal_id for row in self.queue.drain().soon]


def test_when_one_is_lost_the_rest_of_its_site_is_asked() -> None:
    """Those that are down are known to be."""
    asking = Asking()
    asking.lose(1, 2)
    assert asking.lost(1) == ["10000003", "10000004"]


def test_a_terminal_without_a_site_has_no_neighbours() -> None:
    """Nobody is asked for its sake."""
    asking = Asking()
    asking.lose(9)
    assert asking.lost(9) == []


def test_when_one_returns_those_that_are_down_are_asked() -> None:
    """Those that are up need no poll."""
    asking = Asking()
    asking.lose(1, 2, 3)
    assert asking.returned() == ["10000001", "10000002", "10000003"]


def test_one_after_another_asks_the_neighbours_once() -> None:
    """They are asked again after RECHECK_EVERY_S; losses and returns count apart."""
    asking = Asking()
    asking.lose(1)
    assert asking.lost(1)
    asking.scene.pass_(RECHECK_EVERY_S - 0.1)
    assert asking.lost(1) == []
    assert asking.returned() == ["10000001"]
    asking.scene.pass_(0.1)
    assert asking.lost(1)


def test_when_an_outage_ends_who_is_still_down_is_asked() -> None:
    """Only the end of an alert about a group that is there counts."""
    asking = Asking()
    asking.lose(1, 2)
    step = Transition(
        alertname="SiteOffline",
        subject="/site/a",
        severity=Severity.CRITICAL,
        previous=AlertState.FIRING,
        state=AlertState.RESOLVED,
        at=asking.scene.now,
        since=asking.scene.now,
        labels={},
        annotations={},
    )
    others = [
        replace(step, state=AlertState.FIRING),
        replace(step, alertname="WrongAnswers"),
        replace(step, subject="/site/gone"),
    ]
    asking.recheck.outages_ended(others)
    assert asking.queue.is_empty
    asking.recheck.outages_ended([step])
    assert [row.terminal_id for row in asking.queue.drain().soon] == ["10000001", "10000002"]


def test_when_a_site_is_dark_others_of_its_region_are_asked() -> None:
    """The more, the more went dark lately: it is soon known how far an outage goes."""
    asking = Asking([terminal(number, region="north") for number in range(1, 60)] + [terminal(99)])
    asking.lose(1)
    assert len(asking.lost(1)) == PLACES_ASKED
    assert asking.lost(1) == []
    asking.scene.pass_(RECHECK_EVERY_S)
    asking.lose(2)
    assert len(asking.lost(2)) == 2 * PLACES_ASKED
    asking.scene.pass_(LATELY_S + 1)
    asking.scene.poll("10000001")
    assert len(asking.lost(2)) == 0


def test_in_a_fleet_of_one_region_no_other_place_is_asked() -> None:
    """What is wider than a site is the whole fleet there, and that is not judged by regions."""
    asking = Asking([terminal(number, region="north") for number in range(1, 60)])
    asking.lose(1)
    assert asking.lost(1) == []
