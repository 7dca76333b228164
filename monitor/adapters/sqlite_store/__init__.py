"""The journal and memory of the daemon in one SQLite file."""

from monitor.adapters.sqlite_store.failures import StoreRefused
from monitor.adapters.sqlite_store.retention import EVENTS_KEPT_S
from monitor.adapters.sqlite_store.store import SqliteStore, open_store

__all__ = ["EVENTS_KEPT_S", "SqliteStore", "StoreRefused", "open_store"]
