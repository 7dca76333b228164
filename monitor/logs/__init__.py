"""Structured logs: JSON lines in service, coloured lines on a terminal."""

from monitor.logs.background_stream import detach_output, lines_dropped, settle_output
from monitor.logs.configuration import configure_logging

__all__ = ["configure_logging", "detach_output", "lines_dropped", "settle_output"]
