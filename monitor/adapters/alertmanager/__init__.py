"""Alertmanager: taking alerts, and silences in both directions (its HTTP API, version 2)."""

from monitor.adapters.alertmanager.sink import AlertmanagerSink

__all__ = ["AlertmanagerSink"]
