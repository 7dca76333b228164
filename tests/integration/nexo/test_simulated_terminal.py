"""Simulated terminals of Adyen in the local network, as posmon and Adyen's library ask them."""

import json
import subprocess
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from monitor.adapters.nexo.sealed_message import NexoKey
from monitor.adapters.sources.nexo_diagnosis import diagnosis_request
from monitor.adapters.system import SystemClock
from monitor.domain.heartbeat.reading import PinPadStatus, PrinterStatus
from monitor.domain.polling.poll_result import Outcome
from monitor.simulator import nexo_terminal
from monitor.simulator.simulated_fleet import SimulatedFleet
from tests.integration.cli.command import POSMON, environment, posmon
from tests.integration.nexo.adyen_terminal import Fleet
from tests.integration.sockets.asking import ask, collector
from tests.npm_packages import library

PARTS: dict[str, Any] = {
    "identifier": nexo_terminal.KEY_IDENTIFIER,
    "version": nexo_terminal.KEY_VERSION,
    "passphrase": nexo_terminal.PASSPHRASE,
}
START_S = 30.0


class Simulated(Fleet):
    """The simulator's authority, for a collector."""

    def __init__(self) -> None:
        self.pem = nexo_terminal.authority().pem


@pytest.mark.parametrize(
    ("fault", "printer", "pin_pad"),
    [
        ("", PrinterStatus.OK, PinPadStatus.OK),
        ("paper_out", PrinterStatus.PAPER_OUT, PinPadStatus.OK),
        ("tampered", PrinterStatus.OK, PinPadStatus.FAULT),
    ],
)
async def test_a_simulated_terminal_says_how_it_is(
    fault: str, printer: PrinterStatus, pin_pad: PinPadStatus
) -> None:
    """Faults of a scenario show in nexo's words."""
    async with (
        SimulatedFleet(clock=SystemClock(), terminals=2, kind="nexo") as fleet,
        collector(over_tls=Simulated().way(NexoKey(**PARTS))) as asking,
    ):
        row = fleet.inventory[1]
        if fault:
            fleet.set_fault(row.terminal_id, fault)
        result = await ask(asking, row.endpoint)
    assert row.endpoint.endswith("/SIM-10000002")
    assert (result.outcome, result.detail) == (Outcome.OK, "")
    assert result.reading is not None
    assert result.reading.pin_pad is not None
    assert (result.reading.printer_status, result.reading.pin_pad.status) == (printer, pin_pad)


@pytest.mark.parametrize("change", ["version", "identifier", "passphrase"])
async def test_a_simulated_terminal_refuses_another_key(change: str) -> None:
    """With the status that Adyen documents."""
    other = NexoKey(**PARTS | {change: 2 if change == "version" else "another"})
    async with (
        SimulatedFleet(clock=SystemClock(), terminals=1, kind="nexo") as fleet,
        collector(over_tls=Simulated().way(other)) as asking,
    ):
        result = await ask(asking, fleet.inventory[0].endpoint)
    assert (result.outcome, result.detail) == (
        Outcome.HTTP_STATUS,
        "status 401: it does not know the key of polling.nexo",
    )


def test_adyen_s_library_and_the_simulation_open_each_other_s_messages() -> None:
    """So the simulation is no mirror of posmon's own code."""
    their_key = {
        "AdyenCryptoVersion": 1,
        "KeyIdentifier": nexo_terminal.KEY_IDENTIFIER,
        "KeyVersion": nexo_terminal.KEY_VERSION,
        "Passphrase": nexo_terminal.PASSPHRASE,
    }
    request = diagnosis_request("SIM-10000001")
    sealed = nexo_terminal.sealed(request)["SaleToPOIRequest"]
    assert json.loads(library("nexo.js", do="open", sealed=sealed, key=their_key)["is"]) == request
    header, message = request["SaleToPOIRequest"]["MessageHeader"], json.dumps(request)
    theirs = library("nexo.js", do="seal", header=header, message=message, key=their_key)["is"]
    assert nexo_terminal.unsealed(theirs) == request


def test_posmon_probes_what_posmon_simulates(tmp_path: Path) -> None:
    """As a newcomer tries it; without the key the probe names the setting that is missing."""
    root, inventory, ready = (str(tmp_path / name) for name in ("root.pem", "fleet.csv", "ready.json"))
    config = tmp_path / "posmon.yaml"
    with subprocess.Popen(
        [*POSMON, "simulate", "--kind", "nexo", "-n", "1", "--ca-out", root,
         "--inventory-out", inventory, "--ready-file", ready],
        env=environment(), stdout=subprocess.PIPE, text=True,
    ) as simulation:  # fmt: skip
        try:
            until = perf_counter() + START_S
            while not Path(ready).exists():
                assert simulation.poll() is None
                assert perf_counter() < until
            assert simulation.stdout is not None
            hint = [simulation.stdout.readline() for _ in range(2)][1]
            config.write_text(
                f"inventory: {{path: fleet.csv}}\npolling:\n    allowed_networks: [127.0.0.0/8]\n{hint}",
                encoding="utf-8",
            )
            good = posmon("probe", "10000001", "--config", str(config), "-o", "json")
            endpoint = json.loads(good.out)["endpoint"]
            bare = posmon("probe", endpoint, "-o", "json")
        finally:
            simulation.kill()
    probed = json.loads(good.out)
    assert (probed["outcome"], probed["reading"]["printer"]) == ("ok", {"status": "ok"})
    assert nexo_terminal.PASSPHRASE not in good.out + good.err
    assert json.loads(bare.out)["detail"] == "posmon does not ask it without polling.nexo"
    shown = posmon("config", "show", "--config", str(config))
    assert shown.code == 0
    assert nexo_terminal.PASSPHRASE not in shown.out + shown.err


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--kind", "nexo"], "--kind nexo: needs --ca-out FILE, which posmon trusts the terminals by"),
        (["--ca-out", "x.pem"], "--ca-out: there are no terminals of kind nexo"),
    ],
)
def test_who_vouches_is_asked_for_where_it_is_needed(options: list[str], reason: str) -> None:
    """And nowhere else."""
    ended = posmon("simulate", *options)
    assert ended.code != 0
    assert reason in ended.err.replace("\n", " ")
