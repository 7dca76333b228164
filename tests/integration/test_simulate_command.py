"""`posmon simulate` as a process of its own."""

import csv
import http.client
import json
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from tests.mosquitto import mosquitto

START_S = 30.0
POSMON = [sys.executable, "-m", "monitor", "simulate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A running `posmon simulate` that is ready; `rows` are its inventory's."""

    process: subprocess.Popen[str]
    url: str
    rows: list[dict[str, str]]

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send it a signal; return exit code and output."""
        self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=START_S)
        assert errors == ""
        return self.process.returncode, output


@contextmanager
def simulation(directory: Path, *options: str) -> Iterator[Simulation]:
    """Run it with `options`, an inventory and a ready file."""
    ready, inventory = directory / "ready.json", directory / "fleet.csv"
    files = ["--ready-file", str(ready), "--inventory-out", str(inventory)]
    command = [*POSMON, *options, *files]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            announced = _announcement(process, ready)
            assert announced["pid"] == process.pid
            assert announced["inventory"] == str(inventory)
            with inventory.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            yield Simulation(process=process, url=str(announced["url"]), rows=rows)
        finally:
            process.kill()


def _announcement(process: subprocess.Popen[str], ready: Path) -> dict[str, object]:
    until = time.perf_counter() + START_S
    while not ready.exists():
        assert process.poll() is None, process.communicate()
        assert time.perf_counter() < until
        time.sleep(0.02)
    announced = json.loads(ready.read_text("utf-8"))
    assert isinstance(announced, dict)
    return announced


def heartbeat(endpoint: str, trusting: ssl.SSLContext | None = None) -> dict[str, object]:
    """Return what the terminal says."""
    parts = urlsplit(endpoint)
    assert parts.hostname
    connection = (
        http.client.HTTPSConnection(parts.hostname, parts.port, context=trusting)
        if trusting
        else http.client.HTTPConnection(parts.hostname, parts.port)
    )
    try:
        connection.request("GET", parts.path)
        read = json.loads(connection.getresponse().read())
        assert isinstance(read, dict)
        return read
    finally:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_end(number: signal.Signals, tmp_path: Path) -> None:
    """It announces itself, every terminal of the inventory answers, and a signal ends it with 0."""
    with simulation(tmp_path, "--terminals", "25", "--seed", "3") as running:
        said = [heartbeat(row["endpoint"])["terminal_id"] for row in running.rows]
        assert said == [row["terminal_id"] for row in running.rows]
        code, output = running.end(number)
    assert (code, len(said)) == (0, 25)
    assert "25 terminals in" in output
    assert f"{running.url}/terminals/<terminal_id>/heartbeat" in output
    assert f"posmon probe {running.rows[0]['endpoint']}" in output
    assert f'inventory: {{path: "{tmp_path / "fleet.csv"}"}}' in output
    assert output.splitlines()[-1].startswith("25 polls in ")


def test_it_ends_while_connections_are_open(tmp_path: Path) -> None:
    """A poller that waits for an answer does not hold it up."""
    (tmp_path / "hang.yaml").write_text("incidents: [{fault: hang, fraction: 1}]")
    with simulation(tmp_path, "--scenario", str(tmp_path / "hang.yaml")) as running:
        parts = urlsplit(running.url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
        connection.request("GET", urlsplit(running.rows[0]["endpoint"]).path)
        code, _ = running.end(signal.SIGTERM)
        connection.close()
    assert code == 0


def test_it_plays_a_scenario(tmp_path: Path) -> None:
    """The faults of a file, on the event loop the command uses, reach the poller."""
    (tmp_path / "scenario.yaml").write_text(
        "sites: [{name: 上海001店, terminals: 5}]\n"
        "incidents:\n"
        "  - {fault: reset, ids: [10000001]}\n"
        "  - {fault: refused, ids: [10000002]}\n"
        "  - {fault: offline, ids: [10000003]}\n"
        "  - {fault: paper_out, ids: [10000004]}\n"
    )
    with simulation(tmp_path, "--scenario", str(tmp_path / "scenario.yaml")) as running:
        endpoints = [row["endpoint"] for row in running.rows]
        for endpoint, failure in zip(
            endpoints,
            (ConnectionResetError, ConnectionRefusedError, http.client.RemoteDisconnected),
            strict=False,
        ):
            with pytest.raises(failure):
                heartbeat(endpoint)
        assert heartbeat(endpoints[3])["printer"] == {"status": "paper_out"}
        assert heartbeat(endpoints[4])["printer"] == {"status": "ok"}
        assert {row["site"] for row in running.rows} == {"上海001店"}
        assert running.end(signal.SIGTERM)[0] == 0


def test_it_serves_several_kinds(tmp_path: Path) -> None:
    """Fleets beside the first answer too; inventory, ready file and greeting have all of them."""
    (tmp_path / "mixed.yaml").write_text(
        "sites: [{name: A, terminals: 2}]\n"
        "beside:\n"
        "  - {kind: square, sites: [{name: B, terminals: 1}]}\n"
        "  - {kind: zvt, sites: [{name: C, terminals: 1}]}\n"
    )
    with simulation(tmp_path, "--scenario", str(tmp_path / "mixed.yaml")) as running:
        said = [heartbeat(row["endpoint"])["terminal_id"] for row in running.rows[:2]]
        assert said == ["10000001", "10000002"]
        assert running.rows[2]["endpoint"] == "square:20000001"
        assert running.rows[3]["endpoint"].startswith("zvt://127.0.0.1:")
        beside = json.loads((tmp_path / "ready.json").read_text("utf-8"))["beside"]
        assert list(beside) == ["square", "zvt"]
        devices = heartbeat(f"{beside['square']}/v2/devices")["devices"]
        assert isinstance(devices, list)
        assert [device["id"] for device in devices] == ["device:20000001"]
        code, output = running.end(signal.SIGTERM)
    assert code == 0
    assert f"1 terminals in 1 sites answer at\n    {beside['square']}, as a source of kind square" in output


async def test_terminals_publish_to_a_broker(tmp_path: Path) -> None:
    """Once it is ready the broker has every terminal's word, and the greeting says how posmon listens."""
    async with mosquitto(tmp_path) as broker:
        url = f"mqtt://127.0.0.1:{broker.port}"
        with simulation(tmp_path, "--kind", "mqtt", "--broker", url, "-n", "3", "--retain") as running:
            assert (running.url, running.rows[2]["endpoint"]) == (url, "mqtt:10000003")
            async with broker.client() as client:
                await client.subscribe("pos/+/state")
                topics = {(await anext(client.messages)).topic.value for _ in range(3)}
            code, output = running.end(signal.SIGTERM)
    assert topics == {f"pos/1000000{number}/state" for number in (1, 2, 3)}
    assert code == 0
    assert 'sources: [{"name": "mqtt"' in output


def test_it_serves_https(tmp_path: Path) -> None:
    """With a certificate and its key the endpoints are https."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    files = ["--tls-cert", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem")]
    with simulation(tmp_path, *files) as running:
        endpoint = running.rows[0]["endpoint"]
        assert endpoint.startswith("https://127.0.0.1:")
        assert heartbeat(endpoint, trusting)["terminal_id"] == "10000001"


def finished(*options: str, directory: Path) -> tuple[int, str, str]:
    """Run it to its end; return exit code, output and errors."""
    done = subprocess.run(
        [*POSMON, *options], capture_output=True, text=True, check=False, timeout=START_S, cwd=directory
    )
    return done.returncode, done.stdout, done.stderr


REFUSED: list[tuple[str, Sequence[str], str]] = [
    ("an interface for all", ["--listen", "0.0.0.0:0"], "Error: --listen 0.0.0.0:0: not loopback"),
    ("a file that is not there", ["--scenario", "no.yaml"], "no.yaml: cannot be read: No such file"),
    ("a directory that is not there", ["--inventory-out", "no/x.csv"], "Error: no/x.csv: No such file"),
    ("no directory for the ready file", ["--ready-file", "no/x"], "Error: no/x: No such file"),
    (
        "a number and a scenario with sites",
        ["--scenario", "demo", "-n", "3"],
        "Error: --terminals: demo lists",
    ),
    (
        "a fleet like the one beside it",
        ["--scenario", "beside.yaml", "--kind", "zvt"],
        "Error: --kind zvt: beside.yaml has another",
    ),
    ("a scenario with a slip", ["--scenario", "slip.yaml"], "slip.yaml:1: incident: unknown key; did"),
    (
        "a scenario that does not fit",
        ["--scenario", "misfit.yaml"],
        "misfit.yaml:1: incidents[0].ids: no",
    ),
    ("a fleet without its broker", ["--kind", "mqtt"], "Error: --kind mqtt: needs --broker mqtt://HOST:PORT"),
    ("a key without certificate", ["--tls-key", "slip.yaml"], "Error: --tls-key: needs --tls-cert too"),
    (
        "a certificate that is none",
        ["--tls-cert", "slip.yaml"],
        "Error: --tls-cert: slip.yaml: no certificate",
    ),
    ("a certificate that is absent", ["--tls-cert", "no.pem"], "Error: --tls-cert: no.pem: No such file"),
]


@pytest.mark.parametrize(("options", "message"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_it_refuses_on_one_line(options: Sequence[str], message: str, tmp_path: Path) -> None:
    """What cannot be is said on one line, without a traceback, and the exit code is 1."""
    (tmp_path / "slip.yaml").write_text("incident: []")
    (tmp_path / "misfit.yaml").write_text("incidents: [{fault: hang, ids: [1]}]")
    (tmp_path / "beside.yaml").write_text("beside: [{kind: zvt, sites: [{name: A, terminals: 1}]}]")
    code, output, errors = finished(*options, directory=tmp_path)
    assert (code, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith(message)


def test_it_reports_a_port_in_use(tmp_path: Path) -> None:
    """The system's reason stands beside the address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = finished("--listen", address, directory=tmp_path)
    assert done == (1, "", f"Error: {address}: Address already in use\n")


def test_it_reports_every_fault_of_a_scenario(tmp_path: Path) -> None:
    """One line each, in order."""
    (tmp_path / "x.yaml").write_text(
        "incidents:\n  - {fault: hnag, count: 1}\n  - {fault: hang, count: -1}\n"
    )
    code, _, errors = finished("--scenario", "x.yaml", directory=tmp_path)
    assert (code, errors.count("\n")) == (1, 2)
    assert "x.yaml:2: incidents[0].fault" in errors
    assert "x.yaml:3: incidents[1].count" in errors


def test_it_lists_the_faults(tmp_path: Path) -> None:
    """Every fault with its parameters and their defaults."""
    code, output, errors = finished("--list-faults", directory=tmp_path)
    assert (code, errors) == (0, "")
    assert "hang  " in output
    assert "delay: how late (default 2s)" in output


def test_help_shows_examples(tmp_path: Path) -> None:
    """Whoever asks for help sees what to type."""
    code, output, _ = finished("--help", directory=tmp_path)
    assert code == 0
    assert "posmon simulate --terminals 100 --inventory-out fleet.csv" in output
