from collections.abc import Callable

import pytest

from monitor.domain.heartbeat.decoding import decode_heartbeat
from monitor.domain.heartbeat.reading import Battery, Network, NetworkType, Reading
from monitor.domain.polling.poll_result import Outcome
from monitor.simulator import document
from monitor.simulator.answer import Situation
from monitor.simulator.device_faults import DEVICE_FAULTS
from monitor.simulator.faults import FAULTS
from tests.unit.simulator.stricken import WALL, healthy, stricken

Shown = Callable[[Reading], object]


def read(fault: str, *, lasted_s: float = 0, model: str = "N910", **parameters: object) -> Reading:
    """Return what the product reads of a faulty terminal's answer."""
    return decode_heartbeat(stricken(fault, lasted_s=lasted_s, model=model, **parameters).encoded())


CASES: list[tuple[str, Shown, object]] = [
    ("paper_low", lambda said: said.printer and said.printer.status, "paper_low"),
    ("paper_out", lambda said: said.printer and said.printer.status, "paper_out"),
    ("paper_jam", lambda said: said.printer and said.printer.status, "paper_jam"),
    ("cover_open", lambda said: said.printer and said.printer.status, "cover_open"),
    ("printer_fault", lambda said: said.printer and said.printer.status, "fault"),
    ("pending", lambda said: said.registration and said.registration.status, "pending"),
    ("unregistered", lambda said: said.registration and said.registration.status, "unregistered"),
    ("suspended", lambda said: said.registration and said.registration.status, "suspended"),
    ("pin_pad_fault", lambda said: said.pin_pad and said.pin_pad.status, "fault"),
    ("tampered", lambda said: said.pin_pad and said.pin_pad.status, "tampered"),
    ("card_reader_fault", lambda said: said.card_reader and said.card_reader.status, "fault"),
    ("display_fault", lambda said: said.display and said.display.status, "fault"),
    ("locked", lambda said: said.activity, "locked"),
    ("host_unreachable", lambda said: said.network and said.network.host_reachable, False),
    ("weak_signal", lambda said: said.network and said.network.signal_dbm, -115),
    ("backlog", lambda said: said.unsent_transactions, 40),
    ("clock_skew", lambda said: said.sent_at, "2026-11-21T00:50:00.000Z"),
    ("restarts", lambda said: said.uptime_seconds, 0),
    ("wrong_identity", lambda said: said.terminal_id, "90000001"),
    ("wrong_serial", lambda said: said.serial_number, "SWAPPED-10000001"),
    ("old_firmware", lambda said: said.firmware_version, "2.8.0"),
    ("self_test_failed", lambda said: said.self_test and said.self_test.failed, ("memory",)),
    ("overheating", lambda said: said.temperature_celsius, 71),
    ("settlement_missed", lambda said: said.settled_at, "2026-11-19T01:00:00.000Z"),
    ("old_password", lambda said: said.operator_password_changed_at, "2026-07-19T01:00:00.000Z"),
    ("factory_reset", lambda said: said.boot_count, 1),
    ("markup", lambda said: "<script>" in (said.firmware_version or ""), True),
    ("battery_drain", lambda said: said.battery and said.battery.charging, False),
]


@pytest.mark.parametrize(("fault", "shown", "value"), CASES, ids=[case[0] for case in CASES])
def test_a_faulty_terminal_says_so(fault: str, shown: Shown, value: object) -> None:
    """The product reads the fault from the terminal's answer, and did not before."""
    assert shown(read(fault)) == value
    if fault != "battery_drain":
        assert shown(decode_heartbeat(healthy().encoded())) != value


def test_every_device_fault_has_its_case() -> None:
    """No fault of the table is left untried, and all of them leave the answer readable."""
    assert {case[0] for case in CASES} == {kind.name for kind in DEVICE_FAULTS}
    assert {kind.outcome for kind in DEVICE_FAULTS} == {Outcome.OK}


FALLS = [
    ("at first it is where it was", 0.0, 100),
    ("it falls by its rate", 30.0, 95),
    ("it stops where it is told to", 10_000.0, 7),
]


@pytest.mark.parametrize(("lasted_s", "percent"), [c[1:] for c in FALLS], ids=[c[0] for c in FALLS])
def test_a_battery_falls(lasted_s: float, percent: float) -> None:
    """A draining battery falls steadily to its floor."""
    said = read("battery_drain", lasted_s=lasted_s, percent=7, rate=10)
    assert said.battery == Battery(percent, charging=False)


def test_a_battery_never_rises_to_its_floor() -> None:
    """A floor above the present charge changes nothing."""
    answer = healthy()
    answer.document.battery = document.Battery(50, charging=True)
    kind = FAULTS["battery_drain"]
    parameters = kind.settings({"percent": 80})
    kind.apply(answer, Situation(lasted_s=60, wall=WALL, parameters=parameters))
    assert answer.document.battery == document.Battery(50, charging=False)


def test_mains_terminals_can_be_given_battery_and_radio_faults() -> None:
    """They show a battery, or a cellular link, for as long as the fault lasts."""
    drained = read("battery_drain", model="DESK5000", lasted_s=600, rate=60)
    assert drained.battery == Battery(5, charging=False)
    weak = read("weak_signal", model="DESK5000", dbm=-120)
    assert weak.network == Network(NetworkType.CELLULAR, -120, host_reachable=True)


GROWN = [
    ("backlog grows by its rate", "backlog", 120.0, {"unsent": 10, "rate": 3}, "unsent_transactions", 16),
    ("uptime grows between restarts", "restarts", 19.0, {"interval": "10s"}, "uptime_seconds", 9),
    ("a clock may be ahead", "clock_skew", 0.0, {"by": "90s"}, "sent_at", "2026-11-21T01:01:30.000Z"),
    ("an identity may be given", "wrong_identity", 0.0, {"terminal_id": "0"}, "terminal_id", "0"),
    ("a serial may be given", "wrong_serial", 0.0, {"serial_number": "X"}, "serial_number", "X"),
    ("a version may be given", "old_firmware", 0.0, {"version": "0.1"}, "firmware_version", "0.1"),
]


@pytest.mark.parametrize(
    ("fault", "lasted_s", "parameters", "field", "value"), [c[1:] for c in GROWN], ids=[c[0] for c in GROWN]
)
def test_parameters_shape_a_fault(
    fault: str, lasted_s: float, parameters: dict[str, object], field: str, value: object
) -> None:
    """What a scenario sets is what the terminal says."""
    answer = stricken(fault, lasted_s=lasted_s, model="N910", **parameters)
    assert getattr(decode_heartbeat(answer.encoded()), field) == value
