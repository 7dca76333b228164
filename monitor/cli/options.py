"""Options that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from monitor.cli.daemon import DEFAULT_URL, read_url
from monitor.config.durations import parse_duration

Function = TypeVar("Function", bound=Callable[..., Any])
Decorator = Callable[[Function], Function]


def parsed(read: Callable[[str], object]) -> Callable[[click.Context, click.Parameter, Any], object]:
    """Return a callback that reads an option's text; `read` raises ValueError with the reason."""

    def callback(_context: click.Context, _parameter: click.Parameter, value: object) -> object:
        if value is None:
            return None
        try:
            return tuple(map(read, value)) if isinstance(value, tuple) else read(str(value))
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    return callback


def url_option() -> Decorator[Any]:
    """Return the option that names the daemon; the command gets `url: DaemonUrl`."""
    return click.option(
        "--url",
        envvar="POSMON_URL",
        default=DEFAULT_URL,
        show_default=True,
        show_envvar=True,
        callback=parsed(read_url),
        help="Where the daemon listens.",
    )


def output_option(*formats: str) -> Decorator[Any]:
    """Return the option that chooses among `formats`, the first by default."""
    return click.option(
        "-o",
        "--output",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to print it.",
    )


def duration_option(name: str, *, default: str | None, help: str) -> Decorator[Any]:  # noqa: A002
    """Return an option whose value is a duration such as `5s`; the command gets seconds."""
    return click.option(
        name,
        metavar="DURATION",
        default=default,
        show_default=True,
        callback=parsed(parse_duration),
        help=help,
    )
