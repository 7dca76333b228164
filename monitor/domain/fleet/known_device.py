"""What one terminal has reported of its device."""

from collections.abc import Mapping

from monitor.domain.calendars.trading_hours import TradingHours
from monitor.domain.calendars.trading_hours_book import TradingHoursBook
from monitor.domain.fleet.device_record import (
    FIRMWARE_VERSION,
    MODEL,
    MOVED,
    NOTHING_SAID,
    REPLACED,
    SERIAL_NUMBER,
    Said,
    changes_between,
    facts_of_row,
    facts_said,
    latest_of,
    learnt,
    said_by,
    was_replaced_by,
)
from monitor.domain.fleet.factory_reset import FACTORY_RESET, signs_of_reset
from monitor.domain.fleet.firmware_cohort import FirmwareCohort
from monitor.domain.fleet.poll_history import PollHistory
from monitor.domain.fleet.terminal_memory import Change
from monitor.domain.heartbeat.reading import Reading
from monitor.domain.instant import Instant
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.polling.poll_result import CertificatePeriod
from monitor.domain.sources.serial_holders import Replacement

_NO_CALENDARS = TradingHoursBook()
"""Finds the hours of terminals that are in no fleet."""


class KnownDevice(PollHistory):
    """The device behind an inventory row: its identity, firmware and battery, and their changes.

    `reading` is the last good heartbeat of the terminal's own, kept while it is offline. `changes` is the
    device record: the last CHANGES_KEPT facts that have changed, oldest first, and the last replacement.
    `has_battery` tells that it once reported a charge above 0, or whether it charges. `is_unsaved` tells that
    what is to be remembered has changed since it was saved. `cohort` counts the firmware of all terminals of
    its model, this one with `counted_firmware`. `certificate` is what its endpoint last showed.
    """

    __slots__ = (
        "_hours",
        "_said",
        "certificate",
        "changes",
        "cohort",
        "counted_firmware",
        "has_battery",
        "is_unsaved",
        "reading",
        "terminal",
    )

    def __init__(self, terminal: Terminal, *, now: Instant) -> None:
        super().__init__(now)
        self.terminal = terminal
        self.certificate: CertificatePeriod | None = None
        self._hours = _NO_CALENDARS
        self.reading: Reading | None = None
        self.has_battery = False
        self.changes: tuple[Change, ...] = ()
        self.is_unsaved = True
        self.cohort: FirmwareCohort | None = None
        self.counted_firmware: str | None = None
        self._said: Said | None = NOTHING_SAID

    def follow_hours(self, hours: TradingHoursBook) -> None:
        """Have the trading hours found there from now on."""
        self._hours = hours

    @property
    def trading_hours(self) -> TradingHours | None:
        """When its shop is open, None when the inventory does not say."""
        return self._hours.of(self.terminal)

    @property
    def serial_number(self) -> str:
        """The last one it gave, "" before the first."""
        return self._known[SERIAL_NUMBER] or ""

    @property
    def firmware_version(self) -> str | None:
        """The last firmware that it reported."""
        version: str | None = self._known[FIRMWARE_VERSION]
        return version

    @property
    def model(self) -> str:
        """The inventory's model, or else the one it reported, "" when neither is known."""
        return self.terminal.model or self._known[MODEL] or ""

    @property
    def battery_percent(self) -> float | None:
        """Its charge (0-100) as last reported, None while that is unknown.

        Devices without a battery report 0: that is a charge only for one that is known to have a battery.
        """
        percent = self.reading.battery_percent if self.reading else None
        return percent if percent or self.has_battery else None

    @property
    def facts(self) -> Mapping[str, str]:
        """What it last reported of the device, and what the inventory says, by name; see `device_record`."""
        return facts_said(self._known) | facts_of_row(self.terminal)

    def note_replacement(self, replacement: Replacement, now: Instant) -> None:
        """Note that its source lists here a device that it listed under another id before."""
        is_new, serial_number = replacement.serial_number != self.serial_number, replacement.serial_number
        if not is_new or was_replaced_by(self.changes, serial_number):
            return
        moved = Change(at=now, what=MOVED, before=replacement.before, after=replacement.terminal)
        self._record((moved, Change(at=now, what=REPLACED, before=self.serial_number, after=serial_number)))
        self.is_unsaved = True

    def count_firmware(self, cohorts: dict[str, FirmwareCohort]) -> None:
        """Count it with the firmware it runs now, in the cohort of its model; none while that is unknown."""
        reading = self.reading
        version = self.firmware_version if reading is None else reading.firmware_version
        if version == self.counted_firmware:
            return
        if self.cohort is None:
            model = self.model
            if not model:
                return
            self.cohort = cohorts.setdefault(model, FirmwareCohort())
        self.cohort.moved(self.counted_firmware, version)
        self.counted_firmware = version

    def leave_cohort(self) -> None:
        """Count it in no cohort any more."""
        if self.cohort is not None:
            self.cohort.moved(self.counted_firmware, None)
        self.cohort = None
        self.counted_firmware = None

    def mark_saved(self) -> None:
        """Note that what is to be remembered is saved as it is now."""
        self.is_unsaved = False

    @property
    def _known(self) -> Said:
        """What is known of the device; kept apart only where that is more than its reading says."""
        said = self._said
        if said is None:
            assert self.reading is not None  # noqa: S101 - for mypy: it is the reading that says all of it
            return said_by(self.reading)
        return said

    def _learn(self, said: Said, now: Instant) -> None:
        """Note what is new about the device in the reading about to be kept."""
        known = self._known
        now_known = known if said == known else learnt(known, said)
        self._said = None if now_known == said else now_known
        if now_known == known:
            return
        before, after = facts_said(known), facts_said(now_known)
        if before != after:
            self._record(changes_between(before, after, now))
            self.is_unsaved = True

    def _notice_reset(self, reading: Reading, now: Instant) -> bool:
        """Note in the device record when the reading about to be kept is of a device that was reset."""
        signs = signs_of_reset(self.reading, reading) if self.reading is not None else ()
        if signs:
            self._record((Change(at=now, what=FACTORY_RESET, before="", after=" ".join(signs)),))
            self.is_unsaved = True
        return bool(signs)

    def _record(self, changes: tuple[Change, ...]) -> None:
        self.changes = latest_of((*self.changes, *changes))
