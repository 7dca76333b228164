"""`posmon inventory`."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from monitor.cli.admin.inventory_hours import hours
from monitor.cli.admin.inventory_import import import_source
from monitor.cli.errors.document_errors import faults_shown
from monitor.cli.options.config_file import config_option, found_config
from monitor.cli.options.shared import network_option
from monitor.cli.output.messages import good, note
from monitor.cli.output.progress_bar import at_work
from monitor.cli.output.text import inert

if TYPE_CHECKING:
    from monitor.domain.inventory.address_policy import AddressPolicy, IpNetwork
    from monitor.domain.inventory.inventory import Inventory

_MOST_ROWS = 10
_UNNAMED = "(none)"


@click.group()
def inventory() -> None:
    """Check an inventory, import one, suggest its hours."""


inventory.add_command(import_source)
inventory.add_command(hours)


@inventory.command(
    epilog="""\b
Without FILE the configuration names the inventory (inventory.path) and the
networks that posmon may poll (polling.allowed_networks). With FILE and without
--config posmon may poll any address but loopback, link-local and multicast,
and it does not know dialects of your own (dialects.files), nor calendars.
Parents may have any name then.

\b
Exit code: 0 when the daemon would accept it, 1 when not; remarks do not count.

\b
Examples:
  posmon inventory check
  posmon inventory check terminals.csv
  posmon inventory check terminals.csv --allow-network 10.0.0.0/8
"""
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@config_option
@network_option("Take only endpoints in this network")
def check(file: Path | None, config: Path | None, networks: "tuple[IpNetwork, ...]") -> None:
    """Check an inventory and name every fault.

    When there is none, count the terminals and remark on odd values.
    """
    from monitor.adapters.inventory_files import load_inventory
    from monitor.domain.inventory.lint import remarks_on

    with faults_shown():
        task = _task(file, config, networks)
        path = task.path
        with at_work(f"Checking {inert(str(path))}"):
            found = load_inventory(
                path,
                policy=task.policy,
                dialects=task.dialects,
                sources=task.sources,
                calendars=task.calendars,
                parents=task.parents,
            )
            remarks = list(remarks_on(found))
    for line in _summary(found):
        click.echo(line)
    for remark in remarks:
        note(remark)
    good(f"{path}: ok, {len(found)} terminal{'' if len(found) == 1 else 's'}")


class _Task(NamedTuple):
    """The inventory to check; addresses, dialects, sources, calendars and parents that its rows may name."""

    path: Path
    policy: "AddressPolicy"
    dialects: tuple[str, ...]
    sources: tuple[str, ...]
    calendars: tuple[str, ...]
    parents: tuple[str, ...] | None


def _task(file: Path | None, config: Path | None, networks: "tuple[IpNetwork, ...]") -> "_Task":
    """Return which file to check, and what its rows may name."""
    from monitor.config.dialect_files import OWN
    from monitor.domain.inventory.address_policy import AddressPolicy

    if file is not None and config is None:
        return _Task(file, AddressPolicy(allowed_networks=networks), OWN, (), (), None)
    from monitor.config.loading import load_settings
    from monitor.config.parent_settings import parent_names

    settings = load_settings(found_config(config))
    policy = AddressPolicy(allowed_networks=networks) if networks else settings.address_policy()
    sources = tuple(source.name for source in settings.sources)
    calendars = tuple(calendar.name for calendar in settings.calendars)
    path = file or settings.inventory.path
    dialects, parents = settings.response_codes().dialects, parent_names(settings.parents, settings.sources)
    return _Task(path, policy, dialects, sources, calendars, parents)


def _summary(found: "Inventory") -> Iterator[str]:
    yield from _table("status", (terminal.status.value for terminal in found))
    yield from _table("model", (f"{terminal.vendor} {terminal.model}".strip() for terminal in found))
    yield from _table("site", (terminal.site for terminal in found))


def _table(title: str, values: Iterable[str]) -> Iterator[str]:
    counts = Counter(value or _UNNAMED for value in values)
    shown = counts.most_common(_MOST_ROWS)
    for value, count in shown:
        yield f"{count:>8}  {title} {inert(value)}"
    if len(counts) > len(shown):
        rest = counts.total() - sum(count for _, count in shown)
        yield f"{rest:>8}  in {len(counts) - len(shown)} more {title}s"
