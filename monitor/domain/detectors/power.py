"""Is the battery about to give up."""

from dataclasses import dataclass
from typing import ClassVar

from monitor.domain.alerts.alert import Category, Owner, Severity
from monitor.domain.alerts.detector import Basis, Detector
from monitor.domain.alerts.lifecycle import ABSENT, PRESENT, UNKNOWN, Verdict
from monitor.domain.alerts.limits import bounded
from monitor.domain.alerts.phrase import Phrase
from monitor.domain.fleet.watched_terminal import WatchedTerminal


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryLimits:
    """Per cent of charge: opens under `below`, clears at `clear_at`."""

    below: float = bounded(least=0, greatest=100)
    clear_at: float = bounded(least=0, greatest=100)

    RISING: ClassVar = (("below", "clear_at"),)


def _battery_low(terminal: WatchedTerminal, limits: BatteryLimits, is_open: bool) -> Verdict:
    # One that does not say whether it charges counts as not charging.
    battery, percent = terminal.reading.battery if terminal.reading else None, terminal.battery_percent
    if battery is None or percent is None:
        return UNKNOWN
    if battery.charging:
        return ABSENT
    edge = limits.clear_at if is_open else limits.below
    return PRESENT if percent < edge else ABSENT


def _say_battery(terminal: WatchedTerminal, limits: BatteryLimits) -> Phrase:
    battery = terminal.reading.battery if terminal.reading else None
    if battery is None or battery.percent is None:
        return Phrase(f"battery below {limits.below:g} %", f"电量低于 {limits.below:g}%")
    percent = f"{battery.percent:g}"
    if battery.charging:
        return Phrase(f"battery at {percent} %, charging", f"电量 {percent}%，正在充电")
    return Phrase(f"battery at {percent} %, not charging", f"电量 {percent}%，未充电")


POWER: tuple[Detector, ...] = (
    Detector(
        alertname="BatteryCritical",
        category=Category.POWER,
        severity=Severity.CRITICAL,
        owner=Owner.SHOP,
        basis=Basis.READING,
        part="battery",
        component="battery",
        judge=_battery_low,
        summary=_say_battery,
        for_s=60,
        limits=BatteryLimits(below=10, clear_at=15),
    ),
    Detector(
        alertname="BatteryLow",
        category=Category.POWER,
        severity=Severity.WARNING,
        owner=Owner.SHOP,
        basis=Basis.READING,
        part="battery",
        component="battery",
        judge=_battery_low,
        summary=_say_battery,
        for_s=300,
        limits=BatteryLimits(below=20, clear_at=25),
        replaced_by="BatteryCritical",
    ),
)
