from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.inventory.terminal import InventoryStatus
from monitor.domain.polling.poll_result import SAYS_NOTHING, Outcome
from monitor.domain.polling.statistics import Histogram
from monitor.views.census import parts_of
from monitor.views.chunked_work import at_once
from monitor.views.documents import (
    AlertCounts,
    SeverityCounts,
    StatusDocument,
    Summary,
    TerminalCounts,
)
from monitor.views.status import quantile_s, status_document
from monitor.views.survey import surveying
from tests.fleets import LivingFleet, inventory_row, make_closed_fleet, make_fleet


def _status_of(living: LivingFleet) -> StatusDocument:
    return status_document(living.read_model, at_once(surveying(living.read_model)))


def test_counts_of_a_mixed_fleet() -> None:
    """Health, connectivity and alerts are counted once each."""
    living = make_fleet(6, inventory_row(6, status=InventoryStatus.RETIRED))
    for number in range(5):
        living.hear(f"{10_000_000 + number}", printer={"status": "ok"})
    living.hear("10000001", printer={"status": "paper_out"})
    living.hear("10000002", printer={"status": "paper_low"})
    living.make_offline("10000000")
    status = _status_of(living)
    assert status.summary == Summary(ok=3, critical=2, unknown=1)
    assert status.terminals == TerminalCounts(watched=6, online=4, offline=1, unknown=1, unpolled=1)
    assert status.alerts == AlertCounts(
        firing=SeverityCounts(critical=2), pending=SeverityCounts(warning=1), suppressed=0
    )


def test_suppressed_alerts_are_counted_as_firing_and_suppressed() -> None:
    """A dark shop's terminals fire, and it is told that nobody is paged for them."""
    living = make_fleet(10)
    living.hear_all()
    living.make_offline(*(f"{10_000_000 + number}" for number in range(5)))
    status = _status_of(living)
    assert (status.alerts.firing.critical, status.alerts.suppressed) == (6, 5)
    assert [(row.site, row.outage, row.offline) for row in status.sites] == [("shop-00", "firing", 5)]


def test_a_fleet_outage_is_in_the_status() -> None:
    """Whoever reads only the status learns that posmon's own link is suspected."""
    living = make_fleet(10)
    living.hear_all()
    living.make_offline(*(f"{10_000_000 + number}" for number in range(10)))
    outage = _status_of(living).fleet_outage
    assert outage is not None
    assert "own link" in outage.annotations["summary"]


def test_the_worst_sites_come_first_and_well_ones_not_at_all() -> None:
    """An outage is worse than many single faults, and a critical one worse than warnings."""
    living = make_fleet(20)
    living.hear_all(printer={"status": "ok"})
    living.hear("10000005", printer={"status": "paper_out"})
    for number in range(10, 14):
        living.hear(f"{10_000_000 + number}", printer={"status": "paper_jam"})
    living.make_offline(*(f"{10_000_000 + number}" for number in range(4)))
    living.wait(60)
    assert [row.site for row in _status_of(living).sites] == ["shop-00", "shop-01", "shop-02"]


def test_a_refused_reload_shows_when_the_last_good_one_was() -> None:
    """The old configuration stays in use, and its age is told."""
    living = make_fleet(1)
    living.reloads.note(successful=False, now=living.clock.turn(60))
    state = _status_of(living).last_reload
    assert not state.successful
    assert state.attempted_at == "2026-11-21T01:01:00.000Z"
    assert state.succeeded_at == "2026-11-21T01:00:00.000Z"


def test_polling_figures_name_every_result() -> None:
    """A result that has not happened yet is 0, not absent; sheds are skips, not results."""
    living = make_fleet(2)
    living.hear("10000000")
    living.lose("10000001", Outcome.TLS)
    polling = _status_of(living).polling
    assert set(polling.results) == set(Outcome) - SAYS_NOTHING
    assert (polling.results["ok"], polling.results["tls"], polling.results["dns"]) == (1, 1, 0)
    assert polling.duration_p99_s == pytest.approx(0.025, abs=0.001)


def test_an_idle_monitor_has_no_quantiles() -> None:
    """Nothing observed is unknown, not 0 seconds."""
    assert _status_of(make_fleet(0)).polling.lateness_p99_s is None


_seconds = st.floats(0, 10, allow_nan=False)


@given(values=st.lists(_seconds, min_size=1), shares=st.lists(st.floats(0.01, 1), min_size=2, max_size=5))
def test_quantiles_rise_with_their_share_and_stay_within_the_bounds(
    values: list[float], shares: list[float]
) -> None:
    """A larger share never gives a smaller figure."""
    histogram = Histogram((0.1, 1.0, 5.0))
    for value in values:
        histogram.observe(value)
    figures = [quantile_s(histogram, share) for share in sorted(shares)]
    known = [figure for figure in figures if figure is not None]
    assert len(known) == len(shares)
    assert all(low <= high for low, high in pairwise(known))
    assert all(0 <= figure <= 5 for figure in known)


def test_a_fleet_that_changes_while_it_is_counted_in_parts() -> None:
    """Counting in parts sees the fleet as it was when counting began."""
    living = make_fleet(1100)
    parts = parts_of(living.fleet)
    counted = len(next(parts))
    living.fleet.remove("10001099")
    living.evaluation.membership.add(inventory_row(2000), living.clock.now())
    assert counted + sum(map(len, parts)) == 1100


def test_closed_shops_are_counted_apart() -> None:
    """Their terminals are well, and no site is in trouble for their sake."""
    living = make_closed_fleet(5)
    status = _status_of(living)
    assert status.terminals == TerminalCounts(watched=5, online=0, offline=5, unknown=0, unpolled=0, closed=5)
    assert status.summary == Summary(ok=5)
    assert status.sites == []
