"""`python -m dashboards.build`: write every dashboard as the JSON that Grafana imports."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from dashboards.classic import classic
from dashboards.fleet import FLEET
from dashboards.model import Dashboard
from dashboards.posmon_itself import POSMON_ITSELF
from dashboards.security import SECURITY
from dashboards.site import SITE
from dashboards.terminal import TERMINAL

DASHBOARDS = (FLEET, SITE, TERMINAL, SECURITY, POSMON_ITSELF)
COMMITTED = Path(__file__).parent / "grafana"
POSMON_URL = "http://127.0.0.1:7676"


def files(*, posmon_url: str = POSMON_URL) -> dict[str, str]:
    """Return the text of each file by its name."""
    return {f"{dashboard.uid}.json": _text(dashboard, posmon_url) for dashboard in DASHBOARDS}


def _text(dashboard: Dashboard, posmon_url: str) -> str:
    return json.dumps(classic(dashboard, posmon_url=posmon_url), indent=2, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(prog="python -m dashboards.build", description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=COMMITTED, help="folder to write to (default: %(default)s)"
    )
    parser.add_argument(
        "--posmon-url", default=POSMON_URL, help="where links to posmon's pages lead (default: %(default)s)"
    )
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    for name, text in files(posmon_url=given.posmon_url.rstrip("/")).items():
        (given.out / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
