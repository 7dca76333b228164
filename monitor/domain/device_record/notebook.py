"""What people write into device records, until it is saved."""

from collections.abc import Sequence

from monitor.domain.device_record.entry import DeviceEntry


class DeviceNotebook:
    """Keeps new lines until a record of the store takes them."""

    def __init__(self) -> None:
        self._unsaved: list[DeviceEntry] = []

    def add(self, entry: DeviceEntry) -> None:
        """Keep a line."""
        self._unsaved.append(entry)

    def drain_unsaved(self) -> Sequence[DeviceEntry]:
        """Return the lines since the last call; they count as saved."""
        drained, self._unsaved = self._unsaved, []
        return drained
