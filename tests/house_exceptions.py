"""What the rules of the house let pass, each with its reason."""

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
    ("Battery", "Component", "Network", "PinPad", "Printer", "Registration"), _HEARTBEAT_PART
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

TESTED_ELSEWHERE = {
    "cli/probe/source_poll.py": "integration/cli/test_sources.py",
    "cli/sources/command.py": "integration/cli/test_sources.py",
    "cli/admin/store.py": "integration/cli/test_store.py",
    "cli/admin/token.py": "integration/cli/test_token.py",
    "cli/alerts/command.py": "integration/cli/test_alerts.py",
    "cli/alerts/send_test.py": "integration/cli/test_trial_alert.py",
    "cli/client/api_client.py": "integration/cli/test_daemon_access.py",
    "cli/client/listings.py": "integration/cli/test_alerts.py",
    "cli/explain/command.py": "integration/cli/test_explain.py",
    "cli/explain/screen.py": "integration/cli/test_explain.py",
    "cli/probe/command.py": "integration/cli/test_probe.py",
    "cli/probe/single_poll.py": "integration/cli/test_probe.py",
    "cli/run/command.py": "integration/cli/test_real_daemon.py",
    "cli/run/demo.py": "integration/cli/test_demo.py",
    "cli/run/simulate.py": "integration/test_simulate_command.py",
    "cli/status/command.py": "integration/cli/test_status.py",
    "cli/status/live.py": "integration/cli/test_watch.py",
    "web/api/api.py": "integration/web/test_api.py",
    "web/api/metrics.py": "integration/web/test_metrics.py",
    "web/application.py": "integration/web/test_openapi.py",
    "web/listener/connection.py": "integration/web/test_connection.py",
    "web/listener/tls_listener.py": "integration/web/test_tls.py",
    "web/middleware/request_bounds.py": "integration/web/test_connection.py",
    "web/pages/alert_pages.py": "integration/web/test_pages.py",
    "web/pages/fleet_pages.py": "integration/web/test_pages.py",
    "web/pages/own_health_page.py": "integration/web/test_pages.py",
    "web/pages/runbook_pages.py": "integration/web/test_runbooks.py",
    "web/pages/template_renderer.py": "integration/web/test_pages.py",
    "web/push/endpoints.py": "integration/web/test_push.py",
    "web/routes.py": "integration/web/test_openapi.py",
    "web/server.py": "integration/web/test_tls.py",
}
"""Modules of domain, cli and web without a unit test of their name, and the test that exercises each."""
