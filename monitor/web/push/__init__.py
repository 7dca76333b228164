"""The web side of pushing: HTTP in front of the intake."""

from monitor.web.push.endpoints import PushEndpoints

__all__ = ["PushEndpoints"]
