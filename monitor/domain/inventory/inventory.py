"""All terminals of one inventory, and what changed from one inventory to the next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from monitor.domain.inventory.terminal import Terminal

MAX_SHRINK = 0.2
"""The share of the terminals that may go missing at once without an operator's confirmation."""


class Inventory:
    """Terminals by id, in file order; immutable.

    Iteration yields the terminals. Invariant: an id occurs once (a second one raises ValueError).
    """

    __slots__ = ("_terminals",)

    def __init__(self, terminals: Iterable[Terminal] = ()) -> None:
        rows = tuple(terminals)
        self._terminals = {terminal.terminal_id: terminal for terminal in rows}
        if len(self._terminals) != len(rows):
            raise ValueError("a terminal id occurs twice")

    def __len__(self) -> int:
        return len(self._terminals)

    def __iter__(self) -> Iterator[Terminal]:
        return iter(self._terminals.values())

    def __contains__(self, terminal_id: object) -> bool:
        return terminal_id in self._terminals

    def __getitem__(self, terminal_id: str) -> Terminal:
        """Return the terminal; KeyError when the inventory does not have it."""
        return self._terminals[terminal_id]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Inventory):
            return NotImplemented
        return tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Inventory({len(self)} terminals)"

    def get(self, terminal_id: str) -> Terminal | None:
        """Return the terminal, None when the inventory does not have it."""
        return self._terminals.get(terminal_id)


class ChangedTerminal(NamedTuple):
    """One terminal id whose row reads otherwise than before."""

    before: Terminal
    after: Terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryChange:
    """What a new inventory brings; every terminal id stands in at most one of the three."""

    added: tuple[Terminal, ...] = ()
    removed: tuple[Terminal, ...] = ()
    changed: tuple[ChangedTerminal, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def difference(before: Inventory, after: Inventory) -> InventoryChange:
    """Compare two inventories by terminal id; the order of rows does not count."""
    both = (ChangedTerminal(row, after[row.terminal_id]) for row in before if row.terminal_id in after)
    return InventoryChange(
        added=tuple(row for row in after if row.terminal_id not in before),
        removed=tuple(row for row in before if row.terminal_id not in after),
        changed=tuple(pair for pair in both if pair.before != pair.after),
    )


def shrink_refusal(before: Inventory, after: Inventory, *, max_shrink: float = MAX_SHRINK) -> str | None:
    """Say why `after` looks like a damaged file rather than a smaller fleet; None when it does not.

    It does when more than the share `max_shrink` (0-1) of the known ids is gone, even if as many
    unknown ones came: a spreadsheet that dropped leading zeros replaces every id. `max_shrink` 1
    accepts anything.
    """
    if not before or max_shrink >= 1:
        return None
    lost = sum(row.terminal_id not in after for row in before)
    if not len(after):
        return f"is empty, the present one has {len(before)} terminals"
    if lost <= max_shrink * len(before):
        return None
    return (
        f"lacks {lost} of the {len(before)} present terminals ({lost / len(before):.0%}), "
        f"more than the {max_shrink:.0%} that may go at once"
    )
