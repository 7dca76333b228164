"""Errors of the operating system, as errors of a command."""

import os

from monitor.cli.output.text import inert


def in_words(error: OSError) -> str:
    """Return the reason, after the file where one is concerned: `No space left on device`."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    return inert(f"{error.filename}: {reason}" if error.filename is not None else reason)
