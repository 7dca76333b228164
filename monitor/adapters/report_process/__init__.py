"""Reports on availability, made by a process of their own so that polls do not wait for them."""

from monitor.adapters.report_process.reports import ReportProcess

__all__ = ["ReportProcess"]
