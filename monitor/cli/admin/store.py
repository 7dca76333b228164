"""`posmon store`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.errors.document_errors import Faulty, faults_shown
from monitor.cli.options.config_file import config_option, found_config
from monitor.cli.options.shared import output_option
from monitor.cli.output.messages import good
from monitor.cli.output.text import inert
from monitor.domain.instant import rfc3339

if TYPE_CHECKING:
    from monitor.adapters.sqlite_store.inspection import StoreSummary

_MIB = 1 << 20

file_option = click.option(
    "--file",
    type=click.Path(path_type=Path),
    help="The store.  [default: storage.path of the configuration]",
)


@click.group()
def store() -> None:
    """Look at the daemon's memory, check it, back it up; the daemon may be running."""


@store.command(
    epilog="""\b
Exit code: 0, or 1 when it is no store or cannot be read.

\b
Examples:
  posmon store info
  posmon store info --file /var/lib/posmon/posmon.db -o json
"""
)
@config_option
@file_option
@output_option("table", "json")
def info(config: Path | None, file: Path | None, output: str) -> None:
    """Show the store's place, size and contents."""
    from monitor.adapters.sqlite_store.inspection import summarise

    with faults_shown():
        summary = summarise(_place(config, file))
    if output == "json":
        click.echo(json.dumps(_document(summary), indent=2))
        return
    for name, value in _rows(summary):
        click.echo(f"{name:<16}{inert(value)}")


@store.command(
    epilog="""\b
A large store takes a while; the check does not hold up the daemon.

\b
Exit code: 0 when it is sound, 1 when not.

\b
Examples:
  posmon store check
  posmon store check --file posmon.db.corrupt-20261121T010000
"""
)
@config_option
@file_option
@output_option("text", "json")
def check(config: Path | None, file: Path | None, output: str) -> None:
    """Check every page and row of the store."""
    from monitor.adapters.sqlite_store import inspection

    with faults_shown():
        path = _place(config, file)
        faults = inspection.check(path)
    if output == "json":
        click.echo(json.dumps({"path": str(path), "ok": not faults, "faults": faults}, indent=2))
        click.get_current_context().exit(int(bool(faults)))
    if faults:
        raise Faulty("\n".join(inert(f"{path}: {fault}") for fault in faults))
    good(f"{path}: ok")


@store.command(
    epilog="""\b
The copy is of one moment, synced to the disk, and a store like
any other: to restore it, stop the daemon, remove the store with its -wal and
-shm, and put the copy in its place.

\b
Exit code: 0 when it is written, 1 when not.

\b
Examples:
  posmon store backup /var/backups/posmon.db
  posmon store backup --force /var/backups/posmon.db
"""
)
@click.argument("target", type=click.Path(path_type=Path))
@config_option
@file_option
@click.option("--force", is_flag=True, help="Replace an existing file.")
def backup(target: Path, config: Path | None, file: Path | None, *, force: bool) -> None:
    """Copy the store to TARGET."""
    from monitor.adapters.sqlite_store.inspection import back_up

    with faults_shown():
        path = _place(config, file)
        back_up(path, target, force=force)
    good(f"{target}: {target.stat().st_size} bytes")


def _place(config: Path | None, file: Path | None) -> Path:
    if file is not None:
        return file
    from monitor.config.loading import load_settings

    return load_settings(found_config(config)).storage.path


def _rows(summary: "StoreSummary") -> Iterator[tuple[str, str]]:
    yield "file", str(summary.path)
    yield "size", f"{summary.size / _MIB:.1f} MiB, and {summary.wal_size / _MIB:.1f} MiB not yet merged"
    yield "schema version", str(summary.schema_version)
    yield "last commit", _time(summary.committed_at) or "never"
    yield "oldest step", _time(summary.oldest_step_at) or "none"
    yield "newest step", _time(summary.newest_step_at) or "none"
    for table, rows in summary.rows.items():
        yield table, f"{rows} rows"


def _document(summary: "StoreSummary") -> dict[str, object]:
    return {
        "path": str(summary.path),
        "size_bytes": summary.size,
        "wal_bytes": summary.wal_size,
        "schema_version": summary.schema_version,
        "committed_at": _time(summary.committed_at),
        "oldest_step_at": _time(summary.oldest_step_at),
        "newest_step_at": _time(summary.newest_step_at),
        "rows": summary.rows,
    }


def _time(wall: float | None) -> str | None:
    return None if wall is None else rfc3339(wall)
