"""Logs are a matter of the whole process: every test leaves them as it found them."""

import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def logs_restored() -> Iterator[None]:
    """Put structlog's and the standard library's set-up back."""
    root = logging.getLogger()
    names = ["aiohttp.access", "asyncio"]
    before = structlog.get_config(), list(root.handlers), root.level
    levels = [logging.getLogger(name).level for name in names]
    with warnings.catch_warnings():
        yield
    logging.captureWarnings(capture=False)
    configuration, root.handlers[:], level = before
    root.setLevel(level)
    for name, old in zip(names, levels, strict=True):
        logging.getLogger(name).setLevel(old)
    structlog.configure(**configuration)
