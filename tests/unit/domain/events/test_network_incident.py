import pytest

from monitor.domain.events import network_incident as module
from monitor.domain.events.network_incident import MIN_SHARE, MIN_TERMINALS, WINDOW_S, NetworkIncident
from monitor.domain.instant import rfc3339
from tests.scenes import START


def incident_of(terminals: int, *, code: str = "68") -> NetworkIncident:
    """Return one with so many terminals that got no answer at the start."""
    incident = NetworkIncident()
    for number in range(terminals):
        incident.add(f"{number}", code, START)
    return incident


def active(count: int) -> list[float]:
    """Return when each of so many terminals last told of a transaction: at the start."""
    return [START.monotonic] * count


@pytest.mark.parametrize(("terminals", "is_on"), [(MIN_TERMINALS - 1, False), (MIN_TERMINALS, True)])
def test_it_takes_several_terminals(terminals: int, *, is_on: bool) -> None:
    """One terminal whose transactions fail often is no incident of the network."""
    incident = incident_of(terminals)
    incident.add("0", "91", START)
    incident.update(active(terminals), START)
    assert incident.is_on is is_on
    assert incident.terminals == terminals


@pytest.mark.parametrize(("others", "is_on"), [(0, True), (20, True), (21, False)])
def test_it_takes_a_share_of_the_active_terminals(others: int, *, is_on: bool) -> None:
    """Five of 25 are 20 per cent."""
    assert MIN_SHARE == 0.2
    incident = incident_of(5)
    incident.update(active(5 + others), START)
    assert incident.is_on is is_on


def test_terminals_without_a_recent_transaction_do_not_count() -> None:
    """At night most terminals of a fleet sell nothing."""
    incident = incident_of(5)
    long_ago = [START.monotonic - WINDOW_S] * 1000
    incident.update([*active(5), *long_ago], START)
    assert incident.is_on


def test_it_is_over_when_the_window_has_passed() -> None:
    """The moment it began stays until then."""
    incident = incident_of(5)
    incident.update(active(5), START)
    later = START.ago(-WINDOW_S + 1)
    incident.update(active(5), later)
    assert incident.since == START
    incident.update(active(5), START.ago(-WINDOW_S))
    assert not incident.is_on
    assert incident.words() == ""


def test_it_says_how_many_and_with_which_codes() -> None:
    """The most frequent codes stand first."""
    incident = incident_of(4)
    incident.add("4", "91", START)
    incident.update(active(10), START)
    assert incident.words() == (
        f"5 of 10 terminals get no answer from the network since {rfc3339(START.wall)} (codes 68 91)"
    )


def test_terminals_are_counted_now_and_then() -> None:
    """Counting costs a look at every terminal, so a second look soon after goes by the last count."""
    incident = incident_of(5)
    incident.update(active(10), START)
    soon = START.ago(-4.0)
    incident.update(iter([]), soon)
    assert "5 of 10" in incident.words()


def test_the_number_of_terminals_is_bounded() -> None:
    """The one longest ago makes room."""
    incident = NetworkIncident()
    for number in range(module._MOST + 1):
        incident.add(str(number), "68", START)
    assert incident.terminals == module._MOST
