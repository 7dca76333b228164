"""Which inventory row has a serial number: asked only about devices that are not where they should be."""

from math import inf

from monitor.domain.fleet.fleet import Fleet
from monitor.domain.instant import Instant
from monitor.domain.inventory.spelling import normal_form
from monitor.domain.inventory.terminal import Terminal

_FRESH_S = 60.0


class SerialIndex:
    """Finds the inventory's row of a serial number, as of a minute ago at most; built when first asked."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._rows: dict[str, Terminal] = {}
        self._built_s = -inf

    def other_holder(self, serial_number: str, terminal_id: str, now: Instant) -> Terminal | None:
        """Return the row that has the serial number, None when none or only `terminal_id` has it."""
        if now.monotonic >= self._built_s + _FRESH_S:
            self._built_s = now.monotonic
            polled = (watched.terminal for watched in self._fleet)
            rows = (*polled, *self._fleet.unpolled.values())
            self._rows = {normal_form(row.serial_number): row for row in rows if row.serial_number}
        holder = self._rows.get(normal_form(serial_number))
        return None if holder is None or holder.terminal_id == terminal_id else holder
