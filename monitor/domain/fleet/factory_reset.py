"""Has a device forgotten what it was, and stayed the same device."""

from monitor.domain.fleet.firmware_cohort import version_key
from monitor.domain.heartbeat.reading import Reading, RegistrationStatus
from monitor.domain.instant import parse_rfc3339
from monitor.domain.inventory.spelling import is_another

FACTORY_RESET = "factory_reset"
"""Under this name the device record has it."""

ENOUGH = 3
"""So much must speak for a reset (unsourced): one thing that only a reset does, and one more."""

ENOUGH_WITH_UPDATE = 4
"""New software restarts the terminal, may sign it off, and may count in its own way."""

_ONLY_A_RESET, _ALSO_OTHERWISE = 2, 1
_LOST = frozenset({RegistrationStatus.UNREGISTERED, RegistrationStatus.PENDING})


def signs_of_reset(before: Reading, after: Reading) -> tuple[str, ...]:
    """Return what has begun again between two heartbeats of a terminal, () where that is no factory reset.

    The names are fields of the heartbeat. A terminal that has not restarted meanwhile was not reset, nor was
    one whose serial number is another. A field that is missing after a restart says nothing: a terminal that
    starts reports its parts one after the other.
    """
    if not _has_restarted(before, after) or _is_other_device(before, after):
        return ()
    signs = _signs(before, after)
    needed = ENOUGH_WITH_UPDATE if _is_updated(before, after) else ENOUGH
    return tuple(signs) if sum(signs.values()) >= needed else ()


def _has_restarted(before: Reading, after: Reading) -> bool:
    if before.uptime_seconds is None or after.uptime_seconds is None:
        return False
    return after.uptime_seconds < before.uptime_seconds


def _is_other_device(before: Reading, after: Reading) -> bool:
    if not before.serial_number or not after.serial_number:
        return False
    return is_another(before.serial_number, after.serial_number)


def _is_updated(before: Reading, after: Reading) -> bool:
    return (before.firmware_version, before.app_version) != (after.firmware_version, after.app_version)


def _signs(before: Reading, after: Reading) -> dict[str, int]:
    signs: dict[str, int] = {}
    if after.boot_count is not None and after.boot_count < (before.boot_count or 0):
        signs["boot_count"] = _ONLY_A_RESET
    has_older_settings = _has_gone_back(before.configuration_version, after.configuration_version)
    if has_older_settings and not _is_updated(before, after):
        signs["configuration_version"] = _ONLY_A_RESET
    for name in ("settled_at", "operator_password_changed_at"):
        if _is_earlier(getattr(before, name), getattr(after, name)):
            signs[name] = _ONLY_A_RESET
    if before.registration_status is RegistrationStatus.REGISTERED and after.registration_status in _LOST:
        signs["registration.status"] = _ALSO_OTHERWISE
    return signs


def _has_gone_back(before: str | None, after: str | None) -> bool:
    was, now_is = version_key(before or ""), version_key(after or "")
    return bool(was and now_is) and now_is < was


def _is_earlier(before: str | None, after: str | None) -> bool:
    was, now_is = (parse_rfc3339(stamp) if stamp else None for stamp in (before, after))
    return was is not None and now_is is not None and now_is < was
