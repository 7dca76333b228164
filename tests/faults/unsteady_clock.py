"""posmon on a machine whose wall clock is set: `python -m tests.faults.unsteady_clock run --config ...`.

The file AHEAD beside the configuration says by how many seconds it is ahead; none while it is absent.
"""

import sys
import time
from pathlib import Path

from monitor.__main__ import main

AHEAD = "clock-is-ahead-by"


class WallClock:
    """A clock that somebody sets."""

    def __init__(self, ahead: Path) -> None:
        self._ahead = ahead
        self._true = time.time  # noqa: TID251 - it is the clock itself

    def __call__(self) -> float:
        """Return unix seconds as it has them."""
        try:
            return self._true() + float(self._ahead.read_text())
        except FileNotFoundError:
            return self._true()


if __name__ == "__main__":
    config = Path(sys.argv[sys.argv.index("--config") + 1])
    time.time = WallClock(config.with_name(AHEAD))  # noqa: TID251 - it is the clock itself
    main()
