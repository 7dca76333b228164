"""What terminals and log shippers bring of themselves."""

from monitor.web.push.endpoints import PushEndpoints
from monitor.web.push.intake_port import NoIntake, PushIntakePort

__all__ = ["NoIntake", "PushEndpoints", "PushIntakePort"]
