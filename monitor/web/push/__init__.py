"""What terminals and log shippers bring of themselves."""

from monitor.web.push.endpoints import Pushing
from monitor.web.push.intake_port import NoIntake, PushIntake

__all__ = ["NoIntake", "PushIntake", "Pushing"]
