"""The state as Prometheus reads it."""

from monitor.adapters.exposition.renderer import CONTENT_TYPE, Exposition
from monitor.adapters.exposition.snapshot import PerTerminal, Snapshot

__all__ = ["CONTENT_TYPE", "Exposition", "PerTerminal", "Snapshot"]
