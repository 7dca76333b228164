"""Faults in files that a person wrote, as a command's error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from monitor.cli.output.text import inert
from monitor.domain.errors import InvalidDocument


class Faulty(click.ClickException):
    """Shown on stderr as one line per fault, each beginning with its place."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the faults."""
        click.echo(self.message, file=file or sys.stderr)


@contextmanager
def faults_shown() -> Iterator[None]:
    """Turn an InvalidDocument into a Faulty that names every fault."""
    try:
        yield
    except InvalidDocument as error:
        raise Faulty("\n".join(inert(str(fault)) for fault in error.faults)) from error
