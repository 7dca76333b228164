"""Pictures of the pages for the documentation: `python -m tests.screenshots [MINUTES]`.

A simulated fleet in which things go wrong, a daemon that watches it, and the distribution's Chromium. The
chart of the last hours has a sample a minute, so the fleet lives for MINUTES before it is photographed.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from monitor.cli.run.demo import free_port, start
from monitor.cli.run.demo_fleet import scenario_of
from tests.real import CHROMIUM_ARGUMENTS, require

IMAGES = Path("docs/images")
MINUTES = 16
TERMINALS = 120
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


@contextmanager
def living(minutes: float) -> Iterator[str]:
    """Run fleet and daemon; yields the address of its pages when all terminals have been asked."""
    with tempfile.TemporaryDirectory(prefix="posmon-screenshots-") as folder, ExitStack() as children:
        running = start(children, Path(folder), scenario=scenario(minutes), port=free_port())
        yield str(running.url)
        running.check()


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
        browser = playwright.chromium.launch(executable_path=require("chromium"), args=CHROMIUM_ARGUMENTS)
        for picture in PICTURES:
            take(browser, address, picture)
        browser.close()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES)
