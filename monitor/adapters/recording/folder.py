"""The folder of a recording: which files it has, and for which time."""

import re
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "recording"
SUFFIX = ".rec"
_NAME = re.compile(r"([0-9]{8}T[0-9]{6})\.([0-9]{3})Z\.rec", re.ASCII)
_FORM = "%Y%m%dT%H%M%S"
_LONGEST_S = 4300.0
"""An hour, and the longest flush interval: the last block of an hour may reach so far beyond it."""


def folder_beside(store: Path) -> Path:
    """Return where the recording stands that belongs to a store."""
    return store.parent / FOLDER


def name_of(wall: float) -> str:
    """Return the name of a file whose first poll ended at `wall` (unix seconds)."""
    moment = datetime.fromtimestamp(wall, UTC)
    return f"{moment.strftime(_FORM)}.{moment.microsecond // 1000:03}Z{SUFFIX}"


def began_at(path: Path) -> float | None:
    """Return the unix time of a file's first poll by its name, None where it is no file of a recording."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        return None
    try:
        moment = datetime.strptime(match[1], _FORM).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment.timestamp() + int(match[2]) / 1000


def segments(folder: Path, *, since: float = float("-inf"), until: float = float("inf")) -> list[Path]:
    """Return the files with polls of a time, oldest first; raises OSError."""
    begun = sorted((at, path) for path in folder.iterdir() if (at := began_at(path)) is not None)
    return [path for at, path in begun if at + _LONGEST_S > since and at < until]
