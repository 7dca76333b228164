import asyncio

import pytest

from monitor.adapters.system import SystemClock
from monitor.domain.heartbeat.reading import PrinterStatus
from monitor.domain.polling.poll_result import Outcome
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.sockets.asking import ask, collector, terminal


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("paper_out", PrinterStatus.PAPER_OUT),
        ("cover_open", PrinterStatus.COVER_OPEN),
        ("", PrinterStatus.OK),
    ],
)
async def test_a_simulated_printer_says_how_it_is(fault: str, status: PrinterStatus) -> None:
    """Each state of a printer comes over a real connection."""
    clock = SystemClock()
    async with SimulatedFleet(clock=clock, terminals=1, kind="escpos") as fleet, collector() as asking:
        row = fleet.inventory[0]
        if fault:
            fleet.set_fault(row.terminal_id, fault)
        result = await ask(asking, row.endpoint)
    assert result.outcome is Outcome.OK
    assert result.reading is not None
    assert result.reading.printer_status is status


async def test_another_service_is_no_printer() -> None:
    """A banner is a protocol fault with a reason, and is not quoted."""

    async def banner(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")

    async with terminal(banner) as port, collector() as asking:
        result = await ask(asking, f"escpos://127.0.0.1:{port}")
    assert (result.outcome, result.detail) == (Outcome.PROTOCOL, "the answer is no ESC/POS status byte")


async def test_a_hanging_printer_times_out() -> None:
    """A printer that takes the connection and never answers is a time-out."""

    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with terminal(silent) as port, collector() as asking:
        result = await ask(asking, f"escpos://127.0.0.1:{port}", timeout_s=0.2)
    assert result.outcome is Outcome.TIMEOUT
