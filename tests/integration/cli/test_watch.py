import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from monitor.domain.fleet.health import Health
from tests.documents import alert, row
from tests.integration.cli.command import POSMON, environment, posmon
from tests.integration.cli.stub_daemon import StubDaemon
from tests.integration.cli.terminal import ENTER_SCREEN, LEAVE_SCREEN, Terminal

WITHIN_S = 20.0


@pytest.fixture
def daemon() -> Iterator[StubDaemon]:
    """Return a daemon that watches one terminal."""
    with StubDaemon([row("10000001", Health.WARNING, site="上海001店")]) as started:
        yield started


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_screen_is_redrawn_and_given_back(daemon: StubDaemon, number: signal.Signals) -> None:
    """On a terminal the picture lives on a screen of its own, which any signal gives back, quietly."""
    with Terminal("status", "--watch=0.2", POSMON_URL=daemon.url) as terminal:
        terminal.until(ENTER_SCREEN)
        terminal.until("! 1 warning")
        daemon.rows = [row("10000001", Health.CRITICAL, alerts=["PaperOut"])]
        terminal.until("✗ 1 critical")
        terminal.until("PaperOut")
        code = terminal.end(number)
        assert LEAVE_SCREEN in terminal.seen
        assert "Traceback" not in terminal.seen
        assert "Abort" not in terminal.seen
    assert code == 2


def test_no_flicker(daemon: StubDaemon) -> None:
    """A redraw writes over what is there; the screen is never cleared in between."""
    with Terminal("status", "--watch=0.2", POSMON_URL=daemon.url) as terminal:
        terminal.until("! 1 warning")
        terminal.until("! 1 warning")
        assert terminal.end(signal.SIGINT) == 1
        assert "\x1b[2J" not in terminal.seen


def test_low_window(daemon: StubDaemon) -> None:
    """What does not fit the window is left out, and that is said."""
    daemon.rows = [row(f"{number:08d}", Health.CRITICAL) for number in range(50)]
    with Terminal("status", "--watch", POSMON_URL=daemon.url, lines=10) as terminal:
        terminal.until("... and more below")
        assert "00000040" not in terminal.seen
        terminal.end(signal.SIGINT)


def test_daemon_goes_and_comes(daemon: StubDaemon) -> None:
    """While the daemon is away that is shown; when it is back, so is the table."""
    with Terminal("status", "--watch=0.2", POSMON_URL=daemon.url) as terminal:
        terminal.until("! 1 warning")
        daemon.raw["/api/v1/status"] = (503, b"{}")
        terminal.until("answers 503")
        daemon.raw.clear()
        terminal.until("! 1 warning")
        assert terminal.end(signal.SIGINT) == 1


def test_alerts_are_watched_too(daemon: StubDaemon) -> None:
    """What opens appears, and the exit code is that of the last picture."""
    with Terminal("alerts", "--watch=0.2", POSMON_URL=daemon.url) as terminal:
        terminal.until(ENTER_SCREEN)
        terminal.until("No alert to show.")
        daemon.raw["/api/v1/status"] = (503, b"{}")
        terminal.until("answers 503")
        daemon.raw.clear()
        daemon.alerts = [alert("PaperOut")]
        terminal.until("PaperOut")
        terminal.until("Insert a new roll.")
        assert terminal.end(signal.SIGINT) == 2


def test_watch_draws_tables_only(daemon: StubDaemon) -> None:
    """A script has no use for a picture."""
    assert posmon("alerts", "--watch", "-o", "json", "--url", daemon.url).code == 3


@contextmanager
def piped(url: str) -> Iterator[subprocess.Popen[str]]:
    """Run `posmon status --watch` into a pipe."""
    with subprocess.Popen(
        [*POSMON, "status", "--watch=0.2"],
        env=environment({"POSMON_URL": url}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_piped_it_appends(daemon: StubDaemon) -> None:
    """Into a pipe one picture follows the other, plain, each as soon as it is there."""
    with piped(daemon.url) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        summaries = 0
        for line in process.stdout:
            assert "\x1b" not in line
            summaries += line.startswith("✓ 0 ok   ! 1 warning")
            if summaries == 3:
                break
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.stderr.read() == ""
        assert process.wait(WITHIN_S) == 1


def test_closed_pipe_ends_it(daemon: StubDaemon) -> None:
    """When nobody reads any more, it ends without complaint."""
    with piped(daemon.url) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(WITHIN_S) == 141
        assert process.stderr.read() == ""
