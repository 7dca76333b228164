"""Structured logs: JSON lines in service, coloured lines on a terminal."""

from monitor.logs.configuration import configure_logging

__all__ = ["configure_logging"]
