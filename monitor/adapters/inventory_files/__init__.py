"""Inventories as people keep them: CSV from a spreadsheet, or YAML."""

from collections.abc import Callable, Collection
from pathlib import Path

from monitor.adapters.inventory_files.csv_rows import csv_rows
from monitor.adapters.inventory_files.rows import Rows
from monitor.adapters.inventory_files.yaml_rows import yaml_rows
from monitor.config.dialect_files import OWN
from monitor.config.text_file import Unreadable, read_text
from monitor.domain.errors import Fault, InvalidInventory
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.inventory.inventory import Inventory

LARGEST_FILE = 64 * 2**20

_SAVE_AS = {
    "csv": "in Excel choose Save As and 'CSV UTF-8 (Comma delimited)'",
    "yaml": "save it as UTF-8",
}
_NOTHING = Inventory()
_FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".yaml": "yaml", ".yml": "yaml"}


def load_inventory(
    path: Path,
    *,
    policy: AddressPolicy | None,
    dialects: Collection[str] = OWN,
    sources: Collection[str] = (),
    calendars: Collection[str] = (),
    parents: Collection[str] | None = None,
    present: Inventory = _NOTHING,
    rest: Callable[[], None] | None = None,
) -> Inventory:
    """Return the inventory in a file, whole; raises InvalidInventory with every fault.

    `policy` judges endpoints that name an address; None leaves addresses unjudged. `dialects`, `sources`,
    `calendars` and `parents` are those that a row may name; parents may have any name where it is None. A row
    that reads as in `present` is the very object there: a fleet is in memory once. The suffix tells the
    format. 100 000 rows keep a processor busy for one to two seconds (YAML: six): call it from a thread.
    `rest` is called every millisecond or so of that, so that others who need the interpreter have it.
    """
    kind = _FORMATS.get(path.suffix.lower())
    if kind is None:
        raise _invalid(path, "the name must end in .csv or .yaml, which tells how to read it")
    try:
        text = read_text(path, max_bytes=LARGEST_FILE, save_as=_SAVE_AS[kind])
    except Unreadable as error:
        raise _invalid(path, error.reason, error.line) from error
    rows = Rows(
        source=str(path),
        policy=policy,
        dialects=dialects,
        sources=sources,
        calendars=calendars,
        parents=parents,
        present=present,
        rest=rest,
    )
    if kind == "csv":
        csv_rows(text, rows)
    else:
        yaml_rows(text, rows)
    return rows.inventory()


def _invalid(path: Path, reason: str, line: int | None = None) -> InvalidInventory:
    return InvalidInventory([Fault(source=str(path), line=line, reason=reason)])
