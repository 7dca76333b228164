"""Finding the real programs that integration tests talk to."""

import os
import shutil
import socket

import pytest

CHROMIUM_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic")
"""It runs as root in containers, without a screen, and asks nobody but 127.0.0.1."""


def require(binary: str) -> str:
    """Return the path of `binary`; absent, skip the test, or fail it where CI=true."""
    path = shutil.which(binary)
    if path is None and os.environ.get("CI") == "true":
        pytest.fail(f"{binary} is not installed; `make setup` installs it when root")
    if path is None:
        pytest.skip(f"{binary} is not installed")
    return path


def free_port() -> int:
    """Return a port that was free a moment ago, for a program that cannot choose one itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
