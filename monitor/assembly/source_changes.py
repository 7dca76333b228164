"""The sources in force, and how a reload changes them."""

from collections.abc import Iterable, MutableMapping
from contextlib import AsyncExitStack
from typing import NamedTuple

import structlog

from monitor.assembly.sources import board_of, open_source
from monitor.config.source_settings import SourceSettings
from monitor.domain.errors import Fault, InvalidConfiguration
from monitor.domain.sources.board import SourceBoard
from monitor.domain.sources.serial_holders import SerialHolders
from monitor.ports.clock import Clock
from monitor.ports.terminal_source import TerminalSource
from monitor.services.source_rounds import SourceRounds

log = structlog.get_logger()


class _Opened(NamedTuple):
    """A source's client; `stack` closes its connections."""

    client: TerminalSource
    stack: AsyncExitStack


class SourcesInForce:
    """Opens, replaces and closes the sources that the settings name.

    `boards` are those of the fleet, in the order of the configuration. What is known of a source's terminals
    stays while its kind and address do.
    """

    def __init__(
        self, *, boards: MutableMapping[str, SourceBoard], rounds: SourceRounds, clock: Clock
    ) -> None:
        self._boards = boards
        self._rounds = rounds
        self._clock = clock
        self._settings: dict[str, SourceSettings] = {}
        self._authorities: dict[str, bytes] = {}
        self._opened: dict[str, _Opened] = {}
        self._unasked: list[str] = []

    async def replace(self, wanted: Iterable[SourceSettings]) -> None:
        """Take these sources into force; new and changed ones are not asked before `begin`.

        Raises InvalidConfiguration when one cannot be opened; then nothing has changed.
        """
        asked_for = {source.name: source for source in wanted}
        authorities = {name: _authorities_of(source) for name, source in asked_for.items()}
        changed = [
            name
            for name, source in asked_for.items()
            if self._settings.get(name) != source or self._authorities[name] != authorities[name]
        ]
        opened = await self._open([asked_for[name] for name in changed])
        removed = [name for name in self._settings if name not in asked_for]
        for name in (*removed, *changed):
            await self._close(name)
        self._replace_boards(asked_for)
        if self._settings and (changed or removed):
            log.info("sources.changed", changed=changed, removed=removed)
        self._settings, self._authorities = asked_for, authorities
        self._opened |= opened
        self._unasked = changed

    def begin(self) -> None:
        """Ask the new and the changed sources from now on: the inventory that belongs to them is in force."""
        for name in self._unasked:
            self._rounds.begin(self._opened[name].client, self._boards[name])
        self._unasked = []

    async def aclose(self) -> None:
        """Close all connections."""
        for name in [*self._opened]:
            await self._close(name)

    async def _open(self, sources: Iterable[SourceSettings]) -> dict[str, _Opened]:
        opened: dict[str, _Opened] = {}
        for source in sources:
            stack = AsyncExitStack()
            try:
                opened[source.name] = _Opened(await open_source(stack, source, self._clock), stack)
            except OSError as error:
                for other in opened.values():
                    await other.stack.aclose()
                reason = f"the source {source.name} cannot be opened: {error.strerror or 'a file of it'}"
                raise InvalidConfiguration([Fault(source="sources", reason=reason)]) from error
        return opened

    async def _close(self, name: str) -> None:
        await self._rounds.end(name)
        opened = self._opened.pop(name, None)
        if opened is not None:
            await opened.stack.aclose()

    def _replace_boards(self, asked_for: dict[str, SourceSettings]) -> None:
        boards = {name: self._board(source) for name, source in asked_for.items()}
        self._boards.clear()
        self._boards.update(boards)

    def _board(self, source: SourceSettings) -> SourceBoard:
        before, board = self._settings.get(source.name), self._boards.get(source.name)
        if before is None or board is None or (before.kind, before.url) != (source.kind, source.url):
            board = board_of(source)
            board.serials = SerialHolders()
            board.dialect = source.dialect
            return board
        board.interval_s, board.stale_after_s = source.interval_s, source.patience_s
        board.discovers, board.dialect = source.discover, source.dialect
        return board


def _authorities_of(source: SourceSettings) -> bytes:
    """Return the content of the file of authorities: a new one under the old name is a change."""
    try:
        return source.ca_file.read_bytes() if source.ca_file is not None else b""
    except OSError:
        return b"unreadable"
