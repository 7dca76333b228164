"""The command `posmon` with the rows in its tables.

The tables are filled before anything else is imported, as if the rows stood in their files; the runbooks are
those of the folder that RUNBOOKS names, as if the new ones stood there.
"""

import os
from importlib import import_module
from pathlib import Path

from monitor.domain.detectors import table as detectors
from tests.extension.rows import ROWS


def fill_tables() -> None:
    """Put the new rows into the tables of detectors and of kinds."""
    detectors.DETECTORS = (*detectors.DETECTORS, *ROWS)
    kinds, runbooks = map(import_module, ("monitor.domain.subjects.table", "monitor.adapters.runbook_files"))
    vars(kinds)["KINDS"] = import_module("tests.extension.kinds").with_merchants()
    if "RUNBOOKS" in os.environ:
        folder = Path(os.environ["RUNBOOKS"])
        vars(runbooks)["runbook_folder"] = lambda: folder


if __name__ == "__main__":
    fill_tables()
    import_module("monitor.__main__").main()
