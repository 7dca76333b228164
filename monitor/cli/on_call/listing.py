"""A list as a table, JSON or CSV."""

from collections.abc import Callable, Iterable, Sequence

import click
import msgspec

from monitor.cli.output.text import inert


def print_listing(
    page: msgspec.Struct,
    items: Iterable[msgspec.Struct],
    output: str,
    *,
    header: Sequence[str],
    picture: Callable[[], object],
) -> None:
    """Print a page; `header` names the fields of its items that CSV has, `picture` makes the table."""
    if output == "table":
        from monitor.cli.output.screen import print_picture

        print_picture(picture())  # type: ignore[arg-type] # rich is imported only for tables
        return
    from monitor.cli.output.json_csv import csv_of, json_of

    rows = ([_cell(getattr(item, name)) for name in header] for item in items)
    click.echo(json_of(page) if output == "json" else csv_of([header, *rows]), nl=False)


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return inert(", ".join(f"{name}={said}" for name, said in value.items()))
    return "" if value is None else inert(str(value))
