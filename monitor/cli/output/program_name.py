"""The name by which the user can call posmon again."""

import sys
from pathlib import Path

from monitor.cli.output.text import inert

_NAME = "posmon"


def called() -> str:
    """Return how posmon was called: a path such as `.venv/bin/posmon` unless the plain name would do."""
    import shutil  # click would, but only a few commands name posmon at all

    place = Path(sys.argv[0])
    found = shutil.which(_NAME)
    if place.name != _NAME or (found is not None and Path(found).absolute() == place.absolute()):
        return _NAME
    return inert(sys.argv[0])
