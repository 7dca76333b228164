"""Judging inventory rows, whatever file they come from."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.config.suggestions import did_you_mean
from monitor.domain.calendars.opening_hours import BadHours, parse_opening_hours
from monitor.domain.card_number import contains_card_number
from monitor.domain.errors import Fault, InvalidInventory
from monitor.domain.inventory.address import parse_address, parse_printer
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.inventory.endpoint import BadEndpoint, Endpoint
from monitor.domain.inventory.inventory import Inventory
from monitor.domain.inventory.parents import BadParents, parse_parents
from monitor.domain.inventory.spelling import is_blank
from monitor.domain.inventory.terminal import DEFAULT_DIALECT, FIELDS, TERMINAL_ID, InventoryStatus, Terminal

REST_EVERY = 50
"""So many rows take about a millisecond."""

_LONGEST = {
    "terminal_id": 64,
    "endpoint": 2000,
    "merchant_id": 64,
    "merchant_name": 200,
    "contact": 200,
    "opening_hours": 300,
    "parents": 300,
    "printer": 300,
}
_LONGEST_NAME = 40
_LIMITS = tuple(_LONGEST.get(name, 100) for name in FIELDS)
_SHORTEST_LIMIT = min(_LIMITS)
_STATUSES = {status.value: status for status in InventoryStatus}

_PADDING = " \t\u00a0\u3000"
_JOINERS = frozenset("\u200c\u200d")
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+")
_SPREADSHEET_ERROR = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|#+)")
_ADDRESS_LIKE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
"""A name like this is no name: somebody mistyped an address."""

_LONG_NUMBER = re.compile(r"\d[\d\s\-\u2010-\u2015]{13}")

_IDS = frozenset({"terminal_id", "merchant_id", "serial_number"})
_NEVER_A_CARD = frozenset({"serial_number", "endpoint", "printer"})
_DE42 = 15
"""Digits of a merchant id (ISO 8583 DE42), which every tenth time end in a card's check digit."""

_ID, _ENDPOINT, _MERCHANT_ID, _STATUS, _DIALECT, _HOURS, _PARENTS, _PRINTER = (
    FIELDS.index(name)
    for name in (
        "terminal_id",
        "endpoint",
        "merchant_id",
        "status",
        "dialect",
        "opening_hours",
        "parents",
        "printer",
    )
)
_TIMES = slice(_HOURS, _PARENTS + 1)
"""Opening hours, zone, calendar and parents, which few inventories have."""

_WORDS = itemgetter(
    *(index for index, name in enumerate(FIELDS) if name not in _NEVER_A_CARD | {"merchant_id"})
)


_REFUSED = "this address may not be polled"
FEW_ADDRESSES = 20
"""So many addresses that may not be polled are named one by one, whatever the others are."""


class Rows:
    """Takes rows one by one and ends in an inventory, or in every fault of every row."""

    def __init__(
        self,
        *,
        source: str,
        policy: AddressPolicy | None,
        dialects: Collection[str],
        sources: Collection[str],
        calendars: Collection[str],
        parents: Collection[str] | None,
        present: Inventory,
        rest: Callable[[], None] | None = None,
    ) -> None:
        self._source = source
        self._policy = policy
        self._dialects = dialects
        self._sources = sources
        self._calendars = calendars
        self._parents = dict.fromkeys(sorted(parents)) if parents is not None else None
        self._present = present
        self._rest = rest
        self._taken = 0
        self._judged_addresses = 0
        self._faults: list[Fault] = []
        self._terminals: list[Terminal] = []
        self._lines: dict[str, int] = {}
        self._texts: dict[str, str] = {}

    def blame(self, reason: str, *, line: int | None = None, column: str | None = None) -> None:
        """Note a fault of the file, of a line, or of one cell."""
        self._faults.append(Fault(source=self._source, line=line, field=column, reason=reason))

    def take(self, raw: Sequence[str], line: int, lines: Mapping[str, int] | None = None) -> None:
        """Judge one row: a text for each of FIELDS, "" where the file says nothing.

        `lines` has the lines of cells that do not stand in the row's first `line`.
        """
        cells = [cell.strip(_PADDING) for cell in raw]
        # Only on the right: in front of an id a space is somebody's mistake, behind it DE41's padding.
        cells[_ID] = raw[_ID].rstrip(" ")
        found = dict(self._reasons(cells, line))
        for name, reason in found.items():
            self.blame(reason, line=lines.get(name, line) if lines else line, column=name)
        if not self._faults:
            terminal = self._terminal(cells)
            known = self._present.get(terminal.terminal_id)
            self._terminals.append(known if known == terminal else terminal)
        self._taken += 1
        if self._rest is not None and self._taken % REST_EVERY == 0:
            self._rest()

    def inventory(self) -> Inventory:
        """Return all rows; raises InvalidInventory when there was any fault."""
        if self._faults:
            faults = sorted(self._faults, key=lambda fault: fault.line or 0)
            raise InvalidInventory(_as_one(faults, self._judged_addresses))
        return Inventory(self._terminals)

    def _reasons(self, cells: Sequence[str], line: int) -> Iterator[tuple[str, str]]:
        """Yield column and reason; the last reason of a column counts, the most telling comes last."""
        if reason := self._id_reason(cells[_ID], line):
            yield "terminal_id", reason
        if cells[_ENDPOINT] and (reason := self._endpoint_reason(cells[_ENDPOINT])):
            yield "endpoint", reason
        if cells[_PRINTER] and (reason := self._printer_reason(cells[_PRINTER], cells[_ENDPOINT])):
            yield "printer", reason
        if cells[_STATUS] and cells[_STATUS] not in _STATUSES:
            yield "status", f"not a status{did_you_mean(cells[_STATUS], _STATUSES)}"
        if cells[_DIALECT] and cells[_DIALECT] not in self._dialects:
            yield "dialect", f"not a dialect{did_you_mean(cells[_DIALECT], self._dialects)}"
        if any(cells[_TIMES]):
            yield from self._odd_hours(*cells[_TIMES])
        if not _is_ordinary(cells):
            for name, limit, cell in zip(FIELDS, _LIMITS, cells, strict=True):
                if reason := _oddity(name, cell, limit):
                    yield name, reason

    def _odd_hours(self, hours: str, zone: str, calendar: str, parents: str) -> Iterator[tuple[str, str]]:
        if hours and (reason := _hours_reason(hours)):
            yield "opening_hours", reason
        if hours and not zone:
            yield "timezone", "is missing: opening_hours need it"
        if zone and not _is_zone(zone):
            yield "timezone", "not a name of the IANA time zone database, such as Asia/Shanghai"
        if calendar and not hours:
            yield "calendar", "needs opening_hours"
        if calendar and calendar not in self._calendars:
            yield "calendar", f"not a calendar of the configuration{did_you_mean(calendar, self._calendars)}"
        if parents and (reason := _parents_reason(parents)):
            yield "parents", reason
        elif parents and self._parents is not None:
            yield from self._unknown_parents(parents, self._parents)

    def _unknown_parents(self, written: str, known: Collection[str]) -> Iterator[tuple[str, str]]:
        unknown = [name for name in parse_parents(written) if name not in known]
        if unknown:
            guesses = [did_you_mean(name, known).replace("; ", ": ", 1) for name in unknown]
            said = "; ".join(f"{name}{guess}" for name, guess in zip(unknown, guesses, strict=True))
            yield "parents", f"no parent of the configuration: {said}"

    def _id_reason(self, terminal_id: str, line: int) -> str | None:
        if not TERMINAL_ID.fullmatch(terminal_id):
            return "must be 1 to 64 of A-Z a-z 0-9 . _ : -" if terminal_id else "is missing"
        first = self._lines.get(terminal_id)
        if first is not None:
            return f"stands in line {first} already"
        self._lines[terminal_id] = line
        return None

    def _endpoint_reason(self, written: str) -> str | None:
        try:
            endpoint = parse_address(written, sources=self._sources)
        except BadEndpoint as error:
            return str(error)
        return self._address_reason(endpoint) if endpoint is not None else None

    def _printer_reason(self, written: str, beside: str) -> str | None:
        try:
            return self._address_reason(parse_printer(written, beside=beside))
        except BadEndpoint as error:
            return str(error)

    def _address_reason(self, endpoint: Endpoint) -> str | None:
        if self._policy is None or not (endpoint.is_address or _ADDRESS_LIKE.fullmatch(endpoint.host)):
            return None
        self._judged_addresses += 1
        return _refusal(self._policy, endpoint.host)

    def _terminal(self, cells: list[str]) -> Terminal:
        # A fleet has few sites and models: one string serves all alike.
        texts = [self._texts.setdefault(cell, cell) for cell in cells[2:]]
        values: dict[str, Any] = dict(zip(FIELDS, cells[:2] + texts, strict=True))
        values["status"] = _STATUSES[values["status"] or InventoryStatus.IN_SERVICE]
        values["dialect"] = values["dialect"] or DEFAULT_DIALECT
        if values["parents"]:
            parents = ";".join(parse_parents(values["parents"]))
            values["parents"] = self._texts.setdefault(parents, parents)
        return Terminal(**values)


@cache
def _hours_reason(hours: str) -> str | None:
    try:
        parse_opening_hours(hours)
    except BadHours as bad:
        return str(bad)
    return None


@cache
def _parents_reason(parents: str) -> str | None:
    try:
        parse_parents(parents)
    except BadParents as bad:
        return str(bad)
    return None


@cache
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def shown_name(name: str) -> str:
    """Return a column's name as it may be shown: what stands there might be anything."""
    shown = name[:_LONGEST_NAME]
    if contains_card_number(shown):
        return "(a number)"
    return shown if shown.isprintable() else ascii(shown)[1:-1]


def _refusal(policy: AddressPolicy, address: str) -> str | None:
    reason = policy.refusal(address)
    return reason and f"{_REFUSED}: {reason}"


def _as_one(faults: Sequence[Fault], judged_addresses: int) -> Sequence[Fault]:
    """Return one fault instead of those of all addresses, where no address of the inventory may be polled.

    Then `polling.allowed_networks` is wrong, not the rows.
    """
    refused: list[Fault] = []
    others: list[Fault] = []
    for fault in faults:
        is_refused = fault.field == "endpoint" and fault.reason.startswith(_REFUSED)
        (refused if is_refused else others).append(fault)
    if not FEW_ADDRESSES < judged_addresses == len(refused):
        return faults
    first = refused[0]
    reason = f"none of the {len(refused)} addresses may be polled; the first: {first.reason}"
    return [replace(first, reason=reason), *others]


def _is_ordinary(cells: Sequence[str]) -> bool:
    """Tell at a glance that no cell of a row has an oddity; False says nothing."""
    joined = "|".join(cells)
    return (
        joined.isprintable()
        and "#" not in joined
        and "E+" not in joined
        and max(map(len, cells)) <= _SHORTEST_LIMIT
        and len(cells[_MERCHANT_ID]) <= _DE42
        and not _LONG_NUMBER.search("|".join(_WORDS(cells)))
    )


def _oddity(name: str, cell: str, limit: int) -> str | None:
    if len(cell) > limit:
        return f"is longer than {limit} characters"
    hidden = next((one for one in cell if _is_hidden(one)), None)
    if hidden is None and name == "terminal_id":
        hidden = next((one for one in cell if one != " " and is_blank(one)), None)
    if hidden is not None:
        return f"contains the invisible character U+{ord(hidden):04X}"
    if _SPREADSHEET_ERROR.fullmatch(cell):
        return "is a spreadsheet's error, not a value"
    if name in _IDS and _SCIENTIFIC.fullmatch(cell):
        return "a spreadsheet shortened this number; format the column as text and enter it again"
    if name in _NEVER_A_CARD or (name == "merchant_id" and len(cell) <= _DE42):
        return None
    return "looks like a card number, which must not be kept here" if contains_card_number(cell) else None


def _is_hidden(character: str) -> bool:
    """Tell whether a character cannot be seen: controls, line ends, direction marks, private ones.

    Wide spaces can, and the joiners belong to the spelling of Persian and Indic words.
    """
    if character.isprintable() or character in _JOINERS:
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
