"""A ZVT terminal with a receipt printer beside it, over real connections."""

import asyncio
from collections.abc import Callable

from monitor.adapters.collectors.beside_printer import BesidePrinter
from monitor.adapters.collectors.sockets.collector import SocketCollector
from monitor.adapters.system import SystemClock
from monitor.domain.heartbeat.reading import PrinterStatus
from monitor.domain.polling.cadence import Cadence
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.collector import PollTarget
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.sockets.asking import collector, terminal


class Beside(PollTarget):
    """A terminal with a printer; `place` is where that is."""

    place = ""

    @property
    def printer(self) -> str:
        """Where its printer is."""
        return self.place


async def ask_both(
    asking: SocketCollector, endpoint: str, printer: str, *, timeout_s: float = 2.0
) -> PollResult:
    """Ask a terminal and its printer once."""
    result: asyncio.Future[PollResult] = asyncio.get_running_loop().create_future()
    done: Callable[[PollResult], None] = result.set_result
    target = Beside(endpoint=endpoint, cadence=Cadence(interval_s=30.0, timeout_s=timeout_s))
    target.place = printer
    BesidePrinter(terminals=asking, printers=asking).begin(target, done)
    async with asyncio.timeout(10):
        return await result


async def test_the_paper_of_a_zvt_terminal_comes_from_its_printer() -> None:
    """ZVT says ready; the printer says that its paper is out."""
    clock = SystemClock()
    async with (
        SimulatedFleet(clock=clock, terminals=1, kind="zvt") as tills,
        SimulatedFleet(clock=clock, terminals=1, kind="escpos") as printers,
        collector() as asking,
    ):
        printers.set_fault("10000001", "paper_out")
        result = await ask_both(asking, tills.inventory[0].endpoint, printers.inventory[0].endpoint)
    assert result.outcome is Outcome.OK
    assert result.reading is not None
    assert result.reading.printer_status is PrinterStatus.PAPER_OUT
    assert result.reading.activity is not None


async def test_a_printer_that_hangs_holds_up_nothing_for_longer_than_the_timeout() -> None:
    """Then it is unknown, and the terminal is well."""

    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    clock = SystemClock()
    async with (
        SimulatedFleet(clock=clock, terminals=1, kind="zvt") as tills,
        terminal(silent) as port,
        collector() as asking,
    ):
        place = f"escpos://127.0.0.1:{port}"
        result = await ask_both(asking, tills.inventory[0].endpoint, place, timeout_s=0.5)
    assert result.outcome is Outcome.OK
    assert result.reading is not None
    assert result.reading.printer_status is None
    assert result.detail.endswith("its printer: no answer within 0.5 s")


async def test_a_terminal_that_is_away_is_offline_whatever_its_printer_says() -> None:
    """Nothing listens at its port."""
    clock = SystemClock()
    async with SimulatedFleet(clock=clock, terminals=1, kind="escpos") as printers, collector() as asking:
        result = await ask_both(asking, "tcp://127.0.0.1:9", printers.inventory[0].endpoint)
    assert (result.outcome, result.reading) == (Outcome.REFUSED, None)
