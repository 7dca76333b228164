"""Where people write into device records."""

from typing import Protocol

from monitor.domain.device_record.entry import DeviceEntry
from monitor.domain.on_call.action import Author


class DeviceDesk(Protocol):
    """Takes what people write. A line that it returns is durable, as far as the disk lets it."""

    async def note(self, terminal_id: str, written: object, author: Author) -> DeviceEntry:
        """Write a line into the device record of a terminal.

        `written` is as the API has it; a wrong one raises InvalidAction with every fault.
        """
        ...
