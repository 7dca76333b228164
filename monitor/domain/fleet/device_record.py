"""The facts about a device beyond its present state, and their changes."""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any

from monitor.domain.fleet.terminal_memory import Change
from monitor.domain.heartbeat.reading import Reading, Registration, RegistrationStatus
from monitor.domain.instant import Instant
from monitor.domain.inventory.endpoint import authority_of
from monitor.domain.inventory.terminal import Terminal

CHANGES_KEPT = 16
REPLACED, MOVED = "replaced", "moved"
"""What a replacement changes: the serial number here, and the source's id of that serial number."""

Said = tuple[Any, ...]

_TEXTS = ("serial_number", "firmware_version", "app_version", "model", "merchant_id")
SERIAL_NUMBER, FIRMWARE_VERSION, _, MODEL, _ = range(len(_TEXTS))
_STATUSES = {status.value: status for status in RegistrationStatus}
NOTHING_SAID: Said = (None,) * (len(_TEXTS) + 1)

said_by: Callable[[Reading], Said] = attrgetter(*_TEXTS, "registration")
"""What a heartbeat says of the device; comparing two of these is all that an unchanged one costs."""


def learnt(before: Said, now_said: Said) -> Said:
    """Return what is known after a heartbeat: what it leaves out is not forgotten."""
    return tuple(old if new is None else new for old, new in zip(before, now_said, strict=True))


def facts_said(said: Said) -> dict[str, str]:
    """Return what is known by name: fields of the heartbeat, and `registration_status`."""
    *texts, registration = said
    status = registration.status.value if registration and registration.status else ""
    facts = dict(zip((*_TEXTS, "registration_status"), (*texts, status), strict=True))
    return {name: value for name, value in facts.items() if value}


def said_in(facts: Mapping[str, str]) -> Said:
    """Return what `facts_said` made these facts of; a status that is none is unknown."""
    status = _STATUSES.get(facts.get("registration_status", ""))
    registration = Registration(status=status) if status is not None else None
    return (*[facts.get(name) or None for name in _TEXTS], registration)


def facts_of_row(terminal: Terminal) -> dict[str, str]:
    """Return what the inventory says of the device, by name.

    `endpoint` is its host and port alone.
    `inventory.serial_number` and `inventory.merchant_id` are not what the device says of itself.
    """
    facts = {
        "endpoint": authority_of(terminal.endpoint),
        "dialect": terminal.dialect,
        "inventory.serial_number": terminal.serial_number,
        "inventory.merchant_id": terminal.merchant_id,
    }
    return {name: value for name, value in facts.items() if value}


def changes_between(before: Mapping[str, str], after: Mapping[str, str], now: Instant) -> tuple[Change, ...]:
    """Return the facts that have changed; a fact that was unknown before is no change."""
    return tuple(
        Change(at=now, what=name, before=before[name], after=value)
        for name, value in after.items()
        if before.get(name, value) != value
    )


def was_replaced_by(changes: Iterable[Change], serial_number: str) -> bool:
    """Tell whether the last replacement of a device record brought this serial number."""
    brought = [change.after for change in changes if change.what == REPLACED]
    return brought[-1:] == [serial_number]


def latest_of(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return the last CHANGES_KEPT; the last replacement stays, in place of the oldest of them."""
    kept = changes[-CHANGES_KEPT:]
    replaced = [change for change in changes if change.what == REPLACED][-1:]
    return (*replaced, *kept[1:]) if replaced and replaced[0] not in kept else kept
