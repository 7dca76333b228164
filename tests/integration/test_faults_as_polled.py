"""Every fault of the simulator, asked by the product's own polling client."""

import asyncio
from collections.abc import Awaitable, Callable
from ipaddress import ip_network

from monitor.adapters.heartbeat_client import HttpHeartbeatClient, client_tls, poll_once
from monitor.adapters.resolver import ThreadedResolver
from monitor.adapters.system import SystemClock
from monitor.domain.heartbeat import read_heartbeat
from monitor.domain.outbound import AddressPolicy
from monitor.domain.outcome import PollResult
from monitor.ports.heartbeat_client import PollTarget
from monitor.simulator.faults import FAULTS
from monitor.simulator.simulated_fleet import SimulatedFleet

QUICK = {"slow": {"delay": "50ms"}, "drip": {"interval": "100ms"}}


async def polled(fleet: SimulatedFleet) -> list[PollResult]:
    """Return what one poll of each terminal comes to, all at the same time."""
    clock = SystemClock()
    policy = AddressPolicy(allowed_networks=(ip_network("127.0.0.0/8"),))
    async with (
        ThreadedResolver(clock=clock) as resolver,
        HttpHeartbeatClient(
            decode=read_heartbeat,
            clock=clock,
            policy=policy,
            resolver=resolver,
            tls=client_tls(),
            concurrency=100,
            max_sockets=100,
        ) as client,
    ):
        targets = [PollTarget(endpoint=row.endpoint, timeout_s=2, interval_s=10) for row in fleet.inventory]
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
