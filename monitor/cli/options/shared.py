"""Options that several commands share."""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from monitor.cli.client.credentials import read_access
from monitor.cli.client.url import DEFAULT_URL, read_url
from monitor.cli.output.text import inert
from monitor.config.durations import parse_duration

WATCH_S = 2.0
_FASTEST_S, _SLOWEST_S = 0.2, 3600.0

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


def daemon_options() -> Decorator[Any]:
    """Return the options that name the daemon; the command gets `url: DaemonUrl, access: DaemonAccess`.

    A token has no option of its own: what stands on a command line, everybody on the machine can read.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def with_access(*args: Any, token_file: Path | None, ca_file: Path | None, **kwargs: Any) -> Any:  # noqa: ANN401 - click's
            access = read_access(os.environ.get("POSMON_TOKEN"), token_file, ca_file)
            return command(*args, access=access, **kwargs)

        decorated: Callable[..., Any] = _url_option()(_token_file_option(_ca_file_option(with_access)))
        return decorated

    return decorate


_token_file_option = click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    envvar="POSMON_TOKEN_FILE",
    show_envvar=True,
    help="File that holds the token, where the daemon asks for one; or put it into $POSMON_TOKEN.",
)
_ca_file_option = click.option(
    "--ca-file",
    type=click.Path(path_type=Path),
    envvar="POSMON_CA_FILE",
    show_envvar=True,
    help="Authorities (PEM) that vouch for an https daemon, in place of the system's.",
)


def _url_option() -> Decorator[Any]:
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


def watch_option(before: str = "arguments") -> Decorator[Any]:
    """Return the option to draw again and again; `before` is what a mistyped interval could be."""

    def interval(text: str) -> float:
        try:
            seconds = float(text)
        except ValueError:
            seconds = 0.0
        if not _FASTEST_S <= seconds <= _SLOWEST_S:
            raise ValueError(
                f"{inert(text)!r} is not a number of seconds from {_FASTEST_S:g} to {_SLOWEST_S:g}; "
                f"{before} stand before --watch"
            )
        return seconds

    return click.option(
        "--watch",
        metavar="[SECONDS]",
        is_flag=False,
        flag_value=f"{WATCH_S:g}",
        callback=parsed(interval),
        help=f"Draw the table again every SECONDS ({WATCH_S:g} if left out).",
    )


def network_option(help: str) -> Decorator[Any]:  # noqa: A002
    """Return the option that stands in for polling.allowed_networks; the command gets `networks`."""
    return click.option(
        "--allow-network",
        "networks",
        metavar="CIDR",
        multiple=True,
        callback=parsed(_network),
        help=f"{help}, in place of polling.allowed_networks; may be repeated.",
    )


def _network(text: str) -> object:
    from monitor.config.values import network

    return network(text)


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
