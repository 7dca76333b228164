"""The state as Prometheus reads it."""

from monitor.adapters.exposition.renderer import CONTENT_TYPE, Exposition, PerTerminal

__all__ = ["CONTENT_TYPE", "Exposition", "PerTerminal"]
