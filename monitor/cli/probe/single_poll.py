"""One poll with the daemon's own client, outside the daemon."""

from contextlib import AsyncExitStack

import uvloop

from monitor.adapters.collectors.http_json import HttpHeartbeatClient, client_tls, poll_once
from monitor.adapters.collectors.http_json.resolver import ThreadedResolver
from monitor.adapters.collectors.mailbox import Mailbox
from monitor.adapters.system import SystemClock
from monitor.assembly import collector_table
from monitor.cli.probe.polled import Polled
from monitor.config.sections import PollingSettings
from monitor.domain.heartbeat.decoding import read_heartbeat
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.polling.cadence import Cadence
from monitor.ports.collector import PollTarget

_SOCKETS = 8


def poll(endpoint: str, *, policy: AddressPolicy, polling: PollingSettings, timeout_s: float) -> Polled:
    """Ask `endpoint` once.

    Raises InvalidConfiguration when the certificates that `polling` names cannot be used.
    """
    return uvloop.run(_poll(endpoint, policy=policy, polling=polling, timeout_s=timeout_s))


async def _poll(
    endpoint: str, *, policy: AddressPolicy, polling: PollingSettings, timeout_s: float
) -> Polled:
    clock = SystemClock()
    tls = client_tls(ca_file=polling.ca_file, client_cert=polling.client_cert, client_key=polling.client_key)
    async with AsyncExitStack() as stack:
        resolver = await stack.enter_async_context(ThreadedResolver(clock=clock))
        http = await stack.enter_async_context(
            HttpHeartbeatClient(
                decode=read_heartbeat,
                clock=clock,
                policy=policy,
                resolver=resolver,
                tls=tls,
                concurrency=1,
                max_sockets=_SOCKETS,
                keep_alive="never",
            )
        )
        collectors = await collector_table(
            stack,
            http=http,
            mailbox=Mailbox(clock=clock),
            boards={},
            polling=polling,
            policy=policy,
            clock=clock,
        )
        target = PollTarget(
            endpoint=endpoint, cadence=Cadence(interval_s=polling.interval_s, timeout_s=timeout_s)
        )
        result = await poll_once(collectors.of(endpoint), target)
        return Polled(clock.now(), result)
