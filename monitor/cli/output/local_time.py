"""Timestamps by this machine's clock."""

from datetime import datetime

from monitor.cli.output.text import inert
from monitor.domain.instant import parse_rfc3339


def local_time(timestamp: str) -> str:
    """Return one of posmon's timestamps by the local clock, `2026-12-05 22:00`; another text as it is."""
    wall = parse_rfc3339(timestamp)
    return inert(timestamp) if wall is None else f"{datetime.fromtimestamp(wall).astimezone():%Y-%m-%d %H:%M}"
