"""What the rules of the house let pass, each with its reason."""

from typing import NamedTuple

LARGE_CLASSES = {
    "AlertBook": "It holds one invariant: an alert is filed alike by subject, by name and by when it is due.",
    "BackgroundStream": "Most methods are those that Python demands of a text stream.",
    "HttpHeartbeatClient": "One state machine from a target to its result; other state stands apart.",
    "Notifier": "One task for each receiver and what all of them share: the outboxes and their counts.",
    "Outbox": "It holds one invariant: the latest state of each alert, and what is due to be sent.",
    "Scheduler": "It holds one invariant: each terminal has exactly one appointment.",
    "SimulatedFleet": "The methods are what tests, demo and bench may do to a fleet, a line each.",
    "TlsTransport": "Most methods are those that asyncio demands of a transport.",
}
"""Classes beyond the bounds on lines or methods, and why they stay whole."""

_HEARTBEAT_PART = (
    "The same part of a heartbeat: the simulator writes it, the domain reads it, neither knows the other."
)

SHARED_NAMES = dict.fromkeys(
    ("Battery", "Component", "Network", "PinPad", "Printer", "Registration", "SelfTest"), _HEARTBEAT_PART
)
"""Public names that two modules define, and why that misleads nobody."""

_DOCUMENTS = "It holds a document in docs/ to the modules of this room."
_ACROSS = "It follows one theme through several modules of this room."

TESTS_OF_NO_MODULE = {
    "adapters/inventory_files/test_load_inventory.py": "The package itself is the subject: its one function.",
    "adapters/sqlite_store/test_opening.py": "The package itself is the subject: `open_store`.",
    "cli/test_documentation.py": _DOCUMENTS,
    "config/test_documentation.py": _DOCUMENTS,
    "config/test_external_url.py": _ACROSS,
    "dashboards/test_dashboards.py": "The dashboards stand outside the package.",
    "dashboards/test_linter_rules.py": "The dashboards stand outside the package.",
    "domain/detectors/test_words.py": _ACROSS,
    "domain/diagnosis/test_documentation.py": _DOCUMENTS,
    "domain/diagnosis/test_from_events_to_cause.py": _ACROSS,
    "domain/evaluation/test_calm_alerting.py": _ACROSS,
    "domain/evaluation/test_evaluation_properties.py": _ACROSS,
    "domain/evaluation/test_event_alerts.py": _ACROSS,
    "domain/event_tracking/test_recall.py": _ACROSS,
    "services/test_holds_as_told.py": _ACROSS,
    "services/test_restart.py": _ACROSS,
}
"""Tests below a room of tests/unit that are called like no module, and why."""

PATCHES = {
    "simulation/test_simulation.py": "Thousands of daemons live in one process, for a minute each.",
    "unit/cli/output/test_program_name.py": "`sys.argv` is how a program learns its name.",
    "unit/config/test_notify_settings.py": "apprise is installed; the test is about where it is not.",
    "unit/domain/event_tracking/test_event_tracker.py": "It lowers bounds that are hard to reach.",
    "unit/web/routing/routed.py": "aiohttp's server gives a request its route in this way.",
}
"""Test modules that replace what is not theirs, and why."""

_COMMAND = "The command joins tested parts and prints the result; its test runs it as a shell does."
_PROCESS = "It is about processes, signals and a screen, which a unit test would only imitate."
_SOCKET = "It is about a real socket or TLS connection, which a unit test would only imitate."
_HANDLERS = "Each handler joins a view and a document or template; its test asks over HTTP."
_WIRING = "It only connects or lists tested parts."


class Elsewhere(NamedTuple):
    """The test that exercises a module, and why a unit test of it would show nothing."""

    test: str
    why: str


TESTED_ELSEWHERE = {
    "cli/admin/store.py": Elsewhere("integration/cli/test_store.py", _COMMAND),
    "cli/admin/token.py": Elsewhere("integration/cli/test_token.py", _COMMAND),
    "cli/backtest/command.py": Elsewhere("integration/daemon/test_backtest.py", _COMMAND),
    "cli/alerts/command.py": Elsewhere("integration/cli/test_alerts.py", _COMMAND),
    "cli/alerts/send_test.py": Elsewhere("integration/cli/test_trial_alert.py", _SOCKET),
    "cli/client/api_client.py": Elsewhere("integration/cli/test_daemon_access.py", _SOCKET),
    "cli/client/listings.py": Elsewhere("integration/cli/test_alerts.py", _WIRING),
    "cli/digest/command.py": Elsewhere("integration/cli/test_digest.py", _COMMAND),
    "cli/explain/command.py": Elsewhere("integration/cli/test_explain.py", _COMMAND),
    "cli/alerts/live.py": Elsewhere("integration/cli/test_watch.py", _PROCESS),
    "cli/on_call/acknowledgement.py": Elsewhere("integration/cli/test_on_call.py", _COMMAND),
    "cli/on_call/actions.py": Elsewhere("integration/cli/test_on_call.py", _COMMAND),
    "cli/on_call/device_record.py": Elsewhere("integration/cli/test_device_record.py", _COMMAND),
    "cli/on_call/listing.py": Elsewhere("integration/cli/test_on_call.py", _COMMAND),
    "cli/on_call/silence.py": Elsewhere("integration/cli/test_on_call.py", _COMMAND),
    "cli/on_call/window.py": Elsewhere("integration/cli/test_on_call.py", _COMMAND),
    "cli/probe/command.py": Elsewhere("integration/cli/test_probe.py", _COMMAND),
    "cli/probe/single_poll.py": Elsewhere("integration/cli/test_probe.py", _SOCKET),
    "cli/probe/source_poll.py": Elsewhere("integration/cli/test_sources.py", _SOCKET),
    "cli/run/command.py": Elsewhere("integration/cli/test_real_daemon.py", _PROCESS),
    "cli/run/demo.py": Elsewhere("integration/cli/test_demo.py", _PROCESS),
    "cli/run/simulate.py": Elsewhere("integration/test_simulate_command.py", _PROCESS),
    "cli/sources/command.py": Elsewhere("integration/cli/test_sources.py", _COMMAND),
    "cli/report/command.py": Elsewhere("integration/cli/test_report.py", _COMMAND),
    "cli/report/picture.py": Elsewhere("integration/cli/test_report.py", _COMMAND),
    "cli/status/command.py": Elsewhere("integration/cli/test_status.py", _COMMAND),
    "cli/status/live.py": Elsewhere("integration/cli/test_watch.py", _PROCESS),
    "cli/admin/inventory_hours.py": Elsewhere("integration/web/test_hours.py", _COMMAND),
    "web/api/hours.py": Elsewhere("integration/web/test_hours.py", _HANDLERS),
    "web/api/learnt_hours.py": Elsewhere("integration/web/test_hours.py", _HANDLERS),
    "web/api/digest.py": Elsewhere("integration/web/test_digest.py", _SOCKET),
    "web/api/device_record.py": Elsewhere("integration/web/test_device_record.py", _SOCKET),
    "web/api/wishes.py": Elsewhere("integration/web/test_on_call.py", _SOCKET),
    "web/api/on_call.py": Elsewhere("integration/web/test_on_call.py", _SOCKET),
    "web/api/api.py": Elsewhere("integration/web/test_api.py", _HANDLERS),
    "web/api/metrics.py": Elsewhere("integration/web/test_metrics.py", _SOCKET),
    "web/application.py": Elsewhere("integration/web/test_openapi.py", _WIRING),
    "web/listener/connection.py": Elsewhere("integration/web/test_connection.py", _SOCKET),
    "web/listener/tls_listener.py": Elsewhere("integration/web/test_tls.py", _SOCKET),
    "web/middleware/request_bounds.py": Elsewhere("integration/web/test_connection.py", _SOCKET),
    "web/pages/alert_pages.py": Elsewhere("integration/web/test_pages.py", _HANDLERS),
    "web/pages/digest_page.py": Elsewhere("integration/web/test_digest_page.py", _HANDLERS),
    "web/pages/fleet_pages.py": Elsewhere("integration/web/test_pages.py", _HANDLERS),
    "web/pages/device_record_page.py": Elsewhere("integration/web/test_device_record.py", _HANDLERS),
    "web/api/reports.py": Elsewhere("integration/web/test_reports.py", _SOCKET),
    "web/pages/report_pages.py": Elsewhere("integration/web/test_reports.py", _HANDLERS),
    "web/report_routes.py": Elsewhere("integration/web/test_reports.py", _WIRING),
    "web/pages/on_call_forms.py": Elsewhere("integration/web/test_on_call_pages.py", _HANDLERS),
    "web/pages/on_call_pages.py": Elsewhere("integration/web/test_on_call_pages.py", _HANDLERS),
    "web/pages/own_health_page.py": Elsewhere("integration/web/test_pages.py", _HANDLERS),
    "web/pages/sources_page.py": Elsewhere("integration/web/test_sources_page.py", _HANDLERS),
    "web/pages/runbook_pages.py": Elsewhere("integration/web/test_runbooks.py", _HANDLERS),
    "web/push/endpoints.py": Elsewhere("integration/web/test_push.py", _HANDLERS),
    "web/journal_routes.py": Elsewhere("integration/web/test_hours.py", _WIRING),
    "web/device_record_routes.py": Elsewhere("integration/web/test_device_record.py", _WIRING),
    "web/on_call_routes.py": Elsewhere("integration/web/test_on_call.py", _WIRING),
    "web/routes.py": Elsewhere("integration/web/test_openapi.py", _WIRING),
    "web/server.py": Elsewhere("integration/web/test_tls.py", _SOCKET),
}
"""Modules of cli and web without a unit test of their name; in domain every module with logic has one."""
