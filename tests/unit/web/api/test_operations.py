import json

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from structlog.testing import capture_logs

from monitor.domain.access.tokens import anybody
from monitor.domain.errors import Fault, InvalidConfiguration
from monitor.domain.inventory.inventory import InventoryChange
from monitor.domain.self_monitoring.liveness import LivenessCheck
from monitor.web.access.callers import CALLER
from monitor.web.api.operations import Operations
from monitor.web.routing.problems import Refused
from tests.fleets import LivingFleet, inventory_row


class Desk:
    """Operations over a fleet; `confirmed` has what each reload was asked to confirm."""

    def __init__(self, error: Exception | None = None) -> None:
        self.living = LivingFleet([inventory_row(1)])
        self.confirmed: list[bool] = []
        self._error = error
        self.operations = Operations(read_model=self.living.read_model, reload=self._reload)

    async def _reload(self, *, confirm_shrink: bool = False) -> InventoryChange:
        self.confirmed.append(confirm_shrink)
        if self._error is not None:
            raise self._error
        return InventoryChange(added=(inventory_row(2),), removed=(), changed=())

    async def reload(self, query: str = "") -> web.Response:
        """Ask for a reload."""
        request = make_mocked_request("POST", f"/-/reload{query}")
        request[CALLER] = anybody("192.0.2.9")
        return await self.operations.reload(request)

    async def healthy(self) -> str | None:
        """Return the text of `/-/healthy`, or raise Refused."""
        return (await self.operations.healthy(make_mocked_request("GET", "/-/healthy"))).text


def check(part: str, silent_s: float, note: str = "") -> LivenessCheck:
    """Return a check of a part with a patience of 30 s."""
    return LivenessCheck(part=part, silent_s=silent_s, patience_s=30.0, note=note)


async def test_healthy_names_faults_that_a_restart_would_not_cure() -> None:
    """The answer is still 200: restarting posmon would not help."""
    desk = Desk()
    assert await desk.healthy() == "healthy\n"
    desk.living.liveness_checks = [check("store", 1.0, "disk full"), check("polling", 1.0)]
    assert await desk.healthy() == "healthy\nstore: disk full\n"


async def test_a_stuck_part_is_unhealthy_and_named() -> None:
    """So are all others that are stuck."""
    desk = Desk()
    desk.living.liveness_checks = [check("store", 31.0), check("loop", 1.0), check("polling", 90.0)]
    with pytest.raises(Refused) as refusal:
        await desk.healthy()
    assert refusal.value.problem.status == 503
    assert refusal.value.problem.detail == "store has not moved for 31 s; polling has not moved for 90 s"


async def test_ready_waits_for_the_first_inventory() -> None:
    """A load balancer sends nothing before that."""
    desk = Desk()
    request = make_mocked_request("GET", "/-/ready")
    assert (await desk.operations.ready(request)).text == "ready\n"
    desk.living.is_ready = False
    with pytest.raises(Refused) as refusal:
        await desk.operations.ready(request)
    assert refusal.value.problem.status == 503


async def test_a_reload_says_what_it_changed_and_is_audited() -> None:
    """A shrunk inventory is confirmed only where the request says so."""
    desk = Desk()
    with capture_logs() as logs:
        response = await desk.reload()
        await desk.reload("?confirm_shrink=true")
    assert isinstance(response.body, bytes)
    assert json.loads(response.body) == {"added": 1, "removed": 0, "changed": 0}
    assert desk.confirmed == [False, True]
    assert [(line["event"], line["outcome"]) for line in logs] == [("audit.reload", "done")] * 2


async def test_a_bad_document_is_refused_with_every_fault() -> None:
    """Each has file, line, field and reason."""
    fault = Fault(source="posmon.yaml", line=3, field="polling.interval", reason="not a duration")
    desk = Desk(InvalidConfiguration([fault, fault]))
    with capture_logs() as logs, pytest.raises(Refused) as refusal:
        await desk.reload()
    problem = refusal.value.problem
    assert problem.status == 422
    assert [(one.source, one.line, one.field, one.reason) for one in problem.faults or ()] == [
        ("posmon.yaml", 3, "polling.interval", "not a duration")
    ] * 2
    assert [line["outcome"] for line in logs] == ["failed"]
