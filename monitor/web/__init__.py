"""The HTTP face: status page, JSON API, metrics, reload."""

from monitor.web.api.operations import Reload
from monitor.web.application import Admission, create_web
from monitor.web.pages.runbook_pages import RUNBOOKS
from monitor.web.server import listening, serve_web

__all__ = ["RUNBOOKS", "Admission", "Reload", "create_web", "listening", "serve_web"]
