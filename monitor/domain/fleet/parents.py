"""All parents, what hangs on what, and which terminals hang on them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from monitor.domain.alerts.subjects import PARENT, name_in
from monitor.domain.fleet.parent import Parent
from monitor.domain.fleet.watched_terminal import WatchedTerminal
from monitor.domain.instant import Instant
from monitor.domain.inventory.parent_row import ParentRow
from monitor.domain.inventory.terminal import Terminal
from monitor.domain.sources.board import SourceBoard


class ParentChange(NamedTuple):
    """What is polled no more, what is polled from now on, and what is polled as before."""

    removed: Sequence[WatchedTerminal]
    added: Sequence[WatchedTerminal]
    kept: Sequence[WatchedTerminal]


class Parents:
    """The parents of the configuration, and the sources, which may be named as parents as well.

    Terminals are filed by the text of their inventory column, whatever it names. A terminal needs every one
    of the parents in it. `troubled` are those that may explain something: out, not asked yet, or lately back.
    `is_told`: an alert says that a parent is down; otherwise nothing is held back because of it.
    """

    def __init__(self) -> None:
        self.troubled: dict[str, Parent] = {}
        self.is_told = True
        self._parents: dict[str, Parent] = {}
        self._members: dict[str, dict[str, WatchedTerminal]] = {}
        self._named: dict[str, tuple[Parent, ...]] = {}
        self._texts: dict[str, list[str]] | None = None

    def __iter__(self) -> Iterator[Parent]:
        """Iterate over the parents of the configuration, in its order, and those sources that are parents."""
        return (parent for parent in self._parents.values() if parent.board is None or self._is_used(parent))

    @property
    def sources(self) -> Iterator[Parent]:
        """The sources."""
        return (parent for parent in self._parents.values() if parent.board is not None)

    def __len__(self) -> int:
        """Count what is known by name, sources included."""
        return len(self._parents)

    def get(self, name: str) -> Parent | None:
        """Return the parent of that name, None when there is none."""
        return self._parents.get(name)

    def polled_as(self, terminal_id: str) -> Parent | None:
        """Return the parent that is polled under an id, None when it is none's."""
        name = name_in(PARENT, terminal_id)
        return self._parents.get(name) if name else None

    def replace(
        self, rows: Iterable[ParentRow], boards: Mapping[str, SourceBoard], now: Instant
    ) -> ParentChange:
        """Take the parents of a configuration and the sources into use; what is known of one stays.

        One that has another endpoint is another. Names that nobody has are ignored; the rows have no circle.
        """
        before, self._parents = self._parents, {}
        for row in rows:
            known = before.get(row.name)
            if known is None or known.board is not None or known.row.endpoint != row.endpoint:
                known = Parent(row, now=now)
            known.row = row
            self._parents[row.name] = known
        for name, board in boards.items():
            known = before.get(name)
            fresh = known is None or known.board is not board
            self._parents[name] = (
                Parent(ParentRow(name=name), now=now, board=board) if fresh else before[name]
            )
        self._connect()
        self._named.clear()
        self._texts = None
        for name in [*self.troubled]:
            if self._parents.get(name) is not self.troubled[name]:
                del self.troubled[name]
        self.spread(self._parents.values(), now)
        return _change(before, self._parents)

    def join(self, watched: WatchedTerminal) -> None:
        """File a terminal by what its inventory row says it hangs on; most hang on nothing."""
        text = watched.terminal.parents
        if text:
            if text not in self._members:
                self._members[text] = {}
                self._texts = None
            self._members[text][watched.terminal.terminal_id] = watched

    def leave(self, terminal: Terminal) -> None:
        """Forget a terminal, by the row it was filed with."""
        members = self._members.get(terminal.parents)
        if members is not None:
            members.pop(terminal.terminal_id, None)
            if not members:
                del self._members[terminal.parents]
                self._texts = None

    def of(self, terminal: Terminal) -> tuple[Parent, ...]:
        """Return the parents that a terminal's inventory row names, those that are known."""
        text = terminal.parents
        if not text:
            return ()
        named = self._named.get(text)
        if named is None:
            found = map(self._parents.get, text.split(";"))
            named = self._named[text] = tuple(parent for parent in found if parent is not None)
        return named

    def around(self, terminal: Terminal) -> dict[str, Parent]:
        """Return all that a terminal hangs on, its parents' parents too, by name."""
        return self._around(self.of(terminal))

    def members(self, parent: Parent) -> Iterator[WatchedTerminal]:
        """Yield the terminals that hang on a parent, or on what hangs on it."""
        if self._texts is None:
            self._texts = {}
            for text, members in self._members.items():
                first = next(iter(members.values()))
                for name in self.around(first.terminal):
                    self._texts.setdefault(name, []).append(text)
        for text in self._texts.get(parent.name, ()):
            yield from self._members[text].values()

    def spread(self, moved: Iterable[Parent], now: Instant) -> list[Parent]:
        """Look at these parents and at what hangs on those that changed; return all that changed."""
        waiting, changed = list(moved), []
        for parent in waiting:
            if parent.look(now):
                changed.append(parent)
                self.troubled[parent.name] = parent
                waiting += parent.below
        return list(dict.fromkeys(changed))

    def _is_used(self, parent: Parent) -> bool:
        return bool(parent.below) or next(self.members(parent), None) is not None

    def _connect(self) -> None:
        below: dict[str, list[Parent]] = {name: [] for name in self._parents}
        for parent in self._parents.values():
            above = [self._parents[name] for name in parent.row.parents if name in self._parents]
            parent.above = tuple(above)
            for one in above:
                below[one.name].append(parent)
        for name, parents in below.items():
            self._parents[name].below = tuple(parents)

    def _around(self, parents: Iterable[Parent]) -> dict[str, Parent]:
        found: dict[str, Parent] = {}
        waiting = list(parents)
        for parent in waiting:
            if parent.name not in found:
                found[parent.name] = parent
                waiting += parent.above
        return found


def _change(before: Mapping[str, Parent], after: Mapping[str, Parent]) -> ParentChange:
    were = {id(parent): parent.watched for parent in before.values() if parent.watched is not None}
    are = {id(parent): parent.watched for parent in after.values() if parent.watched is not None}
    return ParentChange(
        removed=[watched for key, watched in were.items() if key not in are],
        added=[watched for key, watched in are.items() if key not in were],
        kept=[watched for key, watched in are.items() if key in were],
    )
