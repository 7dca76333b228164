import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.adapters.system import SystemClock
from monitor.domain.heartbeat.reading import Activity, PinPadStatus, PrinterStatus, RegistrationStatus
from monitor.domain.polling.cadence import Cadence
from monitor.domain.polling.poll_result import Outcome, PollResult
from monitor.ports.collector import PollTarget
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.fakes import until
from tests.integration.sockets.asking import ask, collector, terminal
from tests.real import require

ACKNOWLEDGED = bytes.fromhex("800000")
READY = bytes.fromhex("060F0100")


async def test_a_simulated_terminal_says_how_it_is() -> None:
    """Model, software and status come over a real connection."""
    async with SimulatedFleet(clock=SystemClock(), terminals=1, kind="zvt") as fleet, collector() as asking:
        row = fleet.inventory[0]
        result = await ask(asking, row.endpoint)
    assert result.outcome is Outcome.OK
    assert result.reading is not None
    assert result.reading.model == row.model
    assert result.reading.registration_status is RegistrationStatus.REGISTERED or (
        result.reading.activity is Activity.BUSY
    )


@pytest.mark.parametrize(
    ("fault", "read", "expected"),
    [
        ("paper_out", lambda reading: reading.printer_status, PrinterStatus.FAULT),
        ("tampered", lambda reading: reading.pin_pad_status, PinPadStatus.TAMPERED),
        ("suspended", lambda reading: reading.registration_status, RegistrationStatus.SUSPENDED),
        ("locked", lambda reading: reading.activity, Activity.LOCKED),
    ],
)
async def test_what_befalls_a_terminal_is_seen(
    fault: str, read: Callable[[Any], object], expected: object
) -> None:
    """A fault shows in the part that the protocol has a word for."""
    async with SimulatedFleet(clock=SystemClock(), terminals=1, kind="zvt") as fleet, collector() as asking:
        row = fleet.inventory[0]
        fleet.set_fault(row.terminal_id, fault)
        result = await ask(asking, row.endpoint)
    assert result.reading is not None
    assert read(result.reading) is expected


async def test_a_frame_may_come_byte_by_byte() -> None:
    """The terminal's bytes are read by their length, however they are cut."""

    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in ACKNOWLEDGED + bytes.fromhex("04FF010A") + READY:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.002)  # noqa: TID251 - real time between two segments

    async with terminal(drip) as port, collector() as asking:
        result = await ask(asking, f"zvt://127.0.0.1:{port}")
    assert (result.outcome, result.detail) == (Outcome.OK, "ready")


async def test_the_password_is_sent_and_never_told() -> None:
    """The enquiry carries it; the result does not."""
    asked: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readexactly(8))
        writer.write(bytes.fromhex("846B00"))

    async with terminal(refuse) as port, collector(password="987654") as asking:  # noqa: S106 - the example
        result = await ask(asking, f"zvt://127.0.0.1:{port}")
    assert asked == [bytes.fromhex("0501059876540304")]
    assert "987654" not in repr(result)
    assert result.detail == "refused: function deactivated"


async def test_a_terminal_at_work_is_acknowledged_to_the_end() -> None:
    """Its time over, it counts as under maintenance; posmon stays and acknowledges until the completion."""
    go_on = asyncio.Event()
    acknowledged: list[bytes] = []

    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(3)
        writer.write(ACKNOWLEDGED)
        await go_on.wait()
        for frame in (bytes.fromhex("06D10141"), READY):
            writer.write(frame)
            acknowledged.append(await reader.readexactly(3))

    async with terminal(work) as port, collector() as asking:
        target = PollTarget(
            endpoint=f"zvt://127.0.0.1:{port}", cadence=Cadence(interval_s=1.0, timeout_s=0.2)
        )
        results: list[PollResult] = []
        asking.begin(target, results.append)
        await until(lambda: len(results) == 1)
        asking.begin(target, results.append)
        await until(lambda: len(results) == 2)
        go_on.set()
        await until(lambda: len(acknowledged) == 2)
        await until(lambda: target.memory is None)
    assert [result.reading and result.reading.activity for result in results] == [Activity.MAINTENANCE] * 2
    assert acknowledged == [ACKNOWLEDGED, ACKNOWLEDGED]


@pytest.mark.parametrize("manner", ["silent", "closes"])
async def test_a_terminal_that_a_till_holds_is_busy(manner: str) -> None:
    """It takes the connection and says nothing, or closes it: reachable, and in use."""

    async def held(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        if manner == "silent":
            await reader.read()

    async with terminal(held) as port, collector() as asking:
        result = await ask(asking, f"zvt://127.0.0.1:{port}", timeout_s=0.2)
    assert result.outcome is Outcome.OK
    assert result.reading is not None
    assert result.reading.activity is Activity.BUSY
    assert result.detail.startswith("in use by a till: ")


async def test_a_refused_port_is_a_terminal_in_use() -> None:
    """A terminal whose one connection is taken refuses others: the host is there."""
    async with collector() as asking:
        result = await ask(asking, "zvt://127.0.0.77:20007")
    assert result.reading is not None
    assert result.reading.activity is Activity.BUSY


async def test_an_enquiry_too_many_is_shed() -> None:
    """Beyond the bound of connections an enquiry is shed and never queued."""

    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with terminal(silent) as port, collector(concurrency=3) as asking:
        results = await asyncio.gather(
            *(ask(asking, f"zvt://127.0.0.1:{port}", timeout_s=0.3) for _ in range(5))
        )
    outcomes = sorted(result.outcome for result in results)
    assert outcomes == [Outcome.OK] * 3 + [Outcome.SHED] * 2


async def test_tshark_dissects_what_is_said(tmp_path: Path) -> None:
    """A program by others finds the protocol's messages in what the simulator and posmon exchange."""
    text2pcap, tshark = require("text2pcap"), require("tshark")
    said: list[bytes] = []

    async def terminal_side(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said.append(await reader.readexactly(3))
        said.append(ACKNOWLEDGED + bytes.fromhex("04FF010A"))
        writer.write(said[-1])
        said.append(await reader.readexactly(3))
        said.append(bytes.fromhex("060F01DC"))
        writer.write(said[-1])
        said.append(await reader.readexactly(3))

    async with terminal(terminal_side) as port, collector() as asking:
        await ask(asking, f"zvt://127.0.0.1:{port}")
    dissected = await asyncio.to_thread(_dissect, said, text2pcap, tshark, tmp_path)
    assert "Intermediate Status Information (0x04ff)" in dissected
    assert "Completion (0x060f)" in dissected
    # The acknowledgements of posmon are found to answer the two messages of the terminal.
    assert dissected.count("CCRC: 0x80") == 3
    assert "[Response To: 2]" in dissected
    assert "[Response To: 4]" in dissected
    assert "Malformed" not in dissected


def _dissect(said: list[bytes], text2pcap: str, tshark: str, folder: Path) -> str:
    """Return tshark's view of the messages, each as a segment of TCP to or from port 20007."""
    lines = []
    for number, message in enumerate(said):
        lines.append(f"{'O' if number % 2 else 'I'} 000000 {message.hex(' ')}\n")
    text, capture = folder / "said.txt", folder / "said.pcap"
    text.write_text("".join(lines), encoding="ascii")
    command = [text2pcap, "-q", "-D", "-T", "40000,20007", str(text), str(capture)]
    subprocess.run(command, check=True, capture_output=True)
    shown = subprocess.run(
        [tshark, "-r", str(capture), "-d", "tcp.port==20007,zvt", "-V", "-O", "zvt"],
        check=True,
        capture_output=True,
        text=True,
    )
    return shown.stdout
