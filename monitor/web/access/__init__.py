"""Authentication of requests, and the audit log."""

from monitor.web.access.audit import log_audit
from monitor.web.access.authentication import Authentication
from monitor.web.access.callers import caller_of

__all__ = ["Authentication", "caller_of", "log_audit"]
