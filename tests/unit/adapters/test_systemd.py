import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.adapters.systemd import Systemd


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    """Return the socket a service manager listens on; its address is `tmp_path / "notify"`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.setblocking(False)
        yield heard


def test_every_turn_of_the_daemons_life_is_one_datagram(listener: socket.socket) -> None:
    """In the words of sd_notify(3), assignments separated by line feeds."""
    with Systemd({"NOTIFY_SOCKET": listener.getsockname()}) as systemd:
        systemd.ready("watching 40 terminals\nREADY=0")
        systemd.alive()
        systemd.stopping()
    heard = [listener.recv(4096) for _ in range(3)]
    assert heard == [b"READY=1\nSTATUS=watching 40 terminals READY=0", b"WATCHDOG=1", b"STOPPING=1"]


def test_a_reload_says_when_it_began(listener: socket.socket) -> None:
    """On the monotonic clock, in microseconds, as Type=notify-reload demands."""
    with Systemd({"NOTIFY_SOCKET": listener.getsockname()}) as systemd:
        systemd.reloading()
    state, began = listener.recv(4096).decode().split("\n")
    assert state == "RELOADING=1"
    name, _, microseconds = began.partition("=")
    assert name == "MONOTONIC_USEC"
    assert int(microseconds) > 0


def test_a_name_in_the_abstract_namespace_is_reached() -> None:
    """An address that begins with @ has no file."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind("")  # Linux chooses an abstract name, see unix(7)
        name = heard.getsockname().decode("ascii")
        with Systemd({"NOTIFY_SOCKET": "@" + name.removeprefix("\0")}) as systemd:
            systemd.alive()
        assert heard.recv(64) == b"WATCHDOG=1"


@pytest.mark.parametrize("address", ["", "relative/path", "vsock:2:1234"])
def test_without_a_usable_address_nothing_is_said(address: str) -> None:
    """Nobody listens, and that is no error."""
    with capture_logs() as logs, Systemd({"NOTIFY_SOCKET": address}) as systemd:
        systemd.ready("watching")
    assert logs == []


def test_a_service_manager_that_is_away_does_no_harm(tmp_path: Path) -> None:
    """Neither when it was never there nor when it goes; the log says so."""
    with capture_logs() as logs, Systemd({"NOTIFY_SOCKET": str(tmp_path / "nobody")}) as systemd:
        systemd.ready("watching")
    assert [entry["event"] for entry in logs] == ["systemd.unreachable"]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        systemd = Systemd({"NOTIFY_SOCKET": str(tmp_path / "notify")})
    with capture_logs() as logs, systemd:
        systemd.alive()
    assert [entry["event"] for entry in logs] == ["systemd.unheard"]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({}, None, id="nobody asks"),
        pytest.param({"WATCHDOG_USEC": "60000000"}, 60.0, id="without a process id it is for us"),
        pytest.param({"WATCHDOG_USEC": "1500000", "WATCHDOG_PID": str(os.getpid())}, 1.5, id="for us"),
        pytest.param({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, None, id="for another process"),
        pytest.param({"WATCHDOG_USEC": "0"}, None, id="switched off"),
        pytest.param({"WATCHDOG_USEC": "soon"}, None, id="not a number"),
    ],
)
def test_the_watchdogs_period_is_taken_from_the_environment(
    environment: dict[str, str], expected: float | None
) -> None:
    """As sd_watchdog_enabled(3) has it."""
    with Systemd(environment) as systemd:
        assert systemd.watchdog_s == expected
