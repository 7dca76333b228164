from typing import Any

import pytest

from monitor.cli.errors.exit_code import ExitCode
from monitor.cli.status.fleet_query import FleetOverview, Selection
from monitor.domain.alerts.alert import AlertState
from monitor.domain.fleet.health import Health
from tests.documents import alert, row, site_outage, status_document, summary_of

OK, WARNING, CRITICAL, UNKNOWN = Health


def overview(*healths: Health, **fields: Any) -> FleetOverview:
    """Return what was fetched of terminals with these healths."""
    rows = [row(f"1000000{number}", health) for number, health in enumerate(healths)]
    settings: dict[str, Any] = {
        "selection": Selection(),
        "status": status_document(summary_of(rows)),
        "summary": summary_of(rows),
        "outages": [],
        "rows": rows,
    }
    return FleetOverview(**settings | fields)


FLEET_OUTAGE = alert("FleetUnreachable", subject="/fleet", labels={"alertname": "FleetUnreachable"})


@pytest.mark.parametrize(
    ("fetched", "code"),
    [
        (overview(OK, OK), ExitCode.OK),
        (overview(OK, WARNING), ExitCode.WARNING),
        (overview(OK, UNKNOWN), ExitCode.UNKNOWN),
        (overview(WARNING, UNKNOWN), ExitCode.WARNING),
        (overview(CRITICAL, WARNING, UNKNOWN), ExitCode.CRITICAL),
        (overview(), ExitCode.UNKNOWN),
        (overview(OK, unknown_ids=("7",)), ExitCode.UNKNOWN),
        (overview(OK, outages=[site_outage("a")]), ExitCode.CRITICAL),
        (overview(OK, outages=[site_outage("a", AlertState.PENDING)]), ExitCode.OK),
        (overview(OK, outages=[FLEET_OUTAGE]), ExitCode.CRITICAL),
        (overview(OK, outages=[FLEET_OUTAGE], selection=Selection(site=("a",))), ExitCode.OK),
        (overview(OK, selection=Selection(health=("ok",)), outages=[FLEET_OUTAGE]), ExitCode.OK),
    ],
)
def test_exit_code(fetched: FleetOverview, code: ExitCode) -> None:
    """The worst health; a confirmed outage of what was chosen counts as critical."""
    assert fetched.exit_code is code


def test_a_selection_covers_what_fits_each_of_its_parts() -> None:
    """Nothing chosen is everything; names alone concern no outage of a site."""
    here = row("1", site="a", region="north")
    assert Selection().is_at(here)
    assert Selection(site=("a", "b"), region=("north",)).is_at(here)
    assert not Selection(site=("a",), region=("south",)).is_at(here)
    assert Selection(region=("north",)).covers_site({"site": "x", "region": "north"})
    assert not Selection(region=("south",)).covers_site({"site": "x", "region": "north"})
    assert not Selection(terminal_ids=("1",)).covers_site({"site": "a"})


def test_only_those_that_need_attention() -> None:
    """The rows of those that are ok are left out then."""
    worst = Selection(attention_only=True)
    assert [worst.admits(row("1", health)) for health in Health] == [False, True, True, True]
    assert Selection(health=("ok",)).admits(row("1"))
    assert not Selection(health=("ok",)).admits(row("1", WARNING))
