"""Troubles a terminal has and says so: its answer stays a good heartbeat."""

from collections.abc import Callable

from monitor.domain.heartbeat.reading import (
    Activity,
    ComponentStatus,
    NetworkType,
    PinPadStatus,
    PrinterStatus,
    RegistrationStatus,
    SelfTestStatus,
)
from monitor.domain.polling.poll_result import Outcome
from monitor.simulator.answer import SimulatedAnswer, Situation
from monitor.simulator.behaviour import stamp
from monitor.simulator.catalogue import MODEL_BY_NAME
from monitor.simulator.document import (
    Battery,
    Component,
    Document,
    Network,
    PinPad,
    Printer,
    Registration,
    SelfTest,
)
from monitor.simulator.fault_kind import FaultKind
from monitor.simulator.parameters import (
    Parameter,
    number_between,
    positive_duration,
    signed_duration,
    text,
    whole_number_between,
)

_MAINS_PERCENT = 60.0
"""Where a battery starts to fall that the terminal did not have before."""


def _changed(change: Callable[[Document], None]) -> Callable[[SimulatedAnswer, Situation], None]:
    return lambda answer, _: change(answer.document)


def _printer(status: PrinterStatus) -> FaultKind:
    def apply(answer: SimulatedAnswer, _: Situation) -> None:
        answer.document.printer = Printer(status)

    name = "printer_fault" if status is PrinterStatus.FAULT else status.value
    return FaultKind(name=name, summary=f"printer says {status}", apply=apply, outcome=Outcome.OK)


def _registration(status: RegistrationStatus) -> FaultKind:
    def apply(answer: SimulatedAnswer, _: Situation) -> None:
        answer.document.registration = Registration(status)

    return FaultKind(name=status.value, summary=f"registration is {status}", apply=apply, outcome=Outcome.OK)


def _pin_pad(name: str, status: PinPadStatus) -> FaultKind:
    def apply(answer: SimulatedAnswer, _: Situation) -> None:
        answer.document.pin_pad = PinPad(status)

    return FaultKind(name=name, summary=f"PIN pad says {status}", apply=apply, outcome=Outcome.OK)


def _drain_battery(answer: SimulatedAnswer, situation: Situation) -> None:
    document = answer.document
    before = document.battery.percent if document.battery else _MAINS_PERCENT
    fallen = situation.number("rate") * situation.lasted_s / 60
    percent = min(before, max(situation.number("percent"), round(before - fallen, 1)))
    document.battery = Battery(percent, charging=False)


def _fail_card_reader(answer: SimulatedAnswer, _: Situation) -> None:
    answer.document.card_reader = Component(ComponentStatus.FAULT)


def _fail_display(answer: SimulatedAnswer, _: Situation) -> None:
    answer.document.display = Component(ComponentStatus.FAULT)


def _lock(answer: SimulatedAnswer, _: Situation) -> None:
    answer.document.activity = Activity.LOCKED


def _lose_host(answer: SimulatedAnswer, _: Situation) -> None:
    network = answer.document.network
    answer.document.network = Network(network.type, host_reachable=False, signal_dbm=network.signal_dbm)


def _weaken_signal(answer: SimulatedAnswer, situation: Situation) -> None:
    network = answer.document.network
    radio = NetworkType.CELLULAR if network.type is NetworkType.ETHERNET else network.type
    signal_dbm = int(situation.number("dbm"))
    answer.document.network = Network(radio, host_reachable=network.host_reachable, signal_dbm=signal_dbm)


def _pile_up_transactions(answer: SimulatedAnswer, situation: Situation) -> None:
    grown = situation.number("rate") * situation.lasted_s / 60
    answer.document.unsent_transactions = int(situation.number("unsent") + grown)


def _skew_clock(answer: SimulatedAnswer, situation: Situation) -> None:
    answer.document.sent_at = stamp(int(situation.wall + situation.number("by")))


def _restart(answer: SimulatedAnswer, situation: Situation) -> None:
    answer.document.uptime_seconds = int(situation.lasted_s % situation.number("interval"))


def _take_other_identity(answer: SimulatedAnswer, situation: Situation) -> None:
    other = situation.parameters.get("terminal_id", f"9{answer.document.terminal_id[1:]}")
    answer.document.terminal_id = str(other)


def _take_other_serial(answer: SimulatedAnswer, situation: Situation) -> None:
    other = situation.parameters.get("serial_number", f"SWAPPED-{answer.document.terminal_id}")
    answer.document.serial_number = str(other)


def _run_old_firmware(answer: SimulatedAnswer, situation: Situation) -> None:
    old = MODEL_BY_NAME[answer.document.model].old_firmware
    answer.document.firmware_version = str(situation.parameters.get("version", old))


def _fail_self_test(answer: SimulatedAnswer, situation: Situation) -> None:
    parts = tuple(str(situation.parameters["parts"]).split("+"))
    answer.document.self_test = SelfTest(SelfTestStatus.FAILED, parts)


def _overheat(answer: SimulatedAnswer, situation: Situation) -> None:
    answer.document.temperature_celsius = situation.number("celsius")


def _miss_settlement(answer: SimulatedAnswer, situation: Situation) -> None:
    answer.document.settled_at = stamp(int(situation.wall - situation.number("ago")))


def _keep_password(answer: SimulatedAnswer, situation: Situation) -> None:
    answer.document.operator_password_changed_at = stamp(int(situation.wall - situation.number("ago")))


def _begin_again(answer: SimulatedAnswer, situation: Situation) -> None:
    document = answer.document
    document.uptime_seconds = int(situation.lasted_s)
    document.boot_count, document.configuration_version = 1, "1.0"
    document.settled_at = document.operator_password_changed_at = stamp(0)
    document.registration = Registration(RegistrationStatus.UNREGISTERED)


def _say_markup(answer: SimulatedAnswer, _: Situation) -> None:
    answer.document.firmware_version = "<script>alert(1)</script>"
    answer.document.app_version = "\"'><img src=x onerror=alert(1)>&amp;{{7*7}}"


DEVICE_FAULTS = (
    FaultKind(
        name="battery_drain",
        summary="battery falls, not charging; a mains terminal shows a battery then",
        apply=_drain_battery,
        outcome=Outcome.OK,
        parameters=(
            Parameter(name="percent", read=number_between(0, 100), default="5", meaning="where it stops"),
            Parameter(name="rate", read=number_between(0, 1e6), default="60", meaning="percent a minute"),
        ),
    ),
    _printer(PrinterStatus.PAPER_LOW),
    _printer(PrinterStatus.PAPER_OUT),
    _printer(PrinterStatus.PAPER_JAM),
    _printer(PrinterStatus.COVER_OPEN),
    _printer(PrinterStatus.FAULT),
    _registration(RegistrationStatus.PENDING),
    _registration(RegistrationStatus.UNREGISTERED),
    _registration(RegistrationStatus.SUSPENDED),
    _pin_pad("pin_pad_fault", PinPadStatus.FAULT),
    _pin_pad("tampered", PinPadStatus.TAMPERED),
    FaultKind(
        name="card_reader_fault",
        summary="card reader says fault",
        apply=_fail_card_reader,
        outcome=Outcome.OK,
    ),
    FaultKind(name="display_fault", summary="display says fault", apply=_fail_display, outcome=Outcome.OK),
    FaultKind(name="locked", summary="activity is locked", apply=_lock, outcome=Outcome.OK),
    FaultKind(
        name="host_unreachable",
        summary="the terminal cannot reach its host",
        apply=_lose_host,
        outcome=Outcome.OK,
    ),
    FaultKind(
        name="weak_signal",
        summary="signal is weak; a terminal on a cable shows a cellular link then",
        apply=_weaken_signal,
        outcome=Outcome.OK,
        parameters=(
            Parameter(name="dbm", read=number_between(-200, 50), default="-115", meaning="signal in dBm"),
        ),
    ),
    FaultKind(
        name="backlog",
        summary="transactions pile up unsent",
        apply=_pile_up_transactions,
        outcome=Outcome.OK,
        parameters=(
            Parameter(
                name="unsent", read=whole_number_between(0, 10**6), default="40", meaning="how many at first"
            ),
            Parameter(name="rate", read=number_between(0, 1e6), default="6", meaning="more a minute"),
        ),
    ),
    FaultKind(
        name="clock_skew",
        summary="the terminal's clock is wrong",
        apply=_skew_clock,
        outcome=Outcome.OK,
        parameters=(
            Parameter(
                name="by", read=signed_duration, default="-10m", meaning="how far it is ahead; may be -"
            ),
        ),
    ),
    FaultKind(
        name="restarts",
        summary="uptime starts over and over again",
        apply=_restart,
        outcome=Outcome.OK,
        parameters=(
            Parameter(
                name="interval", read=positive_duration, default="20s", meaning="time between two restarts"
            ),
        ),
    ),
    FaultKind(
        name="wrong_identity",
        summary="another terminal id answers",
        apply=_take_other_identity,
        outcome=Outcome.OK,
        parameters=(
            Parameter(name="terminal_id", read=text, default=None, meaning="whose (its own, from 9)"),
        ),
    ),
    FaultKind(
        name="wrong_serial",
        summary="another serial number answers",
        apply=_take_other_serial,
        outcome=Outcome.OK,
        parameters=(Parameter(name="serial_number", read=text, default=None, meaning="which (SWAPPED-…)"),),
    ),
    FaultKind(
        name="old_firmware",
        summary="firmware that ought to be updated",
        apply=_run_old_firmware,
        outcome=Outcome.OK,
        parameters=(Parameter(name="version", read=text, default=None, meaning="which (its model's)"),),
    ),
    FaultKind(
        name="self_test_failed",
        summary="a test of itself has failed",
        apply=_fail_self_test,
        outcome=Outcome.OK,
        parameters=(
            Parameter(name="parts", read=text, default="memory", meaning="what it names, with + between"),
        ),
    ),
    FaultKind(
        name="overheating",
        summary="the terminal is hot",
        apply=_overheat,
        outcome=Outcome.OK,
        parameters=(
            Parameter(name="celsius", read=number_between(-100, 300), default="71", meaning="how hot"),
        ),
    ),
    FaultKind(
        name="settlement_missed",
        summary="the last settlement lies far back",
        apply=_miss_settlement,
        outcome=Outcome.OK,
        parameters=(
            Parameter(name="ago", read=positive_duration, default="48h", meaning="how long ago it was"),
        ),
    ),
    FaultKind(
        name="old_password",
        summary="the operator password was not changed for long",
        apply=_keep_password,
        outcome=Outcome.OK,
        parameters=(
            Parameter(name="ago", read=positive_duration, default="3000h", meaning="how long ago it was"),
        ),
    ),
    FaultKind(
        name="factory_reset",
        summary="the device has begun again: counters, settings, registration",
        apply=_begin_again,
        outcome=Outcome.OK,
    ),
    FaultKind(
        name="markup",
        summary="legal JSON whose versions are script",
        apply=_say_markup,
        outcome=Outcome.OK,
    ),
)
"""In the order they are worked in."""
