"""What a reload is to bring into force, and what it cannot."""

import time
from collections.abc import Callable

import structlog

from monitor.adapters.inventory_files import load_inventory
from monitor.assembly.client_certificates import ClientCertificates
from monitor.config.settings import Settings
from monitor.domain.inventory.inventory import Inventory
from monitor.services.reloader import ReloadPlan

REST_S = 0.002
"""After a millisecond of reading. A thread that computes has the event loop wait at each system call."""

log = structlog.get_logger()

_FIXED_SECTIONS = ("web", "storage", "alerting", "notify", "events", "metrics", "logging")
_FIXED_POLLING = (
    "concurrency",
    "keep_alive",
    "kept_tls_connections",
    "allowed_networks",
    "uplinks",
)


def read_plan(
    load: Callable[[], Settings],
    at_start: Settings,
    present: Inventory,
    *,
    trust: ClientCertificates | None = None,
) -> ReloadPlan:
    """Read configuration and inventory; blocks. Raises InvalidDocument.

    `at_start` are the settings in force, `present` is the inventory. While there are terminals to poll,
    reading takes its time.
    """
    settings = load()
    _warn_of_fixed(settings, at_start)
    path = settings.inventory.path
    return ReloadPlan(
        # The networks are those of the running client: a row it would never poll must not come into force.
        # So are the dialects: the codes of others would say nothing.
        inventory=load_inventory(
            path,
            policy=at_start.polling.address_policy(),
            dialects=at_start.response_codes().dialects,
            present=present,
            rest=_rest if present else None,
        ),
        rule_book=settings.rule_book(),
        timetable=settings.polling.timetable(),
        max_shrink=settings.inventory.max_shrink,
        source=str(path),
        take_trust=trust.prepare(settings.polling) if trust else None,
    )


def _rest() -> None:
    time.sleep(REST_S)


def _warn_of_fixed(settings: Settings, at_start: Settings) -> None:
    """Say which changed settings a reload cannot bring into force."""
    changed = [name for name in _FIXED_SECTIONS if getattr(settings, name) != getattr(at_start, name)]
    if settings.response_codes() != at_start.response_codes():
        changed.append("dialects")
    changed += [
        f"polling.{name}"
        for name in _FIXED_POLLING
        if getattr(settings.polling, name) != getattr(at_start.polling, name)
    ]
    if changed:
        log.warning("reload.needs_restart", settings=changed)
