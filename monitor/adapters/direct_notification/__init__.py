"""Telling people and programs of alerts without Alertmanager in between."""

from monitor.adapters.direct_notification.sink import DirectSink

__all__ = ["DirectSink"]
