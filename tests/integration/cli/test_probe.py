import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.command import Ended, posmon

HEARTBEAT = {
    "terminal_id": "10000001",
    "serial_number": "N910-00012345",
    "firmware_version": "3.2.1",
    "battery": {"percent": 87, "charging": False},
    "printer": {"status": "ok"},
    "registration": {"status": "registered"},
    "pin_pad": {"status": "ok"},
}


class Terminal:
    """Answers every request with `body`."""

    def __init__(self) -> None:
        self.body = json.dumps(HEARTBEAT).encode()
        terminal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(terminal.body)

            def log_message(self, *_arguments: object) -> None:
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/heartbeat"

    def says(self, **changes: Any) -> None:
        """Answer with the heartbeat and `changes` from now on."""
        self.body = json.dumps(HEARTBEAT | changes).encode()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """Return a terminal that is well."""
    started = Terminal()
    thread = threading.Thread(target=started.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield started
    started.server.shutdown()
    started.server.server_close()
    thread.join()


def probe(*arguments: str) -> Ended:
    """Run `posmon probe`."""
    return posmon("probe", *arguments)


def verdicts(ended: Ended) -> dict[str, str]:
    """Return the verdicts by alert name, of JSON."""
    return {one["alertname"]: one["verdict"] for one in json.loads(ended.out)["detectors"]}


def configured(tmp_path: Path, *rows: str, settings: str = "") -> str:
    """Return the path of a configuration whose inventory has these rows."""
    (tmp_path / "inventory.csv").write_text("\n".join(["terminal_id,endpoint,serial_number,status", *rows]))
    path = tmp_path / "posmon.yml"
    path.write_text(f"inventory: {{path: inventory.csv}}\n{settings}")
    return str(path)


LOOPBACK = "polling: {allowed_networks: [127.0.0.0/8]}\n"


def test_a_terminal_that_is_well(terminal: Terminal) -> None:
    """The table tells how the poll went, what was said and what every detector thinks."""
    ended = probe(terminal.url)
    lines = [line.rstrip() for line in ended.out.splitlines()]
    assert ended.code == 0
    assert lines[0] == f"Terminal 10000001 at {terminal.url}"
    assert lines[1].startswith("ok after ")
    assert "battery        87 %, not charging" in lines
    assert "PaperOut               absent   critical   1m" in lines
    assert "WeakSignal             unknown  warning   10m  too little is known" in lines
    assert max(map(len, lines)) <= 80


FINDINGS: list[tuple[str, dict[str, Any], str, int]] = [
    ("a warning", {"printer": {"status": "paper_low"}}, "PaperLow", 1),
    ("a critical fault", {"printer": {"status": "paper_out"}}, "PaperOut", 2),
    ("something that may last a minute", {"registration": {"status": "suspended"}}, "RegistrationLost", 2),
    ("an empty battery", {"battery": {"percent": 3, "charging": False}}, "BatteryCritical", 2),
]


@pytest.mark.parametrize(("case", "says", "name", "code"), FINDINGS, ids=[row[0] for row in FINDINGS])
def test_findings(terminal: Terminal, case: str, says: dict[str, Any], name: str, code: int) -> None:
    """What a detector finds counts at once, though its alert would wait."""
    terminal.says(**says)
    ended = probe(terminal.url, "-o", "json")
    found = [alertname for alertname, verdict in verdicts(ended).items() if verdict == "present"]
    assert (found, ended.code) == ([name], code), case


def test_json(terminal: Terminal) -> None:
    """Scripts get outcome, timing, the reading and the verdicts with their thresholds."""
    document = json.loads(probe(terminal.url, "-o", "json").out)
    assert (document["outcome"], document["terminal_id"]) == ("ok", "10000001")
    assert document["endpoint"] == terminal.url
    assert 0 < document["duration_seconds"] < 5
    assert document["reading"]["battery"] == {"percent": 87.0, "charging": False}
    paper_out = next(one for one in document["detectors"] if one["alertname"] == "PaperOut")
    assert paper_out == {
        "alertname": "PaperOut",
        "severity": "critical",
        "verdict": "absent",
        "for_seconds": 60,
        "says": "",
    }


def test_no_answer() -> None:
    """A terminal that does not answer is critical, and nothing else is claimed about it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        ended = probe(url, "--timeout", "200ms", "-o", "json")
    said = verdicts(ended)
    assert ended.code == 2
    assert json.loads(ended.out)["outcome"] == "timeout"
    assert [name for name, verdict in said.items() if verdict != "unknown"] == ["TerminalOffline"]
    assert said["TerminalOffline"] == "present"


def test_no_heartbeat(terminal: Terminal) -> None:
    """An answer that is no heartbeat is named for what it is, in posmon's words."""
    terminal.body = b'{"terminal_id": "\x1b[31mred"}'
    ended = probe(terminal.url)
    assert ended.code == 2
    assert "protocol after" in ended.out
    assert "\x1b" not in ended.out


def test_terminal_from_the_inventory(terminal: Terminal, tmp_path: Path) -> None:
    """An id is looked up where --config says, and judged by that configuration."""
    settings = LOOPBACK + "detectors: {PaperLow: {for: 7m}, PaperOut: {enabled: false}}\n"
    config = configured(tmp_path, f"10000001,{terminal.url},N910-00012345,in_service", settings=settings)
    terminal.says(printer={"status": "paper_low"})
    ended = probe("10000001", "--config", config, "-o", "json")
    document = json.loads(ended.out)
    assert ended.code == 1
    assert document["disabled"] == ["PaperOut", "RepeatedTransactions"]
    assert next(one["for_seconds"] for one in document["detectors"] if one["alertname"] == "PaperLow") == 420


def test_another_terminal_answers(terminal: Terminal, tmp_path: Path) -> None:
    """An endpoint that answers with another id or serial number than the inventory's is critical."""
    rows = f"10000002,{terminal.url},,in_service", f"10000001,{terminal.url},N910-999,in_service"
    config = configured(tmp_path, *rows, settings=LOOPBACK)
    ended = probe("10000002", "--config", config, "-o", "json")
    assert (ended.code, verdicts(ended)["TerminalIdMismatch"]) == (2, "present")
    assert verdicts(ended)["PaperOut"] == "unknown"
    ended = probe("10000001", "--config", config, "-o", "json")
    assert (ended.code, verdicts(ended)["TerminalIdMismatch"]) == (2, "present")


def test_loopback_of_the_inventory_needs_permission(terminal: Terminal, tmp_path: Path) -> None:
    """Nobody typed what the inventory says, so loopback has to be allowed."""
    config = configured(tmp_path, f"10000001,{terminal.url},,in_service")
    ended = probe("10000001", "--config", config)
    assert ended.code == 3
    assert "loopback" in ended.err
    assert probe("10000001", "--config", config, "--allow-network", "127.0.0.0/8").code == 0


def test_the_printer_beside_a_terminal_is_asked_too(terminal: Terminal, tmp_path: Path) -> None:
    """The inventory says where it is; nothing listens there."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        printer = f"escpos://127.0.0.1:{taken.getsockname()[1]}"
    config = configured(tmp_path, settings=LOOPBACK)
    rows = f"terminal_id,endpoint,printer\n10000001,{terminal.url},{printer}\n"
    (tmp_path / "inventory.csv").write_text(rows, encoding="utf-8")
    ended = probe("10000001", "--config", config)
    assert ended.code == 0
    assert "its printer: connection refused" in ended.out.lower()


REFUSED = [
    ("link-local, of cloud metadata", "http://169.254.169.254/latest", "may not be polled: link-local"),
    ("link-local in disguise", "http://[::ffff:169.254.169.254]/", "may not be polled: link-local"),
    ("multicast", "http://224.0.0.1/", "may not be polled: multicast"),
    ("another scheme", "ftp://127.0.0.1/", "begins with none of http:, https:, zvt:"),
    ("a password", "http://admin:hunter2@127.0.0.1/", "contains user information"),
    ("neither id nor URL", "10.0.0.1/x", "neither a terminal id nor a URL"),
    ("an id without an inventory", "10000001", "name it with --config"),
]


@pytest.mark.parametrize(("case", "target", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused(case: str, target: str, words: str) -> None:
    """What is not polled is refused in one line, and no password is repeated."""
    ended = probe(target)
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (3, "", 1), case
    assert words in ended.err
    assert "hunter2" not in ended.err


def test_allowed_networks_replace_the_default(terminal: Terminal) -> None:
    """With --allow-network nothing else is polled, but for loopback that somebody typed."""
    ended = probe("http://198.51.100.1/", "--allow-network", "192.0.2.0/24")
    assert (ended.code, "may not be polled" in ended.err) == (3, True)
    assert probe(terminal.url, "--allow-network", "192.0.2.0/24").code == 0
    assert probe("http://127.0.0.1/", "--allow-network", "10.0.0.1/8").code == 3


def test_unknown_terminal(tmp_path: Path) -> None:
    """An id that the inventory lacks, or that has no endpoint there, is told so."""
    config = configured(tmp_path, "10000001,,,spare")
    assert "has no terminal 10000009" in probe("10000009", "--config", config).err
    ended = probe("10000001", "--config", config)
    assert ended.code == 3
    assert "gives no endpoint" in ended.err


def test_faulty_configuration(tmp_path: Path) -> None:
    """Every fault of the configuration is a line of its own, and not the terminal's fault."""
    config = configured(tmp_path, settings="polling: {interval: 3, timeout: 4 s}\n")
    ended = probe("10000001", "--config", config)
    assert ended.code == 3
    assert len(ended.err.splitlines()) == 2
    assert "Traceback" not in ended.err
