"""Every fault of the simulator, asked by the product's own polling client."""

import asyncio
from collections.abc import Awaitable, Callable

from monitor.adapters.collectors.http_json import poll_once
from monitor.domain.polling.cadence import Cadence
from monitor.domain.polling.poll_result import PollResult
from monitor.ports.collector import PollTarget
from monitor.simulator.faults import FAULTS
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.heartbeat_client.polling import polling_client

QUICK = {"slow": {"delay": "50ms"}, "drip": {"interval": "100ms"}}


async def polled(fleet: SimulatedFleet) -> list[PollResult]:
    """Return what one poll of each terminal comes to, all at the same time."""
    async with polling_client() as client:
        targets = [
            PollTarget(endpoint=row.endpoint, cadence=Cadence(interval_s=10, timeout_s=2))
            for row in fleet.inventory
        ]
        return await asyncio.gather(*[poll_once(client, target) for target in targets])


async def test_every_fault_comes_to_the_outcome_its_table_states(
    simulated_fleet: Callable[..., Awaitable[SimulatedFleet]],
) -> None:
    """All at once, one terminal each, and the one that is well is read as if it were alone."""
    ids = [str(10_000_001 + number) for number in range(len(FAULTS))]
    fleet = await simulated_fleet(terminals=len(ids) + 1, own_ports=ids)
    for terminal_id, name in zip(ids, FAULTS, strict=True):
        fleet.set_fault(terminal_id, name, **QUICK.get(name, {}))
    *stricken, healthy = await polled(fleet)
    outcomes = {name: result.outcome for name, result in zip(FAULTS, stricken, strict=True)}
    assert outcomes == {name: kind.outcome for name, kind in FAULTS.items()}
    assert healthy.reading is not None
    assert healthy.reading.terminal_id == fleet.inventory[-1].terminal_id
