"""Short lines about the result of a check, coloured on a terminal."""

import os

import click

from monitor.cli.output.text import inert


def note(text: str) -> None:
    """Print a remark about something odd that is not wrong."""
    _print(f"note: {text}", "yellow")


def good(text: str) -> None:
    """Print that all is well."""
    _print(text, "green")


def _print(text: str, colour: str) -> None:
    # click drops colours where no terminal is, but does not know of no-color.org.
    click.secho(inert(text), fg=colour, color=False if os.environ.get("NO_COLOR") else None)
