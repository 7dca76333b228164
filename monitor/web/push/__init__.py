"""What terminals and log shippers bring of themselves."""

from monitor.web.push.intake import NoIntake, PushIntake
from monitor.web.push.pushing import Pushing

__all__ = ["NoIntake", "PushIntake", "Pushing"]
