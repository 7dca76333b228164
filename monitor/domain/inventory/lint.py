"""Oddities of an inventory that are no errors."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from operator import attrgetter

from monitor.domain.inventory.inventory import Inventory
from monitor.domain.inventory.spelling import is_blank, normal_form
from monitor.domain.inventory.terminal import POLLED, Terminal

_SHOWN = 5
_DECIMAL = re.compile(r"[0-9]+\.0")
_COMPARED: dict[str, Callable[[Terminal], str]] = {
    "id": attrgetter("terminal_id"),
    "serial number": attrgetter("serial_number"),
    "site": attrgetter("site"),
}


def remarks_on(inventory: Inventory) -> Iterator[str]:
    """Yield a sentence for each oddity that an operator should check; examples are in file order."""
    if not any(terminal.is_polled for terminal in inventory):
        yield "no terminal would be polled: none is in service or maintenance and has an endpoint"
    silent = [row.terminal_id for row in inventory if not row.endpoint and row.status in POLLED]
    if silent and len(silent) < len(inventory):
        yield f"{_count(silent, 'terminal')} without an endpoint, never polled: {_listed(silent)}"
    yield from _shared(inventory, "endpoint", lambda terminal: terminal.endpoint)
    yield from _shared(inventory, "serial number", lambda terminal: terminal.serial_number)
    yield from _alike(inventory)
    yield from _hidden(inventory)
    yield from _torn_sites(inventory)
    decimal = [row.terminal_id for row in inventory if _DECIMAL.fullmatch(row.terminal_id)]
    if decimal:
        yield (
            f"{_count(decimal, 'id')} with .0 at the end, "
            f"did a spreadsheet take it for a number? {_listed(decimal)}"
        )
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


def _alike(inventory: Inventory) -> Iterator[str]:
    """Yield which ids, serial numbers and sites differ in case, blanks or leading zeros alone."""
    for what, value_of in _COMPARED.items():
        spellings: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for value in map(value_of, inventory):
            if value:
                spellings[normal_form(value)][value] = None
        for written in spellings.values():
            if len(written) > 1:
                yield f"{what} written differently, is it the same? {_listed(written)}"


def _hidden(inventory: Inventory) -> Iterator[str]:
    """Yield the ids and serial numbers that hold an invisible blank."""
    for terminal in inventory:
        for name in ("merchant_id", "serial_number"):
            found = next((one for one in getattr(terminal, name) if one != " " and is_blank(one)), None)
            if found is not None:
                terminal_id, code = terminal.terminal_id, f"U+{ord(found):04X}"
                yield f"{name} of terminal {terminal_id} holds the invisible character {code}"


def _torn_sites(inventory: Inventory) -> Iterator[str]:
    """Yield the sites whose terminals do not agree on the clock or the hours of the shop."""
    for name in ("timezone", "opening_hours", "calendar"):
        found: defaultdict[str, set[str]] = defaultdict(set)
        for terminal in inventory:
            if terminal.site and terminal.status in POLLED:
                found[terminal.site].add(getattr(terminal, name))
        torn = [site for site, values in found.items() if len(values) > 1]
        if torn:
            yield f"{_count(torn, 'site')} with more than one {name}, is that meant? {_listed(torn)}"


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
