"""What is odd about an inventory without being wrong."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from monitor.domain.inventory.inventory import Inventory
from monitor.domain.inventory.terminal import POLLED, Terminal

_SHOWN = 5


def remarks_on(inventory: Inventory) -> Iterator[str]:
    """Yield a sentence for each oddity that somebody should look at; examples are in file order."""
    if not any(terminal.is_polled for terminal in inventory):
        yield "no terminal would be polled: none is in service or maintenance and has an endpoint"
    silent = [row.terminal_id for row in inventory if not row.endpoint and row.status in POLLED]
    if silent and len(silent) < len(inventory):
        yield f"{_count(silent, 'terminal')} without an endpoint, never polled: {_listed(silent)}"
    yield from _shared(inventory, "endpoint", lambda terminal: terminal.endpoint)
    yield from _shared(inventory, "serial number", lambda terminal: terminal.serial_number)
    shortened = _shortened_ids(inventory)
    if shortened:
        yield (
            f"{_count(shortened, 'id')} with fewer digits than most, "
            f"did a spreadsheet drop leading zeros? {_listed(shortened)}"
        )


def _shared(inventory: Inventory, what: str, value_of: Callable[[Terminal], str]) -> Iterator[str]:
    owners = defaultdict(list)
    for terminal in inventory:
        if value := value_of(terminal):
            owners[value].append(terminal.terminal_id)
    for value, ids in owners.items():
        if len(ids) > 1:
            yield f"{what} {value} belongs to {len(ids)} terminals: {_listed(ids)}"


def _shortened_ids(inventory: Inventory) -> list[str]:
    """Return ids of digits that are shorter than those most terminals have, if most have one length."""
    numbers = [row.terminal_id for row in inventory if row.terminal_id.isdecimal()]
    lengths = Counter(map(len, numbers))
    if not lengths:
        return []
    usual, count = lengths.most_common(1)[0]
    return [number for number in numbers if len(number) < usual] if count * 2 > len(inventory) else []


def _count(found: list[str], noun: str) -> str:
    return f"{len(found)} {noun}{'s' if len(found) > 1 else ''}"


def _listed(ids: Iterable[str]) -> str:
    rest = iter(ids)
    shown = ", ".join(islice(rest, _SHOWN))
    return f"{shown}, ..." if next(rest, None) is not None else shown
