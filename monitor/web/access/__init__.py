"""Who may ask for what, and the record of who was refused."""

from monitor.web.access.audit import tell_audit
from monitor.web.access.authentication import Authentication
from monitor.web.access.callers import caller_of

__all__ = ["Authentication", "caller_of", "tell_audit"]
