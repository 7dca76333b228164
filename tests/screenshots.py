"""Pictures of the pages for the documentation: `python -m tests.screenshots [MINUTES]`.

A simulated fleet in which things go wrong, a daemon that watches it, and the distribution's Chromium. The
chart of the last hours has a sample a minute, so the fleet lives for MINUTES before it is photographed.
"""

import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from monitor.cli.child_process import ChildProcess
from monitor.cli.daemon import Daemon
from monitor.cli.daemon_url import DaemonUrl
from monitor.cli.demo_fleet import TRANSACTIONS_PER_DAY, configuration_of, scenario_of
from monitor.cli.exit_code import CannotTell
from monitor.views.documents import StatusDocument
from tests.real import require

IMAGES = Path("docs/images")
MINUTES = 16
TERMINALS = 120
READY_WITHIN_S = 60.0
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One page as a person sees it."""

    name: str
    path: str
    window: ViewportSize
    scheme: Literal["light", "dark"] = "light"


PICTURES = (
    Picture(name="status-page", path="/?lang=en", window=DESK),
    Picture(name="terminal-page", path="/terminals/10000022?lang=en", window=DESK),
    Picture(name="alerts-page", path="/alerts?lang=en", window=DESK),
    Picture(name="status-page-dark", path="/?lang=en", window=DESK, scheme="dark"),
    Picture(name="status-page-phone", path="/?lang=en", window=PHONE),
    Picture(name="status-page-zh", path="/?lang=zh", window=DESK),
    Picture(name="terminal-page-zh", path="/terminals/10000034?lang=zh", window=DESK),
)


def scenario(minutes: float) -> str:
    """Return the demo's scenario with a day's worth of trouble in so many minutes."""
    demo = yaml.safe_load(scenario_of(TERMINALS))
    steady = [one for one in demo["incidents"] if one["fault"] not in ("offline", "refused", "hang")]

    def incident(fault: str, at: float, lasts: float, **whom: Any) -> dict[str, Any]:
        return {
            "fault": fault,
            "at": f"{60 * minutes * at:.0f}s",
            "for": f"{60 * minutes * lasts:.0f}s",
        } | whom

    demo["incidents"] = [
        *steady,
        {"fault": "hang", "ids": [10000012], "at": "4s"},
        incident("paper_low", 0.1, 0.5, fraction=0.08),
        incident("offline", 0.3, 0.15, site="上海南京东路店"),
        incident("paper_out", 0.4, 0.3, fraction=0.04),
        incident("host_unreachable", 0.65, 0.15, site="Hong Kong Central"),
        incident("offline", 0.9, 1.0, site="深圳华强北店"),
    ]
    return yaml.safe_dump(demo, allow_unicode=True, sort_keys=False)


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_so: Callable[[], bool], *children: ChildProcess) -> None:
    """Wait until something is so; TimeoutError when it takes too long, ChildEnded when a child ends."""
    began = time.perf_counter()
    while not is_so():
        for child in children:
            child.check()
        if time.perf_counter() - began > READY_WITHIN_S:
            raise TimeoutError("fleet and daemon are not ready")
        time.sleep(0.2)


def has_polled_all(url: DaemonUrl) -> bool:
    """Tell whether every terminal has been asked."""
    try:
        with Daemon(url, timeout_s=1) as daemon:
            status = daemon.ask("/api/v1/status", StatusDocument)
    except CannotTell:
        return False
    return status.ready and status.terminals.unknown == 0


@contextmanager
def living(minutes: float) -> Iterator[str]:
    """Run fleet and daemon; yields the address of its pages when all terminals have been asked."""
    with tempfile.TemporaryDirectory(prefix="posmon-screenshots-") as name, ExitStack() as children:
        folder, url = Path(name), DaemonUrl(secure=False, host="127.0.0.1", port=free_port(), path="")
        inventory, ready = folder / "inventory.csv", folder / "ready.json"
        troubles, config = folder / "scenario.yml", folder / "posmon.yaml"
        troubles.write_text(scenario(minutes), "utf-8")
        config.write_text(configuration_of(inventory=inventory, port=url.port, alertmanager=None), "utf-8")
        arguments = ["simulate", "--scenario", str(troubles), "--inventory-out", str(inventory)]
        arguments += ["--transactions-per-day", str(TRANSACTIONS_PER_DAY), "--ready-file", str(ready)]
        simulator = children.enter_context(ChildProcess(arguments, log=folder / "simulate.log"))
        wait_until(ready.exists, simulator)
        command = ["run", "--config", str(config)]
        daemon = children.enter_context(ChildProcess(command, log=folder / "run.log"))
        wait_until(lambda: has_polled_all(url), simulator, daemon)
        yield f"http://127.0.0.1:{url.port}"
        simulator.check()
        daemon.check()


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Write one picture."""
    page = browser.new_page(viewport=picture.window, color_scheme=picture.scheme)
    page.goto(f"{address}{picture.path}", wait_until="load")
    path = IMAGES / f"{picture.name}.png"
    page.screenshot(path=path)
    page.close()
    sys.stdout.write(f"{path}: {path.stat().st_size / 1000:.0f} kB\n")


def main(minutes: float) -> None:
    """Let the fleet live, then photograph it."""
    with living(minutes) as address, sync_playwright() as playwright:
        sys.stdout.write(f"screenshots: {address} is being watched for {minutes:g} minutes\n")
        sys.stdout.flush()
        time.sleep(60 * minutes)
        browser = playwright.chromium.launch(
            executable_path=require("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        for picture in PICTURES:
            take(browser, address, picture)
        browser.close()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES)
