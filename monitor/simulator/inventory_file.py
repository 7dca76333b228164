"""Writing the inventory (contract section 3) that matches a simulated fleet."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from monitor.domain.inventory.terminal import FIELDS, Terminal


def write_inventory(path: Path, terminals: Iterable[Terminal]) -> None:
    """Write `terminals` as CSV to `path`, whole or not at all; raises OSError."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(FIELDS)
            rows.writerows([getattr(terminal, name) for name in FIELDS] for terminal in terminals)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
