"""Writing into device records."""

import secrets
from collections.abc import Awaitable, Callable

import structlog

from monitor.domain.device_record.entry import DeviceEntry
from monitor.domain.device_record.note_request import read_note
from monitor.domain.device_record.notebook import DeviceNotebook
from monitor.domain.on_call.action import Author
from monitor.ports.clock import Clock

_ID_BYTES = 6

log = structlog.get_logger()


class DeviceNotes:
    """The port DeviceDesk over the notebook; `saved` returns when everything that has changed is durable."""

    def __init__(
        self,
        *,
        notebook: DeviceNotebook,
        clock: Clock,
        saved: Callable[[], Awaitable[None]],
        new_id: Callable[[], str] = lambda: secrets.token_hex(_ID_BYTES),
    ) -> None:
        self._notebook = notebook
        self._clock = clock
        self._saved = saved
        self._new_id = new_id

    async def note(self, terminal_id: str, written: object, author: Author) -> DeviceEntry:
        """Write a line; see the port."""
        now = self._clock.now().wall
        wish = read_note(written, now)
        entry = DeviceEntry(
            terminal_id=terminal_id,
            at=wish.at,
            id=self._new_id(),
            kind=wish.kind,
            text=wish.text,
            by=author.name,
            via=author.via.value,
            noted_at=now,
        )
        self._notebook.add(entry)
        log.info("device_record.noted", terminal_id=terminal_id, kind=entry.kind.value, by=author.name)
        await self._saved()
        return entry
