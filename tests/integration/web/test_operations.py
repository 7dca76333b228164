import msgspec

from monitor.domain.errors import Fault, InvalidInventory
from monitor.domain.inventory.inventory import ChangedTerminal, InventoryChange
from monitor.domain.self_monitoring.liveness import LivenessCheck
from monitor.views.documents import FaultDocument, ReloadDocument
from tests.fleets import inventory_row, make_fleet
from tests.integration.web.site import serving


async def test_healthy_while_not_ready() -> None:
    """Before the first inventory the process is alive but not ready."""
    living = make_fleet(1)
    living.is_ready = False
    async with serving(living) as site:
        healthy, _ = await site.get("/-/healthy")
        unready = await site.problem("/-/ready")
        living.is_ready = True
        ready, _ = await site.get("/-/ready")
    assert (healthy.status, unready.status, ready.status) == (200, 503, 200)


async def test_healthy_names_the_part_that_is_stuck() -> None:
    """One part that stands still is a 503, however well the others are."""
    living = make_fleet(1)
    living.liveness_checks = [
        LivenessCheck(part="scheduler", silent_s=0.01, patience_s=30),
        LivenessCheck(part="pipeline", silent_s=31.2, patience_s=30),
    ]
    async with serving(living) as site:
        problem = await site.problem("/-/healthy")
    assert problem.status == 503
    assert problem.detail == "pipeline has not moved for 31 s"


async def test_healthy_tells_of_troubles_that_a_restart_would_not_cure() -> None:
    """A full disk is said, and is no reason to be restarted."""
    living = make_fleet(1)
    living.liveness_checks = [LivenessCheck(part="store", silent_s=0, patience_s=30, note="the disk is full")]
    async with serving(living) as site:
        response, body = await site.get("/-/healthy")
    assert response.status == 200
    assert body == b"healthy\nstore: the disk is full\n"


async def test_a_reload_says_what_it_changed() -> None:
    """Whoever reloads learns how many rows came, went and changed."""
    row = inventory_row(1)
    change = InventoryChange(added=(row, row), removed=(row,), changed=(ChangedTerminal(row, row),))
    async with serving(make_fleet(1)) as site:
        site.reload.outcome = change
        response, body = await site.ask("POST", "/-/reload")
    assert response.status == 200
    assert msgspec.json.decode(body, type=ReloadDocument) == ReloadDocument(added=2, removed=1, changed=1)
    assert site.reload.confirmed == [False]


async def test_a_smaller_inventory_can_be_confirmed() -> None:
    """The confirmation is a parameter of the request."""
    async with serving(make_fleet(1)) as site:
        await site.ask("POST", "/-/reload?confirm_shrink=true")
    assert site.reload.confirmed == [True]


async def test_a_refused_reload_names_every_fault() -> None:
    """The answer says where and why, for each fault."""
    faults = (
        Fault(source="inventory.csv", line=3, field="terminal_id", reason="given twice"),
        Fault(source="posmon.yaml", reason="not YAML"),
    )
    async with serving(make_fleet(1)) as site:
        site.reload.outcome = InvalidInventory(faults)
        problem = await site.problem("/-/reload", "POST")
    assert problem.status == 422
    assert problem.faults == [
        FaultDocument(source="inventory.csv", line=3, field="terminal_id", reason="given twice"),
        FaultDocument(source="posmon.yaml", line=None, field=None, reason="not YAML"),
    ]


async def test_reload_is_not_a_link() -> None:
    """A GET, say of a prefetching browser, changes nothing."""
    async with serving(make_fleet(1)) as site:
        response, _ = await site.get("/-/reload")
    assert (response.status, response.headers["Allow"]) == (405, "POST")
    assert site.reload.confirmed == []
