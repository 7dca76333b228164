"""What the vendors' own packages make of our simulated clouds: they were written without posmon."""

import asyncio
from collections.abc import Callable
from contextlib import closing

import httpx
import pytest
import stripe
from square import Square
from sumup import Sumup

from monitor.adapters.system import SystemClock
from monitor.simulator.simulated_fleet import SimulatedFleet

TERMINALS = 130
"""More than fit into one page."""

Listing = dict[str, tuple[str | None, str | None]]
"""By the vendor's id: serial number, and the word for online."""


def read_by_stripe(url: str) -> Listing:
    """List the readers, page by page."""
    http = stripe.RequestsClient()
    client = stripe.StripeClient("sk_test_any", base_addresses={"api": url.rstrip("/")}, http_client=http)
    with closing(http):
        readers = client.v1.terminal.readers.list({"limit": 100}).auto_paging_iter()
        return {reader.id: (reader.serial_number, reader.status) for reader in readers}


def read_by_square(url: str) -> Listing:
    """List the devices, page by page; the package checks every field's type."""
    found: Listing = {}
    with httpx.Client() as http:
        client = Square(token="any", base_url=url.rstrip("/"), httpx_client=http)  # noqa: S106 - any will do
        for device in client.devices.list():
            status = device.status.category if device.status else None
            found[(device.id or "").removeprefix("device:")] = device.attributes.manufacturers_id, status
    return found


def read_by_sumup(url: str) -> Listing:
    """List the readers, and ask for the status of each; the package checks every field's type."""
    with Sumup(api_key="any", base_url=url.rstrip("/")) as client:
        readers = client.readers.list("MC1").items
        return {
            reader.id: (reader.device.identifier, client.readers.get_status("MC1", reader.id).data.status)
            for reader in readers
        }


@pytest.mark.parametrize(
    ("kind", "read", "online"),
    [
        ("stripe", read_by_stripe, "online"),
        ("square", read_by_square, "AVAILABLE"),
        ("sumup", read_by_sumup, "ONLINE"),
    ],
)
async def test_the_vendor_s_package_reads_the_simulated_cloud(
    kind: str, read: Callable[[str], Listing], online: str
) -> None:
    """It finds every terminal, with its serial number, and says of each that it is online."""
    fleet = SimulatedFleet(clock=SystemClock(), terminals=TERMINALS, kind=kind)
    async with fleet:
        found = await asyncio.to_thread(read, fleet.url)
        wanted = {row.endpoint.partition(":")[2]: (row.serial_number, online) for row in fleet.inventory}
    assert found == wanted
