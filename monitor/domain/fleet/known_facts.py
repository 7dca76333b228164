"""The known facts of a terminal, as evidence for people."""

from collections.abc import Mapping

from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import parse_rfc3339, rfc3339


def facts_of(watched: WatchedTerminal) -> dict[str, str]:
    """Return the known facts by name, most telling first; unknown ones are left out."""
    facts = {}
    if watched.outcome is not None:
        facts["last poll"] = watched.detail or watched.outcome.value
    if watched.last_good is not None:
        facts["last good heartbeat"] = rfc3339(watched.last_good.wall)
    if unreadable := watched.unreadable.phrases:
        facts["cannot be read"] = "; ".join(unreadable)
    if watched.reading is not None:
        facts.update(_facts_of_reading(watched.reading))
    if watched.certificate is not None:
        facts["certificate ends"] = rfc3339(watched.certificate.ends)
    if watched.clock_skew_s is not None and abs(watched.clock_skew_s) >= 1:
        facts["clock skew"] = f"{watched.clock_skew_s:+.0f} s"
    return facts


def in_one_line(facts: Mapping[str, str]) -> str:
    """Return named facts as people read them."""
    return "; ".join(f"{name}: {value}" for name, value in facts.items())


def _facts_of_reading(reading: Reading) -> dict[str, str]:
    facts: dict[str, str | None] = {
        "battery": _battery(reading),
        "printer": reading.printer_status,
        "registration": reading.registration_status,
        "last sign-in": _time(reading.registration.signed_in_at if reading.registration else None),
        "last settlement": _time(reading.settled_at),
        "operator password changed": _time(reading.operator_password_changed_at),
        "PIN pad": reading.pin_pad_status,
        "card reader": reading.card_reader_status,
        "display": reading.display_status,
        "link": _link(reading),
        "self-test": _self_test(reading),
        "temperature": None if reading.temperature_celsius is None else f"{reading.temperature_celsius:g} °C",
        "activity": reading.activity,
        "firmware": reading.firmware_version,
        "serial number": reading.serial_number,
        "uptime": None if reading.uptime_seconds is None else f"{reading.uptime_seconds / 3600:.1f} h",
        "unsent transactions": None
        if reading.unsent_transactions is None
        else str(reading.unsent_transactions),
    }
    return {name: str(value) for name, value in facts.items() if value}


def _time(said: str | None) -> str | None:
    return said if said and parse_rfc3339(said) is not None else None  # no time is no fact, but any text


def _self_test(reading: Reading) -> str | None:
    test = reading.self_test
    if test is None:
        return None
    return " ".join(filter(None, (test.status, ", ".join(test.failed or ()))))


def _battery(reading: Reading) -> str | None:
    if reading.battery is None or reading.battery.percent is None:
        return None
    charging = {True: ", charging", False: ", not charging", None: ""}[reading.battery.charging]
    return f"{reading.battery.percent:g} %{charging}"


def _link(reading: Reading) -> str | None:
    network = reading.network
    if network is None:
        return None
    host = {True: "host reachable", False: "host unreachable", None: None}[network.host_reachable]
    signal = None if network.signal_dbm is None else f"{network.signal_dbm:g} dBm"
    return " ".join(filter(None, (network.type, signal, host))) or None
