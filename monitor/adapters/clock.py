"""The former name of `system`."""

from monitor.adapters.system import SystemClock

__all__ = ["SystemClock"]
