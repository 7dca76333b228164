"""Which terminal of a source has which serial number, and which of them have moved."""

from collections.abc import Iterable
from typing import NamedTuple

_SLACK = 1000


class Replacement(NamedTuple):
    """The device `serial_number` is now where the source's id is `terminal`; it was at `before`."""

    serial_number: str
    terminal: str
    before: str


class SerialHolders:
    """The source's id at which each serial number was listed last.

    A list is taken in by `see`, item after item, between `begin` and `end`. A serial number that moves to
    another id is a replacement. One that a list has more than once is at none of its ids for certain: it
    stays where it was, and is in `repeated` until a list has it once.
    """

    def __init__(self) -> None:
        self.repeated: frozenset[str] = frozenset()
        self._holders: dict[str, str] = {}
        self._listed: dict[str, str] = {}
        self._moved: list[Replacement] = []
        self._twice: set[str] = set()

    def recall(self, serial_number: str, terminal: str) -> None:
        """Note where an earlier run has seen a serial number; what is known already stays."""
        self._holders.setdefault(serial_number, terminal)

    def begin(self) -> None:
        """Expect a new list."""
        self._listed, self._moved, self._twice = {}, [], set()

    def see(self, serial_number: str, terminal: str) -> None:
        """Take in an item of the list."""
        if self._listed.setdefault(serial_number, terminal) != terminal:
            self._twice.add(serial_number)
            return
        before = self._holders.get(serial_number)
        if before is not None and before != terminal:
            self._moved.append(Replacement(serial_number, terminal, before))

    def end(self) -> Iterable[Replacement]:
        """End the list and return what it replaces.

        Of serial numbers that are listed no more, so many are remembered as are listed, so that a source that
        makes them up takes no memory without end.
        """
        self.repeated = frozenset(self._twice)
        for serial_number in self._twice:
            del self._listed[serial_number]
        if len(self._holders) > 2 * len(self._listed) + _SLACK:
            kept = {one: self._holders[one] for one in self._twice if one in self._holders}
            self._holders = kept
        self._holders |= self._listed
        self._listed = {}
        return [one for one in self._moved if one.serial_number not in self._twice]
